internal import SpotSupport

/// The numbers that make a private key, big-endian, without leading zeros where they are integers.
enum KeyMaterial: Hashable, Sendable {
    case ed25519(seed: [UInt8], point: [UInt8])
    case ecdsa(EllipticCurve, point: [UInt8], scalar: [UInt8])
    case rsa(RSANumbers)

    var algorithm: KeyAlgorithm {
        switch self {
        case .ed25519: .ed25519
        case .ecdsa(let curve, _, _): curve.algorithm
        case .rsa: .rsa
        }
    }

    /// The wire form of the public half.
    var publicBlob: [UInt8] {
        var writer = WireWriter()
        writer.append(text: algorithm.rawValue)
        switch self {
        case .ed25519(_, let point):
            writer.append(string: point)
        case .ecdsa(let curve, let point, _):
            writer.append(text: curve.rawValue)
            writer.append(string: point)
        case .rsa(let numbers):
            writer.append(unsigned: numbers.exponent)
            writer.append(unsigned: numbers.modulus)
        }
        return writer.bytes
    }
}

/// An RSA key's integers (RFC 8017 §3.2).
struct RSANumbers: Hashable, Sendable {
    let modulus: [UInt8]
    let exponent: [UInt8]
    let privateExponent: [UInt8]
    let firstPrime: [UInt8]
    let secondPrime: [UInt8]
    /// The inverse of the second prime modulo the first.
    let coefficient: [UInt8]
}

/// The curves of RFC 5656, by their names on the wire.
enum EllipticCurve: String, CaseIterable, Sendable {
    case p256 = "nistp256"
    case p384 = "nistp384"
    case p521 = "nistp521"

    var algorithm: KeyAlgorithm { KeyAlgorithm("ecdsa-sha2-\(rawValue)") }

    /// OpenSSL's name for it.
    var groupName: String {
        switch self {
        case .p256: "prime256v1"
        case .p384: "secp384r1"
        case .p521: "secp521r1"
        }
    }

    init?(groupName: String) {
        guard let curve = Self.allCases.first(where: { $0.groupName == groupName }) else {
            return nil
        }
        self = curve
    }
}
