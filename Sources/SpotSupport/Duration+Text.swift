extension Duration {
    /// Seconds with their fraction, for arithmetic that needs a plain number.
    package var seconds: Double {
        let (whole, atto) = components
        return Double(whole) + Double(atto) / 1e18
    }

    /// For people: "850 ms", "12 s", "3 min 20 s", "2 h 5 min", "3 d 4 h".
    package var spoken: String {
        let whole = Int64(seconds.rounded())
        switch whole {
        case ..<1: return "\(Int64((seconds * 1000).rounded())) ms"
        case ..<60: return "\(whole) s"
        case ..<3600: return Self.pair(whole, 60, "min", "s")
        case ..<86_400: return Self.pair(whole / 60, 60, "h", "min")
        default: return Self.pair(whole / 3600, 24, "d", "h")
        }
    }

    private static func pair(_ value: Int64, _ base: Int64, _ big: String, _ small: String)
        -> String
    {
        let rest = value % base
        return rest == 0 ? "\(value / base) \(big)" : "\(value / base) \(big) \(rest) \(small)"
    }

    /// Reads `90s`, `10m`, `8h` or `2d`, the form every duration has on our command line.
    ///
    /// Digits and one letter, no sign; a hundred years at most, which every calculation survives.
    package init?(option text: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        let digits = text.dropLast()
        guard let last = text.last, let unit = units[last],
            digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let count = Int64(digits), count <= Self.longestOption / unit
        else { return nil }
        self = .seconds(count * unit)
    }

    /// A hundred years, in seconds.
    private static let longestOption: Int64 = 100 * 365 * 86_400
}
