import ArgumentParser
import SpotInstances
import SpotProfiles
import SpotRemote
import SpotSupport

extension Spot {
    /// Waits until a machine is so far.
    struct Wait: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Wait until a machine is ready, stopped or terminated.",
            discussion: "Example: spot wait web --for ready && spot exec web uptime"
        )

        /// What may be waited for.
        enum Goal: String, ExpressibleByArgument, CaseIterable {
            case ready
            case stopped
            case terminated
        }

        @OptionGroup var machine: MachineArgument

        @Option(
            name: .customLong("for"),
            help: .init("ready, stopped or terminated.", valueName: "state")
        )
        var goal: Goal = .ready

        @OptionGroup var waiting: WaitOptions
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let name = try machine.name()
            let cloud = try await context.cloud()
            let limit = waiting.timeout ?? context.settings.readyTimeout.value
            try await context.watching(name, limit: limit) { watch in
                switch goal {
                case .ready:
                    let found = try await cloud.directory.machine(named: name)
                    let running = try await cloud.waiter.running(found.id, report: watch.launch)
                    try await context.locked(name, watch) {
                        try await context.readiness(cloud)
                            .wait(for: running, report: watch.readiness)
                    }
                case .stopped:
                    let found = try await cloud.directory.machine(named: name)
                    _ = try await cloud.waiter.stopped(found.id, report: watch.launch)
                case .terminated:
                    for found in try await cloud.directory.machines(named: name) {
                        try await cloud.waiter.terminated(found.id, report: watch.launch)
                    }
                }
            }
            return ExitStatus.success
        }
    }
}
