import ArgumentParser
import SpotInstances
import SpotProfiles
import SpotRemote
import SpotTerminal

extension Spot {
    /// Starts a stopped machine and waits until it is ready.
    struct Start: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Start a stopped machine.",
            discussion: "Example: spot start web"
        )

        @OptionGroup var machine: MachineArgument
        @OptionGroup var waiting: WaitOptions
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let name = try machine.name()
            let cloud = try await context.cloud()
            let limit = waiting.timeout ?? context.settings.readyTimeout.value
            let started = try await context.watching(name, limit: limit) { watch in
                try await context.locked(name, watch) {
                    let started = try await cloud.power.start(name, report: watch.launch)
                    // Its address is another one than before, and ours may be too.
                    try await context.launcher(cloud).admitCaller(to: started)
                    try await context.readiness(cloud).wait(for: started, report: watch.readiness)
                    return started
                }
            }
            context.console.notice("\(name) is ready at \(started.address ?? "no address")")
            try context.renderOutcome(MachineSummary(started), names: [started.name])
            return ExitStatus.success
        }
    }
}
