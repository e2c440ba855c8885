/// What a key file holds, as far as it can be told without a passphrase.
package enum KeyFile: Sendable, Hashable {
    /// A private key in the clear.
    case open(PrivateKey)
    /// A private key under a passphrase.
    case locked(LockedKey)
    /// Only the public half: an ssh-agent may have the other.
    case publicHalf(PublicKey)

    /// Reads a private key in OpenSSH's form or in PEM, or a line of a `.pub` file.
    /// - Parameter publicHalf: What stands in the file's `.pub`, which an encrypted PEM file needs.
    package init(text: String, publicHalf: String? = nil) throws(SSHKeyError) {
        guard text.contains("-----BEGIN ") else {
            guard let key = try? PublicKey(line: text) else {
                throw SSHKeyError(
                    .malformed,
                    "cannot read the private key: it is neither an OpenSSH key file nor PEM"
                )
            }
            self = .publicHalf(key)
            return
        }
        do throws(SSHKeyError) {
            self = .open(try PrivateKey(text: text))
        } catch  where error.reason == .encrypted {
            self = .locked(try LockedKey(text: text, publicHalf: publicHalf))
        }
    }

    package var publicKey: PublicKey {
        switch self {
        case .open(let key): key.publicKey
        case .locked(let key): key.publicKey
        case .publicHalf(let key): key
        }
    }
}

/// A private key under a passphrase, of which the public half is known.
package struct LockedKey: Sendable, Hashable {
    package let publicKey: PublicKey
    private let text: String

    init(text: String, publicHalf: String?) throws(SSHKeyError) {
        self.text = text
        if OpenSSHKeyFile.isArmour(text) {
            publicKey = try OpenSSHKeyFile.publicKey(in: text)
        } else if let publicHalf {
            publicKey = try PublicKey(line: publicHalf)
        } else {
            throw SSHKeyError(
                .malformed,
                "cannot use the private key: it is protected by a passphrase and its public half "
                    + "is not beside it",
                hint: "write that with: ssh-keygen -y -f FILE > FILE.pub"
            )
        }
    }

    /// The key itself.
    ///
    /// Takes its time: the key's maker chose how much, so that guessing takes longer.
    /// - Throws: `SSHKeyError`; `.wrongPassphrase` where another would do.
    package func unlocked(with passphrase: Passphrase) throws(SSHKeyError) -> PrivateKey {
        let key = try PrivateKey(text: text, passphrase: passphrase)
        guard key.publicKey == publicKey else {
            throw SSHKeyError(
                .malformed,
                "cannot use the private key: the public half beside it belongs to another key"
            )
        }
        return key
    }
}
