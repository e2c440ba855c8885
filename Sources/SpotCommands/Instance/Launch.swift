import ArgumentParser
import SpotInstances
import SpotProfiles
import SpotRemote
import SpotSupport
import SpotTerminal
import SystemPackage

extension Spot {
    /// Converges a name to one machine that is ready, then does what else was asked.
    struct Launch: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Start a machine, or find it again, and wait until it is ready.",
            discussion: """
                Nothing there: launches it. Alive: reconnects. Stopped: starts it. Terminated: launches anew.
                Then uploads, runs the scripts and opens a shell, in this order, as far as asked.
                Example: spot launch web -p t3.small -u data -s setup.sh -a
                """,
            aliases: ["up"]
        )

        @OptionGroup var machine: MachineArgument

        @OptionGroup(title: "What to launch and do") var work: LaunchWork

        @Flag(help: "Say what would be done, and do nothing.")
        var dryRun = false

        @OptionGroup(title: "Instead of the profile's") var overrides: ProfileOverrides
        @OptionGroup var waiting: WaitOptions
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            var wish = try context.wish(
                try machine.name(),
                profile: work.profile,
                overrides: overrides
            )
            wish.capacityTimeout = work.capacityTimeout
            let errand = try await errand(wish, context)
            let cloud = try await context.cloud(for: wish.profile)
            context.warn(about: wish.profile)
            if dryRun {
                try await context.preview(wish, in: cloud, limit: waiting.timeout)
                return ExitStatus.success
            }
            let outcome = try await launch(wish, cloud, context)
            context.announce(outcome, flags: ignoredFlags(outcome.machine, wish))
            let machine = outcome.machine
            let status = try await run(errand, on: machine, wish, cloud, context)
            // Last, so that a failure has the one document to itself.
            try context.renderOutcome(MachineSummary(machine), names: [machine.name])
            return status
        }

        private func launch(_ wish: LaunchWish, _ cloud: Cloud, _ context: CommandContext)
            async throws -> InstanceLauncher.Outcome
        {
            let limit = waiting.timeout ?? context.settings.readyTimeout.value
            let patience = wish.capacityTimeout ?? .zero
            return try await context.watching(wish.name, limit: limit + patience) { watch in
                try await context.launch(wish, in: cloud, watch)
            }
        }

        /// The flags that a machine which was there already does not answer to.
        private func ignoredFlags(_ machine: Machine, _ wish: LaunchWish) -> [String] {
            let isOther = work.profile != nil && machine.profile != wish.profile.name
            return (isOther ? ["--profile"] : []) + overrides.flags
        }

        /// What is to be done on the machine beyond its launch.
        private struct Errand {
            let uploads: [String]
            let scripts: [LocalScript]
        }

        /// Everything of this computer is looked at before anything is launched.
        private func errand(_ wish: LaunchWish, _ context: CommandContext) async throws -> Errand {
            try TransferArguments.require(work.upload)
            var scripts: [LocalScript] = []
            for path in wish.profile.scripts.value + work.script {
                scripts.append(try await LocalScript.read(path, context))
            }
            return Errand(uploads: work.upload, scripts: scripts)
        }

        /// All over one connection.
        private func run(
            _ errand: Errand,
            on machine: Machine,
            _ wish: LaunchWish,
            _ cloud: Cloud,
            _ context: CommandContext
        ) async throws -> Int32 {
            guard work.attach || !errand.uploads.isEmpty || !errand.scripts.isEmpty else {
                return ExitStatus.success
            }
            let session = try await MachineWork.on(machine, cloud, context, port: wish.flaggedPort)
            if !errand.uploads.isEmpty {
                if let path = work.remotePath { try await session.makeDirectory(path) }
                try await session.upload(errand.uploads, to: work.remotePath ?? ".")
            }
            let isJSON = context.console.traits.format == .json
            for script in errand.scripts {
                let status = try await session.run(
                    script,
                    output: isJSON ? .standardError : .standardOutput
                )
                guard status == 0 else { throw ScriptFailed(path: script.path, status: status) }
            }
            return work.attach ? try await session.shell() : ExitStatus.success
        }
    }
}
