/// Looks again and again until something is so, with a deadline and a name for what is awaited.
package struct Waiter: Sendable {
    /// What is awaited, as it reads after "waiting for": "web to be running".
    package let subject: String
    package let limit: Duration
    package let backoff: Backoff
    private let time: any TimeSource

    package init(for subject: String, limit: Duration, backoff: Backoff, time: any TimeSource) {
        self.subject = subject
        self.limit = limit
        self.backoff = backoff
        self.time = time
    }

    /// Calls `look` until it answers something.
    ///
    /// The first look is immediate and there is always a last one at the deadline. What `look` throws
    /// ends the wait.
    /// - Throws: `WaitTimedOut` when the deadline passes, or what `look` throws.
    package func value<Value>(_ look: (Deadline) async throws -> Value?) async throws -> Value {
        let deadline = Deadline(in: limit, of: time)
        var attempt = 0
        while true {
            if let value = try await look(deadline) { return value }
            guard !deadline.hasPassed else {
                throw WaitTimedOut(subject: subject, limit: limit)
            }
            attempt += 1
            let pause = min(backoff.pause(beforeAttempt: attempt), deadline.remaining)
            try await time.sleep(for: pause)
        }
    }
}

extension Waiter {
    /// Waits for the lock that `take` takes, and runs `body` while it is held.
    package func holding<Value>(
        _ take: () throws(SystemCallError) -> FileLock?,
        whileWaiting: () -> Void,
        _ body: () async throws -> Value
    ) async throws -> Value {
        let deadline = Deadline(in: limit, of: time)
        var attempt = 0
        while true {
            if let lock = try take() {
                let value = try await body()
                _ = consume lock
                return value
            }
            whileWaiting()
            guard !deadline.hasPassed else { throw WaitTimedOut(subject: subject, limit: limit) }
            attempt += 1
            try await time.sleep(
                for: min(backoff.pause(beforeAttempt: attempt), deadline.remaining)
            )
        }
    }
}

/// A wait that reached its deadline.
package struct WaitTimedOut: Failure {
    package let subject: String
    package let limit: Duration
    package let hint: String?

    package init(subject: String, limit: Duration, hint: String? = nil) {
        self.subject = subject
        self.limit = limit
        self.hint = hint
    }

    package var kind: FailureKind { .timedOut }
    package var message: String { "gave up waiting for \(subject) after \(limit.spoken)" }
}
