import ArgumentParser
import SpotSupport

extension Spot {
    /// One command on the machine, with this command's own streams.
    struct Exec: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Run one command on a machine.",
            discussion: """
                One word is a line for the remote shell; two or more are an argument list and reach the \
                command as they are. spot's own flags go before the name.
                Example: tar c src | spot exec web tar x
                """
        )
        static var convention: ExitStatus.Convention { .remoteCommand }

        @Flag(name: .shortAndLong, help: "Give the command a terminal.")
        var tty = false

        @OptionGroup(title: "Everywhere") var global: GlobalOptions
        @OptionGroup var machine: MachineArgument

        @Argument(
            parsing: .captureForPassthrough,
            help: .init("The command and its arguments.", valueName: "cmd")
        )
        var command: [String]

        func validate() throws {
            guard command != ["--"] else {
                throw ValidationError("Missing expected argument '<cmd> …'")
            }
            if let first = command.first, first.hasPrefix("-"), first != "--" {
                throw ValidationError(
                    "\(first) comes after the machine's name, where the command begins"
                )
            }
        }

        func execute(_ context: CommandContext) async throws -> Int32 {
            let words = command.first == "--" ? Array(command.dropFirst()) : command
            let text = words.count == 1 ? words[0] : ShellQuoting.line(words)
            // The server runs SHELL -c LINE: the shell must not take the line for a flag of its own.
            let line = text.hasPrefix("-") ? " " + text : text
            let work = try await MachineWork.on(machine.name(), context)
            return tty ? try await work.shell(command: line) : try await work.exec(line)
        }
    }
}
