package import SSHKeys
internal import SpotSupport

/// A logged-in connection to one host.
///
/// A thread of its own owns the connection and all its channels and waits in one `poll(2)`; every
/// operation here hands it work and waits for the end. Several operations may run at once. When the
/// last reference goes, the connection is closed.
package final class SSHSession: Sendable {
    package let endpoint: SSHEndpoint
    /// The key by which the host proved itself.
    package let hostKey: PublicKey
    let deadlines: SSHDeadlines
    private let mailbox: Mailbox

    private init(
        endpoint: SSHEndpoint,
        hostKey: PublicKey,
        deadlines: SSHDeadlines,
        mailbox: Mailbox
    ) {
        self.endpoint = endpoint
        self.hostKey = hostKey
        self.deadlines = deadlines
        self.mailbox = mailbox
    }

    deinit {
        close()
    }

    /// Connects, checks the host's key and logs in.
    /// - Throws: `SSHError`; see its reasons, one for each thing that can be so.
    package static func connect(
        to endpoint: SSHEndpoint,
        user: String,
        identity: SSHIdentity,
        hostKeyPolicy: HostKeyPolicy,
        deadlines: SSHDeadlines = .standard
    ) async throws(SSHError) -> SSHSession {
        try await onOwnThread { mailbox, finish in
            let time = SystemTime()
            let greeting = Greeting(
                endpoint: endpoint,
                deadlines: deadlines,
                time: time,
                mailbox: mailbox
            )
            do throws(SSHError) {
                let (connection, hostKey) = try greeting.meet(
                    preferring: hostKeyPolicy.algorithms
                )
                try greeting.check(hostKey, against: hostKeyPolicy)
                try greeting.logIn(user, identity, on: connection)
                let loop = SessionLoop(
                    connection,
                    mailbox: mailbox,
                    deadlines: deadlines,
                    time: time
                )
                finish(
                    .success(
                        SSHSession(
                            endpoint: endpoint,
                            hostKey: hostKey,
                            deadlines: deadlines,
                            mailbox: mailbox
                        )
                    )
                )
                loop.run()
            } catch {
                finish(.failure(error))
            }
        }
    }

    /// The key a host offers, without logging in: for showing a fingerprint, never for trusting it.
    package static func hostKey(
        of endpoint: SSHEndpoint,
        preferring algorithms: [KeyAlgorithm] = [],
        deadlines: SSHDeadlines = .standard
    ) async throws(SSHError) -> PublicKey {
        try await onOwnThread { mailbox, finish in
            let greeting = Greeting(
                endpoint: endpoint,
                deadlines: deadlines,
                time: SystemTime(),
                mailbox: mailbox
            )
            let order = HostKeyPolicy.fingerprints([], preferring: algorithms).algorithms
            do throws(SSHError) {
                finish(.success(try greeting.meet(preferring: order).1))
            } catch {
                finish(.failure(error))
            }
        }
    }

    /// Ends the connection and whatever runs over it; harmless when it has ended already.
    package func close() {
        _ = mailbox.post(.close)
    }

    /// Has the connection's thread run what `make` makes, to its end.
    func perform<Body: Activity>(
        limit: Duration? = nil,
        _ make: @escaping @Sendable (Connection) -> Body
    ) async throws(SSHError) -> Body.Output {
        let ticket = mailbox.nextTicket()
        return try await withTaskCancellationHandler {
            await result(of: ticket, limit: limit, make)
        } onCancel: {
            _ = mailbox.post(.cancel(ticket))
        }.get()
    }

    /// The same for what must be done even when the calling task was cancelled; hence always limited.
    func performUncancelled<Body: Activity>(
        limit: Duration,
        _ make: @escaping @Sendable (Connection) -> Body
    ) async throws(SSHError) -> Body.Output {
        try await result(of: mailbox.nextTicket(), limit: limit, make).get()
    }

    private func result<Body: Activity>(
        of ticket: Mailbox.Ticket,
        limit: Duration?,
        _ make: @escaping @Sendable (Connection) -> Body
    ) async -> Result<Body.Output, SSHError> {
        await withCheckedContinuation { continuation in
            let start = Mailbox.Message.start(ticket) { connection, failure in
                guard let connection else {
                    continuation.resume(returning: .failure(failure))
                    return nil
                }
                return Running(make(connection), ticket: ticket, limit: limit) {
                    continuation.resume(returning: $0)
                }
            }
            if let end = mailbox.post(start) { continuation.resume(returning: .failure(end)) }
        }
    }

    /// Runs `body` on a new thread; it reports once and may then go on.
    private static func onOwnThread<Value: Sendable>(
        _ body:
            @escaping @Sendable (Mailbox, (sending Result<Value, SSHError>) -> Void) -> Void
    ) async throws(SSHError) -> Value {
        let mailbox = try Mailbox()
        let result: Result<Value, SSHError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                do throws(SSHError) {
                    try OwnThread.run { body(mailbox) { continuation.resume(returning: $0) } }
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        } onCancel: {
            _ = mailbox.post(.close)
        }
        return try result.get()
    }
}
