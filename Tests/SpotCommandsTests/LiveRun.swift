import HTTPTransport
import SpotCommands
import SpotSupport
import SpotTestSupport
import SystemPackage

/// Runs of `spot` as the process would make them, with nothing replaced but the network and the clocks.
struct LiveRun {
    private let home: ScratchDirectory

    /// A home with these files, if any.
    init(config: String? = nil, settings: String? = nil) throws {
        home = try ScratchDirectory()
        if let config { try PrivateFile.write(config.utf8, to: home(".aws/config")) }
        if let settings {
            try PrivateFile.write(settings.utf8, to: home(".config/spot/config.yaml"))
        }
    }

    /// Runs these words on a network that gives these answers and no others.
    func callAsFunction(
        _ words: [String],
        in environment: [String: String],
        answers: [FakeTransport.Answer] = []
    ) async throws -> (ending: CommandScenario.Ending, requests: [HTTPRequest]) {
        let environment = environment.merging(["HOME": home.path.string]) { $1 }
        let transport = FakeTransport(answers)
        let consoles = Consoles()
        let program = Program(
            makeConsole: { consoles.make($0, environment: [:], isTerminal: false) },
            makeContext: { global, console in
                try CommandContext.live(
                    global,
                    console: console,
                    environment: environment,
                    signals: nil,
                    time: ManualTime(),
                    makeTransport: { _ in transport },
                    makeConsole: { _ in console }
                )
            }
        )
        let status = await program.run(words)
        let ending = CommandScenario.Ending(
            status,
            output: consoles.text(\.output, without: home),
            talk: consoles.text(\.talk, without: home)
        )
        return (ending, transport.requests)
    }
}
