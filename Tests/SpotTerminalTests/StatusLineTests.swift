import SpotSupport
import SpotTerminal
import SpotTestSupport
import Testing

struct StatusLineTests {
    private let time = ManualTime()

    /// Nothing is redrawn but what the test itself shows.
    private let noCadence = ManualTime(.standing)

    private func run(
        _ console: RecordingConsole,
        _ body: (StatusLine) async throws -> Void
    ) async rethrows {
        try await StatusLine.whileRunning(on: console, time: time, cadence: noCadence, body)
    }

    @Test func `the live line names the wait, its length and what it costs, and goes when done`()
        async throws
    {
        let console = RecordingConsole.terminal()
        let note = "spot $0.0062/h in us-east-1a"
        try await run(console) { line in
            line.show("waiting for web: pending", note: note)
            try await time.sleep(for: .seconds(12))
            line.show("waiting for web: pending", note: note)
        }
        #expect(
            console.liveLines == [
                "waiting for web: pending… (spot $0.0062/h in us-east-1a)",
                "waiting for web: pending… 12 s (spot $0.0062/h in us-east-1a)",
                nil,
            ]
        )
        #expect(console.talk.isEmpty && console.output.isEmpty)
    }

    @Test func `a new phase counts from its own beginning`() async throws {
        let console = RecordingConsole.terminal()
        try await run(console) { line in
            line.show("pending")
            try await time.sleep(for: .seconds(5))
            line.show("running")
            try await time.sleep(for: .seconds(2))
            line.show("running")
        }
        #expect(console.liveLines == ["pending…", "running…", "running… 2 s", nil])
    }

    @Test func `it is drawn ten times a second at most`() async throws {
        let console = RecordingConsole.terminal()
        try await run(console) { line in
            for step in 0..<100 {
                line.show("step \(step)")
                try await time.sleep(for: .milliseconds(10))
            }
        }
        #expect(console.liveLines.count == 11)
    }

    @Test func `piped, each phase is a line and a long one says so every ten seconds`() async throws
    {
        let console = RecordingConsole()
        try await run(console) { line in
            for _ in 0..<25 {
                line.show("waiting for web: pending")
                try await time.sleep(for: .seconds(1))
            }
            line.show("waiting for web: SSH refused")
        }
        #expect(
            console.talk == """
                waiting for web: pending…
                waiting for web: pending… 10 s
                waiting for web: pending… 20 s
                waiting for web: SSH refused…

                """
        )
        #expect(console.liveLines.isEmpty)
    }

    @Test(arguments: [true, false])
    func `quiet means not a word`(isTerminal: Bool) async throws {
        let traits = ConsoleTraits(
            outputIsTerminal: isTerminal,
            talkIsTerminal: isTerminal,
            verbosity: .quiet
        )
        let console = RecordingConsole(traits: traits)
        await run(console) { $0.show("pending") }
        #expect(console.talk.isEmpty && console.liveLines.isEmpty)
    }

    @Test func `the line goes also when the work fails`() async {
        let console = RecordingConsole.terminal()
        await #expect(throws: CancellationError.self) {
            try await run(console) { line in
                line.show("pending")
                throw CancellationError()
            }
        }
        #expect(console.liveLines == ["pending…", nil])
    }

    @Test func `elapsed time stays fresh though nobody shows anything`() async throws {
        let console = RecordingConsole.terminal()
        let cadence = ManualTime(.standing)
        try await StatusLine.whileRunning(on: console, time: time, cadence: cadence) { line in
            line.show("pending")
            await cadence.untilAsleep()
            try await time.sleep(for: .seconds(3))
            cadence.advance(by: StatusLine.redrawInterval)
            await cadence.untilAsleep()
        }
        #expect(console.liveLines == ["pending…", "pending… 3 s", nil])
    }

    @Test func `what the work returns is handed on`() async {
        let console = RecordingConsole()
        let value = await StatusLine.whileRunning(on: console, time: time, cadence: noCadence) {
            _ in
            42
        }
        #expect(value == 42)
    }
}
