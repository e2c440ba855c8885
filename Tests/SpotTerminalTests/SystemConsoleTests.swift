import Glibc
import SpotSupport
import SpotTerminal
import SpotTestSupport
import Synchronization
import SystemPackage
import Testing

@Suite struct SystemConsoleTests {
    private final class Ends: Sendable {
        let reader: FileDescriptor
        let writer: FileDescriptor
        private let hasReader: Bool

        /// - Parameter hasReader: False for a pipe whose reader has gone.
        init(hasReader: Bool = true) throws {
            (reader, writer) = try FileDescriptor.pipe()
            self.hasReader = hasReader
            if !hasReader { try reader.close() }
            // What a closed reader would do to the whole test process otherwise.
            _ = signal(SIGPIPE, SIG_IGN)
        }

        func read(_ count: Int) throws -> [UInt8] {
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 65_536)
            while bytes.count < count {
                let length = try unsafe buffer.withUnsafeMutableBytes {
                    unsafe try reader.read(into: $0)
                }
                if length == 0 { break }
                bytes += buffer[..<length]
            }
            return bytes
        }

        deinit {
            if hasReader { try? reader.close() }
            try? writer.close()
        }
    }

    private func piped(
        _ ends: Ends,
        whenReaderIsGone: @escaping @Sendable () -> Void = {}
    ) -> SystemConsole {
        SystemConsole(
            traits: ConsoleTraits(outputIsTerminal: false, talkIsTerminal: false),
            output: ends.writer,
            talk: ends.writer,
            whenReaderIsGone: whenReaderIsGone
        )
    }

    @Test func `bytes arrive as they are, more than a pipe holds, also without blocking`()
        async throws
    {
        let ends = try Ends()
        _ = fcntl(ends.writer.rawValue, F_SETFL, O_NONBLOCK)
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
        let console = piped(ends)
        let read = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            group.addTask {
                await BlockingPool.run { () throws(Never) in
                    try? console.write(bytes, to: .output)
                    return []
                }
            }
            group.addTask {
                await BlockingPool.run { () throws(Never) in (try? ends.read(bytes.count)) ?? [] }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(read == bytes)
        try console.checkDelivery()
    }

    @Test func `a reader that has gone ends the program quietly`() throws {
        let ends = try Ends(hasReader: false)
        let calls = Mutex(0)
        let console = SystemConsole(
            traits: ConsoleTraits(outputIsTerminal: false, talkIsTerminal: false),
            output: ends.writer,
            talk: ends.writer,
            whenReaderIsGone: { calls.withLock { $0 += 1 } }
        )
        console.data("lost")
        #expect(calls.withLock(\.self) == 1)
        let error = #expect(throws: TerminalError.self) { try console.checkDelivery() }
        #expect(error?.problem == .brokenPipe)
    }

    @Test func `talk that nobody hears is no failure`() throws {
        let ends = try Ends(hasReader: false)
        let console = piped(ends)
        console.notice("lost")
        try console.checkDelivery()
    }

    @Test func `a full disk is told at the end`() throws {
        let full = try FileDescriptor.open(FilePath("/dev/full"), .writeOnly)
        defer { try? full.close() }
        let console = SystemConsole(
            traits: ConsoleTraits(outputIsTerminal: false, talkIsTerminal: false),
            output: full
        )
        console.data("lost")
        let error = #expect(throws: TerminalError.self) { try console.checkDelivery() }
        #expect(error?.message == "cannot write to standard output: no space left on device")
    }

    private func onTerminal(_ terminal: PseudoTerminal) -> SystemConsole {
        SystemConsole(
            traits: ConsoleTraits(
                outputIsTerminal: true,
                talkIsTerminal: true,
                colour: .never
            ),
            output: terminal.device,
            talk: terminal.device
        )
    }

    @Test func `the live line makes room for what is said and comes back below it`() async throws {
        let terminal = try PseudoTerminal()
        let console = onTerminal(terminal)
        console.setLiveLine("waiting… 1 s")
        console.setLiveLine("waiting… 1 s")
        console.notice("hello")
        console.setLiveLine(nil)
        console.data("end")
        let erase = "\r\u{1b}[K"
        #expect(
            try await terminal.screen.text(until: "end\r\n")
                == "\(erase)waiting… 1 s\(erase)spot: hello\r\nwaiting… 1 s\(erase)end\r\n"
        )
    }

    @Test func `the live line is cut to the terminal, one column free`() async throws {
        let terminal = try PseudoTerminal(columns: 10)
        let console = onTerminal(terminal)
        console.setLiveLine("0123456789abc")
        #expect(try await terminal.screen.text(until: "…") == "\r\u{1b}[K01234567…")
        #expect(console.columns(of: .talk) == 10)
    }

    @Test func `a pipe has no columns and no live line`() throws {
        let ends = try Ends()
        let console = piped(ends)
        console.setLiveLine("never")
        console.data("x")
        #expect(try ends.read(2) == Array("x\n".utf8))
        #expect(console.columns(of: .output) == nil)
    }
}
