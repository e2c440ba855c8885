/// Turns OpenSSL's form of an ECDSA signature into SSH's.
enum ECDSASignature {
    /// Two `mpint`s (RFC 5656 §3.1.2) from a DER sequence of two integers, whose bodies are the same.
    static func wireForm(ofDER der: [UInt8]) throws(SSHKeyError) -> [UInt8] {
        var reader = DERReader(der)
        guard let body = reader.element(tag: DERReader.sequence) else { throw malformed }
        var numbers = DERReader(body)
        guard let r = numbers.element(tag: DERReader.integer),
            let s = numbers.element(tag: DERReader.integer)
        else { throw malformed }
        var writer = WireWriter()
        writer.append(string: r)
        writer.append(string: s)
        return writer.bytes
    }

    private static var malformed: SSHKeyError {
        SSHKeyError(.cryptography, "cannot sign: the signature has an unknown form")
    }
}

/// As much of DER as an ECDSA signature needs: elements with lengths below 64 KiB.
struct DERReader {
    static let integer: UInt8 = 0x02
    static let sequence: UInt8 = 0x30

    private var reader: WireReader

    init(_ bytes: some Collection<UInt8>) {
        reader = WireReader(Array(bytes))
    }

    /// The body of the next element, nil where its tag is another or it is cut short.
    mutating func element(tag: UInt8) -> ArraySlice<UInt8>? {
        guard reader.byte() == tag, let first = reader.byte() else { return nil }
        switch first {
        case 0..<0x80: return reader.raw(Int(first))
        case 0x81: return reader.byte().flatMap { reader.raw(Int($0)) }
        case 0x82:
            guard let high = reader.byte(), let low = reader.byte() else { return nil }
            return reader.raw(Int(high) << 8 | Int(low))
        default: return nil
        }
    }
}
