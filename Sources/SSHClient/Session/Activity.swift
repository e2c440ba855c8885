/// Something going on over a connection: a command, a shell, a transfer.
///
/// It lives on the connection's thread and never waits: the loop asks what it waits for, polls, and
/// lets it go on.
protocol Activity: AnyObject, SendableMetatype {
    associatedtype Output: Sendable

    /// Set when it is over.
    var output: Output? { get }

    /// Adds what it waits for besides the connection itself.
    func addInterests(to set: inout PollSet)

    /// Does what can be done without waiting, a bounded amount of it; true if anything moved.
    ///
    /// A descriptor of this side is touched only if `ready` says so, and once at most.
    func advance(ready: PollSet) throws(SSHError) -> Bool

    /// Begins to take back what it did, before it ends too early.
    ///
    /// False where there is nothing to wait for; else it goes on until it has stopped, or until
    /// `patience` is over.
    /// - Parameter isAlone: Nothing else goes on over the connection.
    func stop(isAlone: Bool, within patience: Duration) -> Bool
    var hasStopped: Bool { get }

    /// What it leaves on the other side if it ends now, for people; nil for nothing.
    var remains: String? { get }

    /// Gives its channels back. The connection may be gone.
    func abandon()
}

/// What the loop keeps about an activity, without its type.
protocol RunningActivity: AnyObject {
    var ticket: Mailbox.Ticket { get }
    /// When it must be over; nil for never.
    var limit: Duration? { get }

    func addInterests(to set: inout PollSet)
    func advance(ready: PollSet) -> RoundResult
    /// Has it end with this failure once it has taken back what it did.
    ///
    /// False when it has ended already.
    func stop(because failure: SSHError, isAlone: Bool, within patience: Duration) -> Bool
    func end(with failure: SSHError)
}

/// What one round of an activity brought.
enum RoundResult {
    case idle
    case moved
    case over
}

/// An activity with the one who waits for it.
final class Running<Body: Activity>: RunningActivity {
    let ticket: Mailbox.Ticket
    let limit: Duration?
    private let body: Body
    private let finish: (Result<Body.Output, SSHError>) -> Void
    /// Why it is stopping, once it is.
    private var cause: SSHError?

    init(
        _ body: Body,
        ticket: Mailbox.Ticket,
        limit: Duration?,
        finish: @escaping (Result<Body.Output, SSHError>) -> Void
    ) {
        self.body = body
        self.ticket = ticket
        self.limit = limit
        self.finish = finish
    }

    func addInterests(to set: inout PollSet) {
        body.addInterests(to: &set)
    }

    func advance(ready: PollSet) -> RoundResult {
        do throws(SSHError) {
            let moved = try body.advance(ready: ready)
            if let cause {
                guard body.hasStopped else { return moved ? .moved : .idle }
                end(with: cause)
                return .over
            }
            if let output = body.output {
                body.abandon()
                finish(.success(output))
                return .over
            }
            return moved ? .moved : .idle
        } catch {
            end(with: cause ?? error)
            return .over
        }
    }

    func stop(because failure: SSHError, isAlone: Bool, within patience: Duration) -> Bool {
        if cause == nil, body.stop(isAlone: isAlone, within: patience), !body.hasStopped {
            cause = failure
            return true
        }
        end(with: cause ?? failure)
        return false
    }

    func end(with failure: SSHError) {
        let remains = body.remains
        body.abandon()
        finish(.failure(remains.map { failure.leaving($0) } ?? failure))
    }
}
