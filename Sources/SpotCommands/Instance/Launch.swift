import ArgumentParser
import SpotInstances
import SpotProfiles
import SpotRemote
import SpotSupport

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

        @Option(
            name: .shortAndLong,
            help: .init("Profile, or just an instance type.", valueName: "profile")
        )
        var profile: String?

        @Option(
            name: .shortAndLong,
            parsing: .upToNextOption,
            help: .init("Upload these files and directories.", valueName: "path")
        )
        var upload: [String] = []

        @Option(name: .shortAndLong, help: .init("Upload into this directory.", valueName: "dir"))
        var remotePath: String?

        @Option(
            name: .shortAndLong,
            parsing: .upToNextOption,
            help: .init("Run these local scripts there.", valueName: "file")
        )
        var script: [String] = []

        @Flag(name: .shortAndLong, inversion: .prefixedNo, help: "Leave a shell open.")
        var attach = false

        @OptionGroup(title: "Instead of the profile's") var overrides: ProfileOverrides
        @OptionGroup var waiting: WaitOptions
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let wish = try context.wish(try machine.name(), profile: profile, overrides: overrides)
            let scripts = wish.profile.scripts.value + script
            try LocalScript.require(scripts)
            try TransferArguments.require(upload)
            let cloud = try await context.cloud(for: wish.profile)
            context.warn(about: wish.profile)
            let outcome = try await context.watching(wish.name, limit: waiting.timeout) { watch in
                try await context.launch(wish, in: cloud, watch)
            }
            context.announce(outcome, flags: overrides.flags)
            let machine = outcome.machine
            try context.renderOutcome(MachineSummary(machine), names: [machine.name])
            return try await work(on: machine, scripts, cloud, context)
        }

        /// What was asked beyond the machine itself, over one connection.
        private func work(
            on machine: Machine,
            _ scripts: [String],
            _ cloud: Cloud,
            _ context: CommandContext
        ) async throws -> Int32 {
            guard attach || !upload.isEmpty || !scripts.isEmpty else { return ExitStatus.success }
            let work = try await MachineWork.on(machine, cloud, context)
            if !upload.isEmpty { try await work.upload(upload, to: remotePath ?? ".") }
            for path in scripts {
                let status = try await work.run(script: path)
                guard status == 0 else { throw ScriptFailed(path: path, status: status) }
            }
            return attach ? try await work.shell() : ExitStatus.success
        }
    }
}
