import ArgumentParser
import SpotInstances
import SpotTerminal

extension Spot {
    /// Stops a machine; its disk stays and bills.
    struct Stop: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Stop a machine and keep its disk.",
            discussion: """
                AWS can stop on-demand machines and persistent spot requests; a one-time spot machine can \
                only be terminated.
                Example: spot stop web
                """
        )

        @OptionGroup var machine: MachineArgument
        @OptionGroup var waiting: WaitOptions
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let name = try machine.name()
            let cloud = try await context.cloud()
            let stopped = try await context.watching(name, limit: waiting.timeout) { watch in
                try await cloud.power.stop(name, report: watch.launch)
            }
            context.console.notice(
                "\(name) is stopped; its disk stays and bills until 'spot terminate \(name)'"
            )
            try context.renderOutcome(MachineSummary(stopped), names: [stopped.name])
            return ExitStatus.success
        }
    }
}
