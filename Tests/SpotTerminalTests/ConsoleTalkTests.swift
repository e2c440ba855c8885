import FoundationEssentials
import SpotSupport
import SpotTerminal
import SpotTestSupport
import Testing

struct ConsoleTalkTests {
    private func console(_ verbosity: Verbosity = .normal, colour: ColourChoice = .never)
        -> RecordingConsole
    {
        RecordingConsole(
            traits: ConsoleTraits(
                outputIsTerminal: false,
                talkIsTerminal: false,
                colour: colour,
                verbosity: verbosity
            )
        )
    }

    private func sayEverything(_ console: RecordingConsole) {
        console.talk("talk")
        console.notice("notice")
        console.detail("detail")
        console.debug("debug")
        console.warning("warning")
        console.hint("hint")
    }

    @Test(arguments: [
        (Verbosity.quiet, "spot: warning: warning\nspot: hint: hint\n"),
        (.normal, "talk\nspot: notice\nspot: warning: warning\nspot: hint: hint\n"),
        (.verbose, "talk\nspot: notice\nspot: detail\nspot: warning: warning\nspot: hint: hint\n"),
        (
            .debug,
            "talk\nspot: notice\nspot: detail\nspot: debug\nspot: warning: warning\n"
                + "spot: hint: hint\n"
        ),
    ])
    func `the level decides what is said`(verbosity: Verbosity, said: String) {
        let console = console(verbosity)
        sayEverything(console)
        #expect(console.talk == said)
        #expect(console.output.isEmpty)
    }

    @Test func `a failure is told with its hint`() {
        let console = console()
        console.report(
            GeneralFailure(
                .conflict,
                "cannot launch web: two machines have that name",
                hint: "spot terminate --id i-1",
                cause: GeneralFailure(.broken, "secret cause")
            )
        )
        #expect(
            console.talk == """
                spot: error: cannot launch web: two machines have that name
                spot: hint: spot terminate --id i-1

                """
        )
    }

    @Test func `causes are told when asked for, the nearest first`() {
        let console = console(.verbose)
        let deepest = GeneralFailure(.broken, "cannot connect")
        let middle = GeneralFailure(.broken, "cannot ask AWS", cause: deepest)
        console.report(GeneralFailure(.broken, "cannot launch web", cause: middle))
        #expect(
            console.talk == """
                spot: error: cannot launch web
                spot: cause: cannot ask AWS
                spot: cause: cannot connect

                """
        )
    }

    @Test func `the lines of a partial failure are set in`() {
        let console = console()
        let failure = GeneralFailure(.broken, "cannot stop web")
        console.report(PartialFailure(items: [.init(subject: "web", failure: failure)], total: 2))
        #expect(console.talk == "spot: error: 1 of 2 failed\n  cannot stop web\n")
    }

    @Test func `nothing that is said can steer the terminal`() {
        let console = console()
        console.warning("name \u{1b}]0;owned\u{7} and \u{202e}evil")
        #expect(console.talk == "spot: warning: name \\x1b]0;owned\\x07 and \\u{202e}evil\n")
    }

    @Test func `labels are coloured where the stream is`() {
        let console = console(colour: .always)
        console.warning("careful")
        #expect(console.talk == "spot: \u{1b}[33mwarning:\u{1b}[0m careful\n")
    }

    @Test func `data goes to standard output as it is, unless a person sees it`() {
        let piped = console()
        piped.data("a\u{1b}[31m\tb")
        #expect(piped.output == "a\u{1b}[31m\tb\n")
        let seen = RecordingConsole.terminal()
        seen.data("a\u{1b}[31m\tb")
        #expect(seen.output == "a\\x1b[31m\tb\n")
    }

    @Test func `JSON is one line with sorted keys and ISO times`() throws {
        struct Machine: Encodable {
            let since = Date(timeIntervalSince1970: 0)
            let name = "web/1"
            let id: String? = nil
        }
        let console = console()
        try console.data(json: Machine())
        #expect(console.output == #"{"name":"web/1","since":"1970-01-01T00:00:00Z"}"# + "\n")
    }

    @Test func `a value that JSON cannot hold is an error, not a silence`() {
        #expect(throws: EncodingError.self) { try console().data(json: Double.infinity) }
    }

    @Test func `a table is aligned for people and tab-separated for programs`() {
        var table = Table([.init("NAME"), .init("PRICE", .right)])
        table.append(["web", "1"])
        let seen = RecordingConsole.terminal()
        seen.data(table: table)
        #expect(seen.output == "NAME  PRICE\nweb       1\n")
        let piped = console()
        piped.data(table: table)
        #expect(piped.output == "web\t1\n")
    }

    @Test func `data that could not be delivered is remembered`() {
        let console = RecordingConsole(brokenPipe: true)
        console.data("lost")
        #expect(throws: TerminalError.self) { try console.checkDelivery() }
    }
}
