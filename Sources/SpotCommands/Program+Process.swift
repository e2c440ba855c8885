import FoundationEssentials
import SpotTerminal

extension Program {
    /// Runs with this process's arguments, environment and streams, and ends it.
    package static func runAsProcess() async -> Never {
        let environment = ProcessInfo.processInfo.environment
        let signals = try? SignalStream.install()
        let program = Program(
            makeConsole: { wish in
                SystemConsole(
                    traits: ConsoleTraits(
                        environment: environment,
                        outputIsTerminal: TerminalDevice.output.isTerminal,
                        talkIsTerminal: TerminalDevice.talk.isTerminal,
                        colour: wish.colour,
                        format: wish.format,
                        verbosity: wish.verbosity
                    )
                )
            },
            makeContext: { global, console in
                try CommandContext.live(
                    global,
                    console: console,
                    environment: environment,
                    signals: signals
                )
            }
        )
        LastResort.leave(await program.run(Array(CommandLine.arguments.dropFirst())))
    }
}
