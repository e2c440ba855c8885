import SSHClient
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

/// A person at a pseudo-terminal in raw mode, and a real server.
@Suite(.timeLimit(.minutes(1)))
struct InteractiveTests {
    private let screen: PseudoTerminal
    private let resizes: (readEnd: FileDescriptor, writeEnd: FileDescriptor)

    init() throws {
        screen = try PseudoTerminal(columns: 91, rows: 33, isRaw: true)
        resizes = try FileDescriptor.pipe()
    }

    private var terminal: InteractiveTerminal {
        InteractiveTerminal(
            input: screen.terminal,
            output: screen.terminal,
            type: "xterm-256color",
            resizes: resizes.readEnd
        ) { [screen] in
            WindowSize(columns: screen.size.columns, rows: screen.size.rows)
        }
    }

    /// Lets the person act while the session runs.
    private func session(
        command: String?,
        _ act: @escaping @Sendable (PseudoTerminal) throws -> Void
    ) async throws -> InteractiveEnd {
        let session = try await TestServer.session()
        let terminal = terminal
        async let acting: Void = BlockingPool.run { [screen] in try act(screen) }
        let end = try await session.interact(on: terminal, command: command)
        try await acting
        return end
    }

    @Test func `a shell has our terminal's type and size, echoes, and ends with its status`()
        async throws
    {
        let end = try await session(command: nil) { screen in
            try screen.type("PS1='re''ady '; echo $TERM; stty size; echo $((6 * 7))\n")
            let seen = try screen.read(until: "42\r\n")
            #expect(seen.contains("xterm-256color\r\n33 91\r\n42\r\n"), "\(seen)")
            try screen.type("exit 5\n")
        }
        #expect(end == .exited(.status(5)))
    }

    @Test func `a new size reaches the other side`() async throws {
        let writeEnd = resizes.writeEnd
        let end = try await session(
            command: "trap 'stty size; kill $!; exit 3' WINCH; echo up; sleep 100 & wait"
        ) {
            screen in
            _ = try screen.read(until: "up\r\n")
            screen.resize(columns: 120, rows: 40)
            _ = try writeEnd.writeAll([0])
            let seen = try screen.read(until: "40 120")
            #expect(seen.contains("40 120"), "\(seen)")
        }
        #expect(end == .exited(.status(3)))
    }

    @Test func `control keys pass through as bytes`() async throws {
        let end = try await session(
            command: "trap 'echo caught; exit 9' INT; echo up; read x; read x"
        ) {
            screen in
            _ = try screen.read(until: "up\r\n")
            try screen.type("\u{3}")
            let seen = try screen.read(until: "caught")
            #expect(seen.contains("caught"), "\(seen)")
        }
        #expect(end == .exited(.status(9)))
    }

    @Test func `a tilde and a full stop after a line end leave`() async throws {
        let end = try await session(command: "cat") { screen in
            try screen.type("here ~.\r")
            _ = try screen.read(until: "here ~.\r\nhere ~.\r\n")
            try screen.type("~?")
            let seen = try screen.read(until: "line end.)")
            #expect(seen.contains("~.   - leave"), "\(seen)")
            try screen.type("~~\r")
            _ = try screen.read(until: "~\r\n~\r\n")
            try screen.type("~.")
        }
        #expect(end == .left)
    }

    @Test func `one can leave before the other side has answered`() async throws {
        let daemon = try SSHDaemon()
        let session = try await TestServer.session(on: daemon)
        daemon.signalConnections(19)
        defer { daemon.killConnections() }
        try screen.type("~.")
        #expect(try await session.interact(on: terminal) == .left)
        try screen.type("early\u{3}")
        let error = await #expect(throws: SSHError.self) {
            try await session.interact(on: terminal)
        }
        #expect(error?.reason == .cancelled)
    }

    @Test func `what is typed before the other side has answered arrives there`() async throws {
        try screen.type("early\n")
        let end = try await session(command: "read x; echo got:$x; exit 6") { screen in
            _ = try screen.read(until: "got:early\r\n")
        }
        #expect(end == .exited(.status(6)))
    }

    @Test func `the end of typing is typed on the other side`() async throws {
        let session = try await TestServer.session()
        let pipe = try FileDescriptor.pipe()
        try pipe.writeEnd.close()
        let terminal = InteractiveTerminal(
            input: pipe.readEnd,
            output: screen.terminal,
            type: "dumb"
        ) { WindowSize(columns: 80, rows: 24) }
        let end = try await session.interact(on: terminal, command: "cat; exit 4")
        #expect(end == .exited(.status(4)))
        try pipe.readEnd.close()
    }
}
