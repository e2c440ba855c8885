/// A number of bytes.
package struct ByteCount: Hashable, Sendable, Comparable, Codable {
    package let bytes: Int64

    package init(_ bytes: Int64) {
        self.bytes = bytes
    }

    package static func < (left: Self, right: Self) -> Bool { left.bytes < right.bytes }

    /// For people, in powers of 1024 with three figures: "999 B", "1.50 KiB", "266 MiB".
    package var spoken: String {
        guard bytes.magnitude >= 1024 else { return "\(bytes) B" }
        var value = Double(bytes)
        var unit = 0
        // A value that would round to 1024 already belongs to the next unit.
        while abs(value) >= 1023.5, unit < Self.units.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(Self.threeFigures(value)) \(Self.units[unit])"
    }

    private static let units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]

    private static func threeFigures(_ value: Double) -> String {
        let decimals = abs(value) < 9.995 ? 2 : abs(value) < 99.95 ? 1 : 0
        let scale = decimals == 2 ? 100.0 : decimals == 1 ? 10.0 : 1.0
        let scaled = Int64((abs(value) * scale).rounded())
        let sign = value < 0 ? "-" : ""
        guard decimals > 0 else { return "\(sign)\(scaled)" }
        let fraction = String(scaled % Int64(scale))
        let zeros = String(repeating: "0", count: decimals - fraction.count)
        return "\(sign)\(scaled / Int64(scale)).\(zeros)\(fraction)"
    }
}
