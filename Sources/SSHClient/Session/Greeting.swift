internal import Glibc
internal import SSHKeys
internal import SpotSupport
internal import SystemPackage

/// Everything from the TCP connection to the login, one step after the other on the connection's
/// thread.
struct Greeting {
    let endpoint: SSHEndpoint
    let deadlines: SSHDeadlines
    let time: any TimeSource
    let mailbox: Mailbox

    /// A connection whose host has proved its key, with that key.
    func meet(preferring algorithms: [KeyAlgorithm]) throws(SSHError) -> (Connection, PublicKey) {
        let dialer = Dialer(
            endpoint: endpoint,
            limit: deadlines.connect,
            time: time,
            mailbox: mailbox
        )
        let stream = SocketStream(owning: try dialer.dial())
        let connection = Connection(session: try SessionHandle(on: stream))
        try connection.session.prefer(hostKeys: algorithms)
        try wait(deadlines.handshake, on: connection, doing: "agree on encryption") {
            () throws(SSHError) in
            try connection.session.handshake()
        }
        return (connection, try connection.session.hostKey())
    }

    /// Checks the host's key before anything is said about the user.
    func check(_ offered: PublicKey, against policy: HostKeyPolicy) throws(SSHError) {
        guard !policy.accepts(offered) else { return }
        let wanted = policy.expected.map(\.rawValue).joined(separator: " or ")
        throw SSHError(
            .hostKeyMismatch(expected: policy.expected, offered: offered),
            "cannot trust \(endpoint): its host key is \(offered), "
                + (wanted.isEmpty ? "which was refused" : "expected was \(wanted)")
        )
    }

    func logIn(_ user: String, _ identity: SSHIdentity, on connection: Connection)
        throws(SSHError)
    {
        let signer = LoginSigner(identity)
        do throws(SSHError) {
            let limit = deadlines.login + identity.patience
            try wait(limit, on: connection, doing: "log in as \(user)") {
                () throws(SSHError) in
                try connection.session.logIn(user: user, with: signer)
            }
        } catch {
            if let beneath = signer.failure {
                throw SSHError(
                    beneath.reason,
                    "cannot log in as \(user) to \(endpoint): \(beneath.message)",
                    hint: beneath.hint,
                    cause: beneath
                )
            }
            guard error.reason == .authenticationRefused else { throw error }
            throw SSHError(
                .authenticationRefused,
                "cannot log in as \(user) to \(endpoint): the server refused the key "
                    + "\(identity.publicKey)",
                libraryCode: error.libraryCode
            )
        }
        connection.stream.acknowledgesQuickly = false
    }

    /// Repeats `step` as things come in, until it is done.
    private func wait(
        _ limit: Duration,
        on connection: Connection,
        doing action: String,
        _ step: () throws(SSHError) -> Progress
    ) throws(SSHError) {
        let deadline = Deadline(in: limit, of: time)
        let stream = connection.stream
        var set = PollSet()
        while true {
            let before = stream.receivedCount
            do throws(SSHError) {
                if case .done = try step() { break }
            } catch  where error.reason == .connectionLost {
                throw SSHError(
                    .connectionLost,
                    "cannot \(action) with \(endpoint): the connection was lost: "
                        + stream.lossCause,
                    libraryCode: error.libraryCode
                )
            }
            stream.flush()
            if mailbox.isClosing { throw SSHError.cancelledByCaller }
            if deadline.hasPassed {
                throw SSHError(
                    .timedOut,
                    "cannot \(action) with \(endpoint): no answer within \(limit.spoken)"
                )
            }
            guard stream.receivedCount == before else { continue }
            set.removeAll()
            set.watch(mailbox.pipe.readEnd.rawValue, for: .input)
            set.watch(stream.descriptor, for: .input)
            if stream.pendingCount > 0 { set.watch(stream.descriptor, for: .output) }
            set.wait(upTo: deadline.remaining)
        }
        stream.flush()
    }
}
