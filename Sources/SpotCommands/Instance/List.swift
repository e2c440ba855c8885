import AWSRuntime
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

        @Flag(help: "Look in every region that the account has enabled.")
        var allRegions = false

        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let cloud = try await context.cloud()
            let directories = allRegions ? try await cloud.directories() : [cloud.directory]
            let machines = try await Self.machines(in: directories)
                .filter { all || $0.state != .terminated }
                .sorted { ($0.name, $0.region.name, $0.id) < ($1.name, $1.region.name, $1.id) }
            try context.render(machines.map { MachineSummary($0) })
            if machines.isEmpty {
                let place = allRegions ? "any region" : cloud.region.name
                context.console.notice("no machines in \(place)")
            }
            return ExitStatus.success
        }

        /// All directories are asked at the same time.
        private static func machines(in directories: [MachineDirectory]) async throws -> [Machine] {
            try await withThrowingTaskGroup(of: [Machine].self) { group in
                for directory in directories {
                    group.addTask { try await directory.machines() }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
        }
    }
}
