import AWSServices
import ArgumentParser
import FoundationEssentials
import SpotInstances
import SpotTerminal

extension Spot {
    /// What runs, since when, where and at what price.
    struct List: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Show your machines.",
            discussion: "Example: spot list --json | jq -r '.[].address'",
            aliases: ["ls"]
        )

        @Flag(help: "Show terminated machines too, as long as AWS does.")
        var all = false

        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let directory = try await context.cloud().directory
            let machines = try await directory.machines()
                .filter { all || $0.state != .terminated }
                .sorted { ($0.name, $0.id) < ($1.name, $1.id) }
            try context.render(machines.map { MachineSummary($0) })
            if machines.isEmpty {
                context.console.notice("no machines in \(directory.region)")
            }
            return ExitStatus.success
        }
    }
}
