import Glibc
import SpotSupport
import Synchronization
package import SystemPackage

/// The console of the running process.
package final class SystemConsole: Console {
    package let traits: ConsoleTraits
    private let output: FileDescriptor
    private let talk: FileDescriptor
    private let whenReaderIsGone: @Sendable () -> Void
    private let state = Mutex(State())

    private struct State {
        var liveLine: String?
        var firstFailure: TerminalError?
    }

    private static let eraseLine = "\r\u{1b}[K"

    /// `whenReaderIsGone` is called when the reader of standard output has closed it; by default the
    /// process then ends as `SIGPIPE` would end it, without a word.
    package init(
        traits: ConsoleTraits,
        output: FileDescriptor = .standardOutput,
        talk: FileDescriptor = .standardError,
        whenReaderIsGone: @escaping @Sendable () -> Void = { SystemConsole.leaveAsBySIGPIPE() }
    ) {
        self.traits = traits
        self.output = output
        self.talk = talk
        self.whenReaderIsGone = whenReaderIsGone
    }

    package func columns(of stream: ConsoleStream) -> Int? {
        guard traits.isTerminal(stream) else { return nil }
        return TerminalDevice(descriptor(of: stream)).size?.columns
    }

    package func write(_ bytes: [UInt8], to stream: ConsoleStream) throws(TerminalError) {
        let failure: TerminalError? = state.withLock { state in
            if traits.isTerminal(stream), state.liveLine != nil { draw(Self.eraseLine) }
            do throws(TerminalError) {
                try descriptor(of: stream).writeFully(bytes, subject: name(of: stream))
            } catch {
                if stream == .output, state.firstFailure == nil { state.firstFailure = error }
                return error
            }
            if traits.isTerminal(stream), bytes.last == UInt8(ascii: "\n"),
                let line = state.liveLine
            {
                draw(fitted(line))
            }
            return nil
        }
        guard let failure else { return }
        if stream == .output, failure.problem == .brokenPipe { whenReaderIsGone() }
        throw failure
    }

    package func setLiveLine(_ text: String?) {
        guard traits.canRedraw else { return }
        state.withLock { state in
            guard text != state.liveLine else { return }
            draw(Self.eraseLine + (text.map(fitted) ?? ""))
            state.liveLine = text
        }
    }

    package func checkDelivery() throws(TerminalError) {
        if let failure = state.withLock({ $0.firstFailure }) { throw failure }
    }

    /// Ends the process as the default action of `SIGPIPE` does: a shell sees status 141.
    package static func leaveAsBySIGPIPE() {
        LastResort.restoreTerminal()
        _ = signal(SIGPIPE, SIG_DFL)
        // Threads of Dispatch block some signals; this one must get through.
        var mask = sigset_t()
        unsafe sigemptyset(&mask)
        unsafe sigaddset(&mask, SIGPIPE)
        unsafe pthread_sigmask(SIG_UNBLOCK, &mask, nil)
        _ = raise(SIGPIPE)
        _exit(128 + SIGPIPE)
    }

    /// One column stays free: a full line would make some terminals start the next one.
    private func fitted(_ line: String) -> String {
        let columns = TerminalDevice(talk).size?.columns ?? Table.usualWidth
        let text = line.printable.truncated(toWidth: columns - 1)
        return TextStyle.dim.applied(to: text, where: traits.talkHasColour)
    }

    /// Drawing is decoration: where it fails, nothing is lost.
    private func draw(_ text: String) {
        try? talk.writeFully(Array(text.utf8), subject: name(of: .talk))
    }

    private func descriptor(of stream: ConsoleStream) -> FileDescriptor {
        stream == .output ? output : talk
    }

    private func name(of stream: ConsoleStream) -> String {
        stream == .output ? "standard output" : "standard error"
    }
}

extension FileDescriptor {
    /// Writes every byte, also where someone else made the descriptor non-blocking (`poll(2)`).
    func writeFully(_ bytes: [UInt8], subject: String) throws(TerminalError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            do {
                let count = try unsafe rest.withUnsafeBytes { unsafe try self.write($0) }
                rest = rest.dropFirst(count)
            } catch Errno.wouldBlock {
                var ready = pollfd(fd: rawValue, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&ready, 1, -1)
            } catch {
                throw TerminalError(error as? Errno ?? .ioError, "write to \(subject)")
            }
        }
    }
}
