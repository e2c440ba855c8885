internal import SpotSupport
internal import Synchronization
internal import SystemPackage

/// What other threads tell a connection's thread.
final class Mailbox: Sendable {
    /// Names one piece of work, so that it can be cancelled.
    struct Ticket: Hashable, Sendable {
        fileprivate let number: UInt64
    }

    enum Message: Sendable {
        /// Makes the work on the connection's thread.
        case start(Ticket, @Sendable (Connection?, SSHError) -> (any RunningActivity)?)
        case cancel(Ticket)
        case close
    }

    private struct State {
        var messages: [Message] = []
        var nextTicket: UInt64 = 0
        var end: SSHError?
    }

    private let state = Mutex(State())
    let pipe: WakePipe

    init() throws(SSHError) {
        do throws(SystemCallError) {
            pipe = try WakePipe()
        } catch {
            throw SSHError.local(error.errno, error.action)
        }
    }

    func nextTicket() -> Ticket {
        state.withLock {
            $0.nextTicket += 1
            return Ticket(number: $0.nextTicket)
        }
    }

    /// Delivers, or answers why nobody reads any more.
    func post(_ message: Message) -> SSHError? {
        let end = state.withLock { state in
            if state.end == nil { state.messages.append(message) }
            return state.end
        }
        if end == nil { pipe.wake() }
        return end
    }

    /// All messages so far.
    func collect() -> [Message] {
        pipe.drain()
        return state.withLock { state in
            defer { state.messages.removeAll() }
            return state.messages
        }
    }

    /// Takes no more messages, and answers those that came too late to be read.
    func shut(because failure: SSHError) -> [Message] {
        state.withLock { state in
            state.end = failure
            defer { state.messages.removeAll() }
            return state.messages
        }
    }

    /// Whether the owner wants to end, or its task was cancelled, while the connection is being made.
    var isClosing: Bool {
        state.withLock { state in
            state.messages.contains { if case .close = $0 { true } else { false } }
        }
    }
}
