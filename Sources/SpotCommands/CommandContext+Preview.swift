import AWSServices
import SpotInstances
import SpotSupport
import SpotTerminal
import SystemPackage

// `launch --dry-run`: everything that a launch decides, and nothing that it does.
extension CommandContext {
    /// Prints what a launch would do; only reads.
    func preview(_ wish: LaunchWish, in cloud: Cloud, limit: Duration?) async throws {
        let preview = try await watching(wish.name, limit: limit) { watch in
            try await launcher(cloud).preview(wish, report: watch.launch)
        }
        switch preview {
        case .new(let plan): try render(await self.preview(plan, in: cloud))
        case .existing(let machine): try render(try await self.preview(machine, in: cloud))
        }
    }

    private func preview(_ plan: LaunchPlan, in cloud: Cloud) async throws -> LaunchPreview {
        let types = Set(plan.candidates.map(\.instanceType)).sorted()
        async let list = cloud.listPrices.onDemand(types, in: cloud.region)
        async let diskPrice = cloud.listPrices.disk(in: cloud.region)
        async let groups = SecurityGroupProvisioner(ec2: cloud.ec2, time: time).owned(by: plan.name)
        let answer = await list
        if let failure = answer.failure {
            console.notice("some on-demand prices are unknown: \(failure)")
        }
        return LaunchPreview(
            plan,
            PreviewFacts(
                region: cloud.region,
                groups: try await groups,
                onDemand: answer.prices,
                diskPrice: await diskPrice,
                holdsKey: try keys.holdsKey(for: plan.name),
                keyPath: keys.path(for: plan.name).string
            )
        )
    }

    private func preview(_ machine: Machine, in cloud: Cloud) async throws -> ReunionPreview {
        let type = machine.instance.type
        async let list = cloud.listPrices.onDemand([type], in: cloud.region)
        async let price = cloud.market.price(of: machine)
        return ReunionPreview(
            machine,
            price: try await price,
            onDemandPrice: await list.prices[type]
        )
    }

    private func render(_ preview: LaunchPreview) throws {
        switch console.traits.format {
        case .json: try console.data(json: preview)
        case .names: console.data(preview.name)
        case .text:
            let width = console.columns(of: .output)
            console.data(table: preview.opening(in: width))
            if width != nil { console.data("") }
            console.data(table: preview.poolTable)
            if width != nil { console.data("") }
            console.data(table: preview.closing(in: width))
        }
    }

    private func render(_ preview: ReunionPreview) throws {
        switch console.traits.format {
        case .json: try console.data(json: preview)
        case .names: console.data(preview.name)
        case .text:
            console.data(table: preview.facts(at: time.now, in: console.columns(of: .output)))
        }
    }
}
