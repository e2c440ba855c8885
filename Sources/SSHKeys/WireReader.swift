/// Takes SSH's binary form apart (RFC 4251 §5), trusting nothing about its lengths.
///
/// Every accessor answers nil, and takes nothing, when what it needs is not all there.
package struct WireReader: Sendable {
    private var rest: ArraySlice<UInt8>

    package init(_ bytes: ArraySlice<UInt8>) {
        rest = bytes
    }

    package init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    package var isAtEnd: Bool { rest.isEmpty }

    /// What has not been read.
    package var remaining: ArraySlice<UInt8> { rest }

    package mutating func byte() -> UInt8? {
        rest.popFirst()
    }

    package mutating func uint32() -> UInt32? {
        guard let bytes = raw(4) else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt32($1) }
    }

    package mutating func uint64() -> UInt64? {
        guard let bytes = raw(8) else { return nil }
        return bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The bytes of a counted string.
    package mutating func string() -> ArraySlice<UInt8>? {
        let start = self
        guard let count = uint32(), let bytes = raw(Int(count)) else {
            self = start
            return nil
        }
        return bytes
    }

    /// A counted string as text; what is not UTF-8 is replaced, so it is for showing and comparing
    /// with known words only.
    package mutating func text() -> String? {
        string().map { String(decoding: $0, as: UTF8.self) }
    }

    /// The magnitude of an `mpint` without leading zeros; nil also for a negative one.
    package mutating func unsigned() -> [UInt8]? {
        let start = self
        guard let bytes = string(), (bytes.first ?? 0) & 0x80 == 0 else {
            self = start
            return nil
        }
        return Array(bytes.drop { $0 == 0 })
    }

    /// The next `count` bytes.
    package mutating func raw(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}
