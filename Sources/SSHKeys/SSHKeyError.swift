package import SpotSupport

/// A key that cannot be read, made or used.
package struct SSHKeyError: Failure, Equatable {
    /// What is wrong, for a caller that must decide.
    package enum Reason: Hashable, Sendable {
        /// Not a key in any form we know, or a damaged one.
        case malformed
        /// A key that needs a passphrase.
        case encrypted
        /// The passphrase does not fit.
        case wrongPassphrase
        /// A sound key of a type that cannot be used for logging in.
        case unsupported
        /// The cryptographic library refused.
        case cryptography
    }

    package let reason: Reason
    package let message: String
    package let hint: String?

    package init(_ reason: Reason, _ message: String, hint: String? = nil) {
        self.reason = reason
        self.message = message
        self.hint = hint
    }

    package var kind: FailureKind {
        switch reason {
        case .malformed, .encrypted, .wrongPassphrase, .unsupported: .usage
        case .cryptography: .broken
        }
    }
}

extension SSHKeyError {
    static let encrypted = SSHKeyError(
        .encrypted,
        "cannot use the private key: it is protected by a passphrase",
        hint: "give it to an ssh-agent with: ssh-add FILE"
    )

    static let wrongPassphrase = SSHKeyError(
        .wrongPassphrase,
        "cannot use the private key: the passphrase is wrong"
    )
}
