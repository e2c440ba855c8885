/// As much of DER (X.690) as the private keys of RFC 5915 and RFC 8017 need.
struct DERWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(tag: UInt8, _ body: [UInt8]) {
        bytes.append(tag)
        switch body.count {
        case 0..<0x80:
            bytes.append(UInt8(body.count))
        case 0x80..<0x100:
            bytes += [0x81, UInt8(body.count)]
        default:
            bytes += [0x82, UInt8(body.count >> 8), UInt8(truncatingIfNeeded: body.count)]
        }
        bytes += body
    }

    mutating func append(integer magnitude: [UInt8]) {
        let digits = Array(magnitude.drop { $0 == 0 })
        let needsZero = digits.first.map { $0 & 0x80 != 0 } ?? true
        append(tag: 0x02, (needsZero ? [0] : []) + digits)
    }

    /// An element that holds elements.
    mutating func append(tag: UInt8, _ fill: (inout DERWriter) -> Void) {
        var inner = DERWriter()
        fill(&inner)
        append(tag: tag, inner.bytes)
    }
}

extension KeyMaterial {
    /// The key in the form OpenSSL reads (`d2i_AutoPrivateKey`); nil for ed25519, which has a
    /// simpler door.
    func der(remainders: (first: [UInt8], second: [UInt8])) -> [UInt8]? {
        var writer = DERWriter()
        switch self {
        case .ed25519:
            return nil
        case .ecdsa(let curve, let point, let scalar):
            let padding = [UInt8](repeating: 0, count: max(0, curve.byteCount - scalar.count))
            writer.append(tag: 0x30) { key in
                key.append(integer: [1])
                key.append(tag: 0x04, padding + scalar)
                key.append(tag: 0xA0) { $0.append(tag: 0x06, curve.objectIdentifier) }
                key.append(tag: 0xA1) { $0.append(tag: 0x03, [0] + point) }
            }
        case .rsa(let numbers):
            writer.append(tag: 0x30) { key in
                key.append(integer: [])
                for number in [
                    numbers.modulus, numbers.exponent, numbers.privateExponent, numbers.firstPrime,
                    numbers.secondPrime, remainders.first, remainders.second, numbers.coefficient,
                ] {
                    key.append(integer: number)
                }
            }
        }
        return writer.bytes
    }
}

extension EllipticCurve {
    /// How long a coordinate or a private scalar is.
    var byteCount: Int {
        switch self {
        case .p256: 32
        case .p384: 48
        case .p521: 66
        }
    }

    /// The body of its DER object identifier (RFC 5480 §2.1.1.1).
    var objectIdentifier: [UInt8] {
        switch self {
        case .p256: [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
        case .p384: [0x2B, 0x81, 0x04, 0x00, 0x22]
        case .p521: [0x2B, 0x81, 0x04, 0x00, 0x23]
        }
    }
}
