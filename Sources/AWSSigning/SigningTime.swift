package import struct FoundationEssentials.Date

/// A moment as signatures write it, in UTC.
package struct SigningTime: Sendable, Hashable {
    /// `20150830T123600Z`.
    package let stamp: String

    /// The date alone, `20150830`: the first part of a credential scope.
    package var day: String { String(stamp.prefix(8)) }

    package init(_ date: Date) {
        stamp = date.formatted(
            Date.ISO8601FormatStyle(dateSeparator: .omitted, timeSeparator: .omitted)
        )
    }
}
