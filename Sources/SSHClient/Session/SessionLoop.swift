internal import SpotSupport
internal import SystemPackage

/// The one loop of a connection's thread: messages, `poll(2)`, a round of every activity, again.
final class SessionLoop {
    private let connection: Connection
    private let mailbox: Mailbox
    private let time: any TimeSource
    /// For what is stopped to take back what it did.
    private let patience: Duration
    private var liveness: Liveness
    private var activities: [any RunningActivity] = []
    /// When each activity with a limit must be over.
    private var ends: [Mailbox.Ticket: Deadline] = [:]
    /// Cancelled before they came.
    private var cancelled: Set<Mailbox.Ticket> = []
    private var isClosing = false

    init(
        _ connection: Connection,
        mailbox: Mailbox,
        deadlines: SSHDeadlines,
        time: any TimeSource
    ) {
        self.connection = connection
        self.mailbox = mailbox
        self.time = time
        patience = deadlines.stop
        liveness = Liveness(deadlines: deadlines, time: time)
    }

    /// Runs until the connection ends, and tells everybody.
    func run() {
        let failure = rounds()
        for activity in activities { activity.end(with: failure) }
        activities.removeAll()
        for case .start(_, let make) in mailbox.shut(because: failure) { _ = make(nil, failure) }
        if failure.reason == .closed {
            connection.session.sayGoodbye()
            connection.stream.flush()
        }
        connection.dissolve()
    }

    private func rounds() -> SSHError {
        var set = PollSet()
        var moved = true
        while true {
            if readMessages() { moved = true }
            if isClosing { return SSHError(.closed, "cannot go on: the connection was closed") }
            let before = connection.stream.receivedCount
            watch(with: &set)
            set.wait(upTo: moved ? .zero : pause)
            do throws(SSHError) {
                moved = try round(set)
                if !moved, connection.stream.receivedCount == before,
                    set.isReady(connection.stream.descriptor, for: .input)
                {
                    connection.stream.fill()
                }
                try liveness.check(connection)
            } catch {
                return error
            }
            moved = moved || connection.stream.receivedCount != before
        }
    }

    /// True if there were any, so that what they started gets its first round at once.
    private func readMessages() -> Bool {
        let messages = mailbox.collect()
        for message in messages {
            switch message {
            case .start(let ticket, let make):
                let early = SSHError.cancelledByCaller
                if cancelled.remove(ticket) != nil {
                    _ = make(nil, early)
                } else if let activity = make(connection, early) {
                    activities.append(activity)
                    ends[ticket] = activity.limit.map { Deadline(in: $0, of: time) }
                }
            case .cancel(let ticket):
                if !stop(ticket, because: .cancelledByCaller) { cancelled.insert(ticket) }
            case .close:
                isClosing = true
            }
        }
        return !messages.isEmpty
    }

    private func watch(with set: inout PollSet) {
        set.removeAll()
        set.watch(mailbox.pipe.readEnd.rawValue, for: .input)
        if connection.stream.canFill { set.watch(connection.stream.descriptor, for: .input) }
        if connection.stream.pendingCount > 0 {
            set.watch(connection.stream.descriptor, for: .output)
        }
        for activity in activities { activity.addInterests(to: &set) }
    }

    /// Until something must be looked at even if nothing happens.
    private var pause: Duration {
        ends.values.reduce(liveness.pause) { min($0, $1.remaining) }
    }

    private func round(_ set: PollSet) throws(SSHError) -> Bool {
        connection.stream.flush()
        var moved = false
        for activity in activities {
            switch activity.advance(ready: set) {
            case .idle: break
            case .moved: moved = true
            case .over:
                moved = true
                _ = remove(activity.ticket)
            }
        }
        try connection.tidy()
        connection.stream.flush()
        try checkStream()
        for (ticket, end) in ends where end.hasPassed {
            if stop(ticket, because: .outOfTime(end.limit)) { moved = true }
        }
        return moved
    }

    private func checkStream() throws(SSHError) {
        let stream = connection.stream
        guard stream.failure != nil || stream.hasEnded else { return }
        throw SSHError(.connectionLost, "the connection was lost: \(stream.lossCause)")
    }

    /// False where there is no such activity.
    private func stop(_ ticket: Mailbox.Ticket, because failure: SSHError) -> Bool {
        guard let activity = activities.first(where: { $0.ticket == ticket }) else { return false }
        let isAlone = activities.count == 1
        if activity.stop(because: failure, isAlone: isAlone, within: patience) {
            ends[ticket] = Deadline(in: patience, of: time)
        } else {
            _ = remove(ticket)
        }
        return true
    }

    private func remove(_ ticket: Mailbox.Ticket) -> (any RunningActivity)? {
        ends[ticket] = nil
        guard let index = activities.firstIndex(where: { $0.ticket == ticket }) else { return nil }
        return activities.remove(at: index)
    }
}

extension SSHError {
    static let cancelledByCaller = SSHError(.cancelled, "stopped before the end")

    static func outOfTime(_ limit: Duration) -> SSHError {
        SSHError(.timedOut, "gave up on the remote command after \(limit.spoken)")
    }
}
