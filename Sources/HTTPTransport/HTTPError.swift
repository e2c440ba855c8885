package import SpotSupport

/// No whole answer came back.
package struct HTTPError: Failure {
    /// What stopped the exchange.
    package enum Reason: Sendable, Hashable {
        /// The host's name has no address.
        case unresolved
        /// No connection, or TLS was refused.
        case unreachable
        /// The server's certificate is not to be trusted.
        case untrusted
        /// A time limit passed.
        case timedOut
        /// The connection broke, or the answer ended early.
        case lost
        /// The answer is not HTTP, or longer than allowed.
        case unreadable
        /// The task was cancelled.
        case cancelled
        /// The request itself cannot be sent.
        case malformed
    }

    package let reason: Reason
    /// The server, with its port if that is not the scheme's own.
    package let host: String
    /// Whether any byte of the request may have reached the server, so that it may have acted on it.
    package let mayHaveReachedServer: Bool
    /// What was the matter, in the words of libcurl or ours.
    package let detail: String

    package init(
        _ reason: Reason,
        host: String,
        mayHaveReachedServer: Bool,
        detail: String
    ) {
        self.reason = reason
        self.host = host
        self.mayHaveReachedServer = mayHaveReachedServer
        self.detail = detail
    }

    package var kind: FailureKind {
        switch reason {
        case .unresolved, .unreachable, .untrusted, .lost: .transport
        case .timedOut: .timedOut
        case .cancelled: .cancelled
        case .unreadable, .malformed: .broken
        }
    }

    package var message: String {
        switch reason {
        case .unresolved, .unreachable, .untrusted: "cannot reach \(host): \(detail)"
        case .timedOut where !mayHaveReachedServer: "cannot reach \(host): \(detail)"
        case .timedOut, .lost, .unreadable: "cannot read the answer of \(host): \(detail)"
        case .cancelled: "stopped waiting for \(host)"
        case .malformed: "cannot send a request to \(host): \(detail)"
        }
    }

    package var hint: String? {
        switch reason {
        case .unresolved: "check the network, the region and AWS_ENDPOINT_URL"
        case .unreachable: "check the network, and HTTPS_PROXY if there is one"
        case .untrusted: "AWS_CA_BUNDLE names a file of further certificate authorities"
        case .timedOut, .lost, .unreadable, .cancelled, .malformed: nil
        }
    }
}
