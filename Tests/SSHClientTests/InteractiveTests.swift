import SSHClient
import SpotTestSupport
import SystemPackage
import Testing

/// A person at a pseudo-terminal in raw mode, and a real server.
@Suite(.timeLimit(.minutes(1)))
struct InteractiveTests {
    private let window: PseudoTerminal
    private let resizes: (readEnd: FileDescriptor, writeEnd: FileDescriptor)

    init() throws {
        window = try PseudoTerminal(columns: 91, rows: 33, isRaw: true)
        resizes = try FileDescriptor.pipe()
    }

    private var terminal: InteractiveTerminal {
        InteractiveTerminal(
            input: window.device,
            output: window.device,
            type: "xterm-256color",
            resizes: resizes.readEnd
        ) { [window] in
            WindowSize(columns: window.size.columns, rows: window.size.rows)
        }
    }

    /// Lets the person act while the session runs.
    private func session(
        command: String?,
        _ act: @escaping @Sendable (PseudoTerminal) async throws -> Void
    ) async throws -> InteractiveEnd {
        let session = try await TestServer.session()
        let terminal = terminal
        async let acting: Void = act(window)
        let end = try await session.interact(on: terminal, command: command)
        try await acting
        return end
    }

    @Test func `a shell has our terminal's type and size, echoes, and ends with its status`()
        async throws
    {
        let end = try await session(command: nil) { window in
            try window.type("PS1='re''ady '; echo $TERM; stty size; echo $((6 * 7))\n")
            let seen = try await window.screen.text(until: "42\r\n")
            #expect(seen.contains("xterm-256color\r\n33 91\r\n42\r\n"), "\(seen)")
            try window.type("exit 5\n")
        }
        #expect(end == .exited(.status(5)))
    }

    @Test func `a new size reaches the other side`() async throws {
        let writeEnd = resizes.writeEnd
        let end = try await session(
            command: "trap 'stty size; kill $!; exit 3' WINCH; echo up; sleep 100 & wait"
        ) { window in
            _ = try await window.screen.text(until: "up\r\n")
            try window.resize(columns: 120, rows: 40)
            _ = try writeEnd.writeAll([0])
            let seen = try await window.screen.text(until: "40 120")
            #expect(seen.contains("40 120"), "\(seen)")
        }
        #expect(end == .exited(.status(3)))
    }

    @Test func `control keys pass through as bytes`() async throws {
        let end = try await session(
            command: "trap 'echo caught; exit 9' INT; echo up; read x; read x"
        ) { window in
            _ = try await window.screen.text(until: "up\r\n")
            try window.type("\u{3}")
            let seen = try await window.screen.text(until: "caught")
            #expect(seen.contains("caught"), "\(seen)")
        }
        #expect(end == .exited(.status(9)))
    }

    @Test func `a tilde and a full stop after a line end leave`() async throws {
        let end = try await session(command: "cat") { window in
            try window.type("here ~.\r")
            _ = try await window.screen.text(until: "here ~.\r\nhere ~.\r\n")
            try window.type("~?")
            let seen = try await window.screen.text(until: "line end.)")
            #expect(seen.contains("~.   - leave"), "\(seen)")
            try window.type("~~\r")
            _ = try await window.screen.text(until: "~\r\n~\r\n")
            try window.type("~.")
        }
        #expect(end == .left)
    }

    @Test func `one can leave before the other side has answered`() async throws {
        let daemon = try SSHDaemon()
        let session = try await TestServer.session(on: daemon)
        daemon.signalConnections(19)
        defer { daemon.killConnections() }
        try window.type("~.")
        #expect(try await session.interact(on: terminal) == .left)
        try window.type("early\u{3}")
        let error = await #expect(throws: SSHError.self) {
            try await session.interact(on: terminal)
        }
        #expect(error?.reason == .cancelled)
    }

    @Test func `what is typed before the other side has answered arrives there`() async throws {
        try window.type("early\n")
        let end = try await session(command: "read x; echo got:$x; exit 6") { window in
            _ = try await window.screen.text(until: "got:early\r\n")
        }
        #expect(end == .exited(.status(6)))
    }

    @Test func `the end of typing is typed on the other side`() async throws {
        let session = try await TestServer.session()
        let pipe = try FileDescriptor.pipe()
        try pipe.writeEnd.close()
        let terminal = InteractiveTerminal(
            input: pipe.readEnd,
            output: window.device,
            type: "dumb"
        ) { WindowSize(columns: 80, rows: 24) }
        let end = try await session.interact(on: terminal, command: "cat; exit 4")
        #expect(end == .exited(.status(4)))
        try pipe.readEnd.close()
    }
}
