import AWSServices
import ArgumentParser
import SpotInstances
import SpotRemote
import SpotSupport
import SpotTerminal

extension Spot {
    /// Removes machines and all that launching them made.
    struct Terminate: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Terminate machines and remove what launching them made.",
            discussion: """
                Cancels the spot request, terminates, waits, then removes the security group, the key pair, \
                the pinned host key, and the local key unless a machine of that name elsewhere needs it. \
                Repeating it is harmless.
                Example: spot terminate web 'job-*'
                """,
            aliases: ["down", "rm"]
        )

        @Argument(help: .init("Names, or quoted patterns with * and ?.", valueName: "name"))
        var names: [String] = []

        @Option(
            help: .init(
                "Terminate this instance, whether spot launched it or not.",
                valueName: "instance"
            )
        )
        var id: [String] = []

        @Flag(name: .shortAndLong, help: "Answer yes to the question that a pattern asks.")
        var yes = false

        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func validate() throws {
            guard !names.isEmpty || !id.isEmpty else {
                throw ValidationError("Missing expected argument '<name> …'")
            }
        }

        func execute(_ context: CommandContext) async throws -> Int32 {
            let cloud = try await context.cloud()
            let chosen = try await context.chooseMachines(
                names,
                in: cloud.directory,
                question: "terminate",
                isConfirmed: yes
            )
            let subjects =
                chosen.map { Demolition.Subject.name($0) }
                + id.map { Demolition.Subject.instance(InstanceID($0)) }
            let outcome = try await context.watching("terminating", limit: nil) { watch in
                try await context.locked(chosen.sorted { $0.text < $1.text }[...], watch) {
                    await context.demolition(cloud).remove(subjects, report: watch.launch)
                }
            }
            let removals = outcome.removals
            for removal in removals { context.console.notice(removal.sentence) }
            // A failure has the one JSON document to itself.
            if outcome.failure == nil || context.console.traits.format != .json {
                try context.renderOutcome(removals, names: removals.map(\.name))
            }
            if let failure = outcome.failure { throw failure }
            return ExitStatus.success
        }
    }
}
