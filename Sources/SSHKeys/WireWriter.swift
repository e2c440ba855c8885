/// Builds the binary form that SSH uses everywhere: big-endian numbers and counted strings
/// (RFC 4251 §5).
package struct WireWriter: Sendable {
    package private(set) var bytes: [UInt8]

    package init(reserving capacity: Int = 0) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    package mutating func append(byte: UInt8) {
        bytes.append(byte)
    }

    package mutating func append(uint32 value: UInt32) {
        for shift in stride(from: 24, through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: value >> UInt32(shift)))
        }
    }

    package mutating func append(uint64 value: UInt64) {
        append(uint32: UInt32(truncatingIfNeeded: value >> 32))
        append(uint32: UInt32(truncatingIfNeeded: value))
    }

    /// The bytes with their count before them.
    package mutating func append(string value: some Collection<UInt8>) {
        append(uint32: UInt32(value.count))
        bytes.append(contentsOf: value)
    }

    /// The bytes of the text in UTF-8 with their count before them.
    package mutating func append(text value: String) {
        append(string: value.utf8)
    }

    /// A number that is not negative, given as big-endian bytes of any length (`mpint`).
    package mutating func append(unsigned magnitude: some Collection<UInt8>) {
        let digits = magnitude.drop { $0 == 0 }
        let needsSign = (digits.first ?? 0) & 0x80 != 0
        append(uint32: UInt32(digits.count + (needsSign ? 1 : 0)))
        if needsSign { bytes.append(0) }
        bytes.append(contentsOf: digits)
    }

    /// Bytes as they are, without a count.
    package mutating func append(raw value: some Sequence<UInt8>) {
        bytes.append(contentsOf: value)
    }
}
