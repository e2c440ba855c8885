import Glibc
import SpotSupport
import Synchronization
package import SystemPackage

/// Reads what comes out of a pipe or a terminal, up to what a test waits for.
///
/// One reader at a time.
package final class TextReader: Sendable {
    private let descriptor: FileDescriptor
    private let state = Mutex(State())

    private struct State {
        var all: [UInt8] = []
        /// How much was handed out by `text(until:)`.
        var taken = 0
    }

    /// What was waited for did not come.
    package struct Missing: Error, CustomStringConvertible {
        package let awaited: String
        package let shown: String

        package var description: String {
            "no \(awaited.debugDescription) in \(shown.debugDescription)"
        }
    }

    /// - Parameter descriptor: Stays its owner's.
    package init(_ descriptor: FileDescriptor) {
        self.descriptor = descriptor
    }

    /// All that was read so far.
    package var text: String { String(decoding: state.withLock { $0.all }, as: UTF8.self) }

    /// Reads until the text that nobody was handed yet contains `mark`, and hands out all up to its end.
    package func text(until mark: String, within limit: Duration = .seconds(20)) async throws
        -> String
    {
        let mark = Array(mark.utf8)
        return try await BlockingPool.run { () throws(Missing) in
            let deadline = ContinuousClock.now + limit
            while true {
                if let text = self.take(mark) { return text }
                guard self.readMore(until: deadline) else {
                    throw Missing(
                        awaited: String(decoding: mark, as: UTF8.self),
                        shown: self.text
                    )
                }
            }
        }
    }

    /// Reads to the end and answers what nobody was handed yet.
    package func rest(within limit: Duration = .seconds(20)) async -> String {
        await BlockingPool.run {
            let deadline = ContinuousClock.now + limit
            while self.readMore(until: deadline) {}
            return self.state.withLock { state in
                defer { state.taken = state.all.count }
                return String(decoding: state.all[state.taken...], as: UTF8.self)
            }
        }
    }

    private func take(_ mark: [UInt8]) -> String? {
        state.withLock { state in
            guard let range = state.all[state.taken...].firstRange(of: mark) else { return nil }
            defer { state.taken = range.upperBound }
            return String(decoding: state.all[state.taken..<range.upperBound], as: UTF8.self)
        }
    }

    /// Whether something came before the deadline; false at the end, too.
    private func readMore(until deadline: ContinuousClock.Instant) -> Bool {
        let left = max(.zero, ContinuousClock.now.duration(to: deadline))
        var ready = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&ready, 1, CInt(left / .milliseconds(1))) == 1 else { return false }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe chunk.withUnsafeMutableBytes { chunk in
            // A terminal whose other side was closed answers with an error.
            (unsafe try? descriptor.read(into: chunk)) ?? 0
        }
        state.withLock { $0.all += chunk[..<count] }
        return count > 0
    }
}
