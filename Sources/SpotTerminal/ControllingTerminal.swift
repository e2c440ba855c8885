import Glibc
import SpotSupport
package import SystemPackage

/// The terminal the person sits at, whatever standard input and output are connected to.
package struct ControllingTerminal: AnswerSource {
    private let path: FilePath
    /// Questions are talk: somebody who cannot see the talk must not be waited for.
    private let talkIsTerminal: Bool

    /// Looking at a terminal must not make it ours (`O_NOCTTY`).
    private static let openOptions: FileDescriptor.OpenOptions = [
        .closeOnExec, FileDescriptor.OpenOptions(rawValue: O_NOCTTY),
    ]

    package init(talkIsTerminal: Bool, path: FilePath = "/dev/tty") {
        self.talkIsTerminal = talkIsTerminal
        self.path = path
    }

    package var isAvailable: Bool {
        guard talkIsTerminal, let descriptor = try? open() else { return false }
        defer { try? descriptor.close() }
        return TerminalDevice(descriptor).isTerminal
    }

    package func answer(
        to question: String,
        isSecret: Bool
    ) async throws(TerminalError) -> String? {
        let wake = try Self.wakePipe()
        let descriptor = try open()
        defer { try? descriptor.close() }
        let result: Result<String?, TerminalError> = await withTaskCancellationHandler {
            await BlockingPool.run { () throws(Never) -> Result<String?, TerminalError> in
                do throws(TerminalError) {
                    return .success(
                        try Self.converse(on: descriptor, wake, question, isSecret: isSecret)
                    )
                } catch {
                    return .failure(error)
                }
            }
        } onCancel: {
            wake.wake()
        }
        return try result.get()
    }

    private static func wakePipe() throws(TerminalError) -> WakePipe {
        do throws(SystemCallError) {
            return try WakePipe()
        } catch {
            throw TerminalError(error.errno, error.action)
        }
    }

    private func open() throws(TerminalError) -> FileDescriptor {
        do {
            return try FileDescriptor.open(path, .readWrite, options: Self.openOptions)
        } catch {
            throw TerminalError(error as? Errno ?? .ioError, "open the terminal")
        }
    }

    private static func converse(
        on descriptor: FileDescriptor,
        _ wake: WakePipe,
        _ question: String,
        isSecret: Bool
    ) throws(TerminalError) -> String? {
        guard isSecret else { return try readLine(descriptor, wake, question) }
        let hidden = try RawMode.hideKeys(of: TerminalDevice(descriptor))
        let line = try readLine(descriptor, wake, question)
        _ = consume hidden
        return line
    }

    /// The terminal collects the line; one read returns it whole (`termios(3)`, canonical mode).
    private static func readLine(
        _ descriptor: FileDescriptor,
        _ wake: WakePipe,
        _ question: String
    ) throws(TerminalError) -> String? {
        try descriptor.writeFully(Array(question.utf8), subject: "the terminal")
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while line.last != UInt8(ascii: "\n") {
            var ready = [
                pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake.readEnd.rawValue, events: Int16(POLLIN), revents: 0),
            ]
            guard unsafe poll(&ready, 2, -1) > 0 else { continue }
            if ready[1].revents != 0 {
                throw TerminalError(.unanswered, "cannot go on: cancelled before an answer")
            }
            do {
                let count = try unsafe buffer.withUnsafeMutableBytes {
                    unsafe try descriptor.read(into: $0)
                }
                if count == 0 { return line.isEmpty ? nil : String(decoding: line, as: UTF8.self) }
                line += buffer[..<count]
            } catch {
                throw TerminalError(error as? Errno ?? .ioError, "read from the terminal")
            }
        }
        return String(decoding: line.dropLast(), as: UTF8.self)
    }
}
