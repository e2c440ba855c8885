import ArgumentParser
import SpotInstances
import SpotSupport

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
            let found = try await cloud.directory.machine(named: name)
            let price = try await cloud.market.price(of: found)
            let details = MachineDetails(found, price: price.map { "\($0)" })
            try context.render(
                details,
                name: found.name,
                facts: details.facts(at: context.time.now)
            )
            return ExitStatus.success
        }
    }
}
