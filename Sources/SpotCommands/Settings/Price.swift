import AWSRuntime
import AWSServices
import ArgumentParser
import SpotInstances
import SpotSupport
import SpotTerminal

extension Spot {
    /// The spot market of this moment.
    struct Price: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Rank the spot prices of instance types, beside what they cost on demand.",
            discussion: """
                The cheapest pool comes first. --region takes several regions, with commas between them.
                Example: spot price t3.small t3a.small --region us-east-1,eu-west-1
                """
        )

        @Argument(help: .init("Instance types.", valueName: "type"))
        var types: [String]

        @Flag(help: "Look in every region that the account has enabled.")
        var allRegions = false

        @OptionGroup(title: "Everywhere") var everywhere: GlobalOptions

        /// Settings know one region: the first.
        var global: GlobalOptions {
            guard let first = regionNames.first else { return everywhere }
            var global = everywhere
            global.region = first
            return global
        }

        private var regionNames: [String] {
            everywhere.region?.split(separator: ",").map { String($0).trimmed } ?? []
        }

        func execute(_ context: CommandContext) async throws -> Int32 {
            let cloud = try await context.cloud()
            let types = types.map { InstanceType($0) }
            let finding = try await cloud.survey.look(for: types, in: try await regions(cloud))
            guard !finding.offers.isEmpty else { throw await nothing(finding, cloud) }
            try context.render(finding.offers.map { PoolRow($0) })
            return await report(finding, cloud, context)
        }

        private func regions(_ cloud: Cloud) async throws -> [Region] {
            guard !allRegions else {
                guard regionNames.count < 2 else {
                    throw ValidationError("--all-regions leaves no choice to --region")
                }
                return try await cloud.survey.enabledRegions()
            }
            guard regionNames.count > 1 else { return [cloud.region] }
            var seen: Set<String> = []
            return try regionNames.filter { seen.insert($0).inserted }.map { name in
                guard let region = Region(name) else {
                    throw ValidationError("“\(name)” is no name of a region")
                }
                return region
            }
        }

        /// What is missing beside what was found.
        private func report(
            _ finding: MarketSurvey.Finding,
            _ cloud: Cloud,
            _ context: CommandContext
        ) async -> Int32 {
            if let failure = finding.listPriceFailure {
                context.console.notice("some on-demand prices are unknown: \(failure)")
            }
            let missing = missing(in: finding)
            if !missing.isEmpty {
                context.console.report(await absence(of: missing, finding, cloud))
            }
            for (region, error) in finding.failures {
                context.console.report(RegionFailed(region: region, cause: error))
            }
            let isWhole = missing.isEmpty && finding.failures.isEmpty
            return isWhole ? ExitStatus.success : ExitStatus.partial
        }

        private func missing(in finding: MarketSurvey.Finding) -> [String] {
            let found = Set(finding.offers.map(\.pool.instanceType.rawValue))
            return types.filter { !found.contains($0) }
        }

        private func nothing(_ finding: MarketSurvey.Finding, _ cloud: Cloud) async -> any Error {
            // That there is none is only certain where every region has answered.
            guard let first = finding.failures.first else {
                return await absence(of: types, finding, cloud)
            }
            guard isAboutSeveralRegions else { return first.error }
            return PartialFailure(
                items: finding.failures.map { .init(subject: $0.region.name, failure: $0.error) },
                total: finding.failures.count
            )
        }

        private var isAboutSeveralRegions: Bool { allRegions || regionNames.count > 1 }

        private func absence(
            of names: [String],
            _ finding: MarketSurvey.Finding,
            _ cloud: Cloud
        ) async -> GeneralFailure {
            let place =
                !isAboutSeveralRegions
                ? cloud.region.name
                : finding.failures.isEmpty ? "these regions" : "the regions that answered"
            return GeneralFailure(
                .notFound,
                "cannot find a spot price for \(names.joined(separator: ", ")) in \(place)",
                hint: await hint(names, cloud)
            )
        }

        private func hint(_ names: [String], _ cloud: Cloud) async -> String {
            var near: [String] = []
            for name in names {
                let type = InstanceType(name)
                let like = (try? await cloud.survey.namesLike(type, in: cloud.region)) ?? []
                // A name that exists is not misspelt, only not to be had.
                if !like.contains(name) { near += like.filter { !near.contains($0) } }
            }
            guard !near.isEmpty else { return "another --region may offer it" }
            return "did you mean \(near.joined(separator: ", "))?"
        }
    }
}

/// A region that could not be asked while others could.
private struct RegionFailed: Failure {
    let region: Region
    let cause: (any Error)?

    private var inner: (any Failure)? { cause as? any Failure }

    var kind: FailureKind { .partial }
    var message: String {
        let text = cause.map { "\($0)" } ?? ""
        return text.contains(region.name) ? text : "\(region): \(text)"
    }
    var hint: String? { inner?.hint }
}
