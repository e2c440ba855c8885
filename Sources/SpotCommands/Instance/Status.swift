import ArgumentParser
import SpotInstances
import SpotSupport
import SpotTerminal

extension Spot {
    /// One machine in full, at its price of this moment.
    struct Status: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Show one machine in full.",
            discussion: "Example: spot status web --json | jq -r .address"
        )

        @OptionGroup var machine: MachineArgument
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let name = try machine.name()
            let cloud = try await context.cloud()
            let found = try await cloud.directory.latest(named: name)
            let price = found.state.isAlive ? try await cloud.market.price(of: found) : nil
            let notice = try await cloud.interruptionNotice(of: found)
            let details = MachineDetails(found, price: price.map { "\($0)" }, notice: notice)
            try context.render(
                details,
                name: found.name,
                facts: details.facts(at: context.time.now)
            )
            guard !found.state.isAlive else { return ExitStatus.success }
            context.console.warning(
                found.wasInterrupted
                    ? "AWS took \(name) back: 'spot launch \(name)' starts it anew"
                    : "\(name) is no more: 'spot launch \(name)' starts it anew"
            )
            return found.wasInterrupted ? ExitStatus.interrupted : ExitStatus.notFound
        }
    }
}
