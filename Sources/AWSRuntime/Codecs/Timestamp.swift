package import struct FoundationEssentials.Date

/// The ways in which AWS writes moments.
package enum Timestamp {
    /// `2026-11-21T10:52:00Z`, with milliseconds only where there are some.
    package static func iso8601(_ date: Date) -> String {
        let milliseconds = (date.timeIntervalSince1970 * 1000).rounded()
        let isWhole = milliseconds.truncatingRemainder(dividingBy: 1000) == 0
        return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: !isWhole))
    }

    /// `2026-11-21T10:52:00Z`, the time cut down to the second.
    static func wholeSeconds(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle())
    }

    /// Reads ISO 8601 with any offset, or `UTC` as older tools write it, an HTTP date, or seconds
    /// since 1970.
    package static func parse(_ text: String) -> Date? {
        if let seconds = Double(text), seconds.isFinite {
            return Date(timeIntervalSince1970: seconds)
        }
        let iso =
            isoText(ofHTTPDate: text)
            ?? (text.hasSuffix("UTC") ? "\(text.dropLast(3))Z" : text)
        return try? Date(iso, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    /// Turns `Tue, 29 Apr 2014 18:30:38 GMT` (RFC 9110) into ISO 8601.
    private static func isoText(ofHTTPDate text: String) -> String? {
        let words = text.split(separator: " ")
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: words[2])
        else { return nil }
        let number = month + 1 < 10 ? "0\(month + 1)" : "\(month + 1)"
        return "\(words[3])-\(number)-\(words[1])T\(words[4])Z"
    }

    private static let months: [Substring] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
}
