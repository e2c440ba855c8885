import ArgumentParser
import SpotSupport

extension Spot {
    /// An interactive shell on a real pseudo-terminal.
    struct Shell: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Open a shell on a machine.",
            discussion: """
                ~. at the start of a line leaves a shell that hangs. With a command, runs it on a terminal.
                Example: spot shell web -- htop
                """,
            aliases: ["ssh"]
        )
        var convention: ExitStatus.Convention { .remoteCommand }

        @OptionGroup(title: "Everywhere") var global: GlobalOptions
        @OptionGroup var machine: MachineArgument

        @Argument(
            parsing: .captureForPassthrough,
            help: .init("A command to run instead of the login shell.", valueName: "cmd")
        )
        var command: [String] = []

        func execute(_ context: CommandContext) async throws -> Int32 {
            let words = command.first == "--" ? Array(command.dropFirst()) : command
            let work = try await MachineWork.on(machine.name(), context)
            if words.isEmpty { return try await work.shell() }
            return try await work.shell(
                command: words.count == 1 ? words[0] : ShellQuoting.line(words)
            )
        }
    }
}
