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
            if let output = body.output {
                body.abandon()
                finish(.success(output))
                return .over
            }
            return moved ? .moved : .idle
        } catch {
            end(with: error)
            return .over
        }
    }

    func end(with failure: SSHError) {
        body.abandon()
        finish(.failure(failure))
    }
}
