internal import SpotSupport

/// A private key, which shows itself to nobody but the file it is written to.
package struct PrivateKey: Sendable, Hashable {
    let material: KeyMaterial
    package let publicKey: PublicKey

    init(_ material: KeyMaterial, comment: String) {
        self.material = material
        publicKey = PublicKey(
            algorithm: material.algorithm,
            trustedBlob: material.publicBlob,
            comment: comment
        )
    }

    /// A new ed25519 key from the operating system's randomness.
    ///
    /// The comment is kept in the key file and in the public line; it has no line breaks.
    package static func generateEd25519(comment: String) throws(SSHKeyError) -> PrivateKey {
        PrivateKey(try KeyHandle.generateEd25519().material(), comment: comment)
    }

    /// Reads a key file: OpenSSH's own form, or PEM as OpenSSL and EC2 write it.
    /// - Throws: `SSHKeyError`; `.encrypted` for a key under a passphrase where none is given, and
    ///   `.wrongPassphrase` for another one.
    package init(text: String, passphrase: Passphrase? = nil) throws(SSHKeyError) {
        if OpenSSHKeyFile.isArmour(text) {
            self = try OpenSSHKeyFile.decode(text, passphrase: passphrase)
        } else {
            self = try PEMKeyFile.decode(text, passphrase: passphrase)
        }
    }

    package var algorithm: KeyAlgorithm { publicKey.algorithm }

    /// The key file as `ssh-keygen` writes it, without a passphrase: for a file of mode 0600.
    package var openSSHText: String { OpenSSHKeyFile.encode(self) }

    /// Signs, and answers what stands inside the wire form's second string (RFC 4253 §6.6);
    /// the first says `algorithm.forSigning`.
    package func signature(over message: [UInt8]) throws(SSHKeyError) -> [UInt8] {
        let handle = try KeyHandle(material)
        switch material {
        case .ed25519: return try handle.sign(message, digest: nil)
        case .rsa: return try handle.sign(message, digest: "SHA512")
        case .ecdsa(let curve, _, _):
            return try ECDSASignature.wireForm(
                ofDER: handle.sign(message, digest: curve.digestName)
            )
        }
    }
}

extension PrivateKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "private key of \(publicKey)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: [("publicKey", publicKey)]) }
}

extension EllipticCurve {
    /// The digest that goes with the curve (RFC 5656 §6.2.1).
    var digestName: String {
        switch self {
        case .p256: "SHA256"
        case .p384: "SHA384"
        case .p521: "SHA512"
        }
    }
}
