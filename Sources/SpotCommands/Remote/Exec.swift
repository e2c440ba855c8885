import ArgumentParser
import SpotInstances
import SpotSupport

extension Spot {
    /// One command on the machine, with this command's own streams.
    struct Exec: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Run one command on a machine, or on many at the same time.",
            discussion: """
                One word is a line for the remote shell; two or more are an argument list and reach the \
                command as they are. spot's own flags go before the name.
                A pattern, as in spot exec 'web-*' uptime, runs it on every machine that it matches, without \
                input and with the machine's name before each line. With --json standard output has one object a machine, when it has \
                ended, and the lines go to standard error. The status is the one that all have in common, \
                or 8.
                Example: tar c src | spot exec web tar x
                """
        )

        @Flag(name: .shortAndLong, help: "Give the command a terminal.")
        var tty = false

        @Option(
            help: .init("So many machines at a time, with a pattern.", valueName: "count")
        )
        var parallel = 16

        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        @Argument(
            help: .init("The machine's name, or a quoted pattern with * and ?.", valueName: "name")
        )
        var name: String

        @Argument(
            parsing: .captureForPassthrough,
            help: .init("The command and its arguments.", valueName: "cmd")
        )
        var command: [String]

        private var isPattern: Bool { NamePattern.isPattern(name) }

        var convention: ExitStatus.Convention { isPattern ? .remoteCommands : .remoteCommand }

        func validate() throws {
            guard parallel > 0 else {
                throw ValidationError("The value of '--parallel' is not at least 1")
            }
            guard !(tty && isPattern) else {
                throw ValidationError(
                    "-t gives one command a terminal, and \(name) may be several machines"
                )
            }
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
            guard !isPattern else {
                return try await ParallelCommand(line, width: parallel, context).run(on: name)
            }
            let work = try await MachineWork.on(MachineName(name), context)
            return tty ? try await work.shell(command: line) : try await work.exec(line)
        }
    }
}
