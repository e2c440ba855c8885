package import SSHKeys
package import SpotSupport
package import SystemPackage

/// A connection, a login, a remote command or a transfer that failed.
package struct SSHError: Failure {
    /// What happened, for a caller that must decide.
    ///
    /// Nobody decides from a message.
    package enum Reason: Hashable, Sendable {
        /// The host's name has no address.
        case nameNotFound
        /// The port is closed: the host is there and nobody listens yet.
        case refused
        /// No way to the host, or a gate keeper said no.
        case unreachable
        /// A deadline passed.
        case timedOut
        /// The peer, or something between, ended the connection, or a peer that was there stopped
        /// answering.
        case connectionLost
        /// The two sides have no cipher, key exchange or host key type in common.
        case noCommonAlgorithm
        /// The peer speaks no SSH that we understand.
        case handshakeFailed
        /// The host proved to be another than the expected one.
        case hostKeyMismatch(expected: [Fingerprint], offered: PublicKey)
        /// The server knows neither this key nor, perhaps, this user.
        case authenticationRefused
        /// Our key cannot be used.
        case badKey
        /// There is no ssh-agent, or it does not do what it is asked.
        case agentRefused
        /// The server opens no more channels on this connection.
        case channelRefused
        /// The server refused to run the command, to give a terminal or to transfer files.
        case requestRefused
        /// The peer broke the protocol's rules.
        case protocolViolation
        /// The calling task was cancelled.
        case cancelled
        /// The session had been closed on our side before.
        case closed
        /// The server's answer about a file.
        case remoteFile(SFTPStatus)
        /// The system's answer about a file on this side.
        case localFile(Errno)
        /// A file that is left out on purpose: a socket, a device, a pipe, a name that leads away.
        case skipped
        /// What was asked for makes no sense: several sources for one file, an absent target
        /// directory.
        case badRequest
    }

    package let reason: Reason
    package let message: String
    package let hint: String?
    package let cause: (any Error)?
    /// libssh2's number, for those who report a fault; 0 where there is none.
    package let libraryCode: Int32

    package init(
        _ reason: Reason,
        _ message: String,
        hint: String? = nil,
        cause: (any Error)? = nil,
        libraryCode: Int32 = 0
    ) {
        self.reason = reason
        self.message = message
        self.hint = hint
        self.cause = cause
        self.libraryCode = libraryCode
    }

    /// A host that does not answer is a failed connection: only waits that a person may bound are
    /// "timed out".
    package var kind: FailureKind {
        switch reason {
        case .cancelled: .cancelled
        case .nameNotFound, .refused, .unreachable, .timedOut, .connectionLost, .noCommonAlgorithm,
            .handshakeFailed, .hostKeyMismatch, .authenticationRefused, .channelRefused,
            .requestRefused, .protocolViolation:
            .transport
        case .badKey, .agentRefused, .badRequest: .usage
        case .remoteFile(let status): status.failureKind
        case .localFile(let errno): SystemCallError(errno, "").kind
        case .closed, .skipped: .broken
        }
    }
}

extension SSHError {
    /// A failed system call on this side.
    static func local(_ errno: Errno, _ action: String) -> SSHError {
        let beneath = SystemCallError(errno, action)
        return SSHError(.localFile(errno), beneath.message)
    }

    /// The server's refusal to do something with a file.
    static func remote(_ status: SFTPStatus, _ action: String) -> SSHError {
        SSHError(.remoteFile(status), "cannot \(action): \(status.text)")
    }

    /// The same, and what it leaves behind.
    func leaving(_ remains: String) -> SSHError {
        SSHError(
            reason,
            message,
            hint: [remains, hint].compactMap(\.self).joined(separator: "; "),
            cause: cause,
            libraryCode: libraryCode
        )
    }

    static func violation(_ what: String) -> SSHError {
        SSHError(.protocolViolation, "cannot understand the file server: \(what)")
    }
}
