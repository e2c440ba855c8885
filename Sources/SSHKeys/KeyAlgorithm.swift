internal import SpotSupport

/// The name of a key's type as it stands in key files and on the wire: `ssh-ed25519`.
package struct KeyAlgorithm: Identifier {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package static let ed25519 = KeyAlgorithm("ssh-ed25519")
    package static let rsa = KeyAlgorithm("ssh-rsa")
    /// Of signatures only: RSA without SHA-1 (RFC 8332).
    package static let rsaSHA512 = KeyAlgorithm("rsa-sha2-512")
    package static let ecdsaP256 = KeyAlgorithm("ecdsa-sha2-nistp256")
    package static let ecdsaP384 = KeyAlgorithm("ecdsa-sha2-nistp384")
    package static let ecdsaP521 = KeyAlgorithm("ecdsa-sha2-nistp521")

    /// The name of the signatures that keys of this type make; for RSA it is not the key's own, as
    /// servers refuse SHA-1.
    package var forSigning: KeyAlgorithm { self == .rsa ? .rsaSHA512 : self }

    /// The word that `ssh-keygen -l` prints for it: `ED25519`.
    package var shortName: String {
        switch self {
        case .ed25519: "ED25519"
        case .rsa: "RSA"
        case .ecdsaP256, .ecdsaP384, .ecdsaP521: "ECDSA"
        default: rawValue
        }
    }
}
