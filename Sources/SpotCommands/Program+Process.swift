import FoundationEssentials
import Glibc
import SpotProfiles
import SpotTerminal

extension Program {
    /// Runs with this process's arguments, environment and streams, and ends it.
    package static func runAsProcess() async -> Never {
        StandardStreams.occupy()
        let environment = ProcessInfo.processInfo.environment
        let signals = try? SignalStream.install()
        let program = Program(
            makeConsole: { SystemConsole(traits: $0.traits(in: environment)) },
            makeContext: { global, console in
                try CommandContext.live(
                    global,
                    console: console,
                    environment: environment,
                    signals: signals,
                    makeConsole: { settings in
                        var wish = global.console
                        wish.colour = ColourChoice(settings.colour.value)
                        return SystemConsole(traits: wish.traits(in: environment))
                    }
                )
            }
        )
        LastResort.leave(await program.run(Array(CommandLine.arguments.dropFirst())))
    }
}

extension ConsoleWish {
    /// The wish on this process's streams.
    fileprivate func traits(in environment: [String: String]) -> ConsoleTraits {
        ConsoleTraits(
            environment: environment,
            outputIsTerminal: TerminalDevice.output.isTerminal,
            talkIsTerminal: TerminalDevice.talk.isTerminal,
            colour: colour,
            format: format,
            verbosity: verbosity
        )
    }
}

extension ColourChoice {
    fileprivate init(_ setting: ColourSetting) {
        switch setting {
        case .auto: self = .auto
        case .always: self = .always
        case .never: self = .never
        }
    }
}
