import ArgumentParser
import SpotRemote
import SpotSupport

extension Spot {
    /// A local script, run on the machine.
    struct Run: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Run a local script on a machine.",
            discussion: """
                The script is copied to a private place, run by its own shebang with its arguments, and \
                removed. spot's own flags go before the name.
                Example: spot run -e EPOCHS=3 web train.py --fast
                """
        )
        var convention: ExitStatus.Convention { .remoteCommand }

        @Option(name: .shortAndLong, help: .init("Environment, KEY=VALUE.", valueName: "env"))
        var env: [String] = []

        @Option(
            name: .shortAndLong,
            help: .init("Directory on the machine to run in.", valueName: "dir")
        )
        var workdir: String?

        @OptionGroup(title: "Everywhere") var global: GlobalOptions
        @OptionGroup var machine: MachineArgument

        @Argument(
            help: .init("The local script; - reads it from standard input.", valueName: "script")
        )
        var script: String

        @Argument(
            parsing: .captureForPassthrough,
            help: .init("The script's arguments.", valueName: "args")
        )
        var arguments: [String] = []

        func execute(_ context: CommandContext) async throws -> Int32 {
            let environment = try EnvironmentAssignment.parse(env)
            let words = arguments.first == "--" ? Array(arguments.dropFirst()) : arguments
            let name = try machine.name()
            let script = try await LocalScript.read(script, context)
            let work = try await MachineWork.on(name, context)
            return try await work.run(
                script,
                arguments: words,
                environment: environment,
                directory: workdir
            )
        }
    }
}
