import Glibc
import SpotSupport
import SpotTerminal
import SpotTestSupport
import SystemPackage
import Testing

/// Ways to leave on which nothing is destroyed: each in a process of its own.
@Suite(.serialized) struct LastResortTests {
    private static func device(at path: String) throws -> TerminalDevice {
        TerminalDevice(try PseudoTerminal.open(FilePath(path)))
    }

    /// `exit(3)`, without the compiler's knowledge that nothing follows.
    private static func leave(_ status: Int32) { exit(status) }

    /// As `kill(1)` does: threads of Dispatch block some signals, the process as a whole does not.
    ///
    /// Returns when the signal has been handled, or after ten seconds.
    private static func sendToSelf(_ number: Int32) {
        kill(getpid(), number)
        var pause = timespec(tv_sec: 0, tv_nsec: 1_000_000)
        var pending = sigset_t()
        for _ in 0..<10_000 {
            unsafe sigpending(&pending)
            unsafe nanosleep(&pause, nil)
            if unsafe sigismember(&pending, number) == 0 { return }
        }
    }

    /// Does not return if the signal ends the process, on whichever thread that happens.
    private static func die(of number: Int32) {
        kill(getpid(), number)
        sleep(10)
    }

    @Test func `exit gives the terminal back`() async throws {
        let terminal = try PseudoTerminal()
        let path = terminal.path.string
        await #expect(processExitsWith: .exitCode(3)) { [path = path as String] in
            let mode = try RawMode.enter(Self.device(at: path))
            Self.leave(3)
            _ = consume mode
        }
        #expect(terminal.mode == .cooked)
    }

    @Test(arguments: [SIGABRT, SIGSEGV, SIGQUIT, SIGTRAP])
    func `a fatal signal gives the terminal back and still is what ended the process`(
        number: Int32
    ) async throws {
        let terminal = try PseudoTerminal()
        let path = terminal.path.string
        await #expect(processExitsWith: .signal(number)) {
            [path = path as String, number = number as Int32] in
            let mode = try RawMode.enter(Self.device(at: path))
            Self.die(of: number)
            _ = consume mode
        }
        #expect(terminal.mode == .cooked)
    }

    @Test func `the third Ctrl-C leaves at once, whatever the program is doing`() async throws {
        let terminal = try PseudoTerminal()
        let path = terminal.path.string
        await #expect(processExitsWith: .exitCode(130)) { [path = path as String] in
            let stream = try SignalStream.install()
            let mode = try RawMode.enter(Self.device(at: path))
            for _ in 0..<SignalStream.impatience { Self.sendToSelf(SIGINT) }
            Self.leave(stream.request == nil ? 1 : 2)
            _ = consume mode
        }
        #expect(terminal.mode == .cooked)
    }

    @Test func `an ignored signal stays ignored, as nohup asks`() async {
        await #expect(processExitsWith: .exitCode(0)) {
            _ = signal(SIGHUP, SIG_IGN)
            let stream = try SignalStream.install()
            kill(getpid(), SIGHUP)
            kill(getpid(), SIGTERM)
            let request = await stream.next()
            exit(request == .terminate ? 0 : 1)
        }
    }

    @Test func `a closed standard output ends the process as SIGPIPE does`() async {
        await #expect(processExitsWith: .signal(SIGPIPE)) {
            _ = try SignalStream.install()
            let (reader, writer) = try FileDescriptor.pipe()
            try reader.close()
            let console = SystemConsole(
                traits: ConsoleTraits(outputIsTerminal: false, talkIsTerminal: false),
                output: writer
            )
            console.data("lost")
            exit(1)
        }
    }
}
