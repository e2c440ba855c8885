package import FoundationEssentials
import SpotSupport
package import SystemPackage

/// List prices on disk, so that AWS is asked for each but once a day.
///
/// It may be lost at any time: what cannot be read counts as empty, and what cannot be written is
/// asked for again.
package struct PriceCache: Sendable {
    /// List prices change a few times a year.
    private static let lifetime: Double = 24 * 3600

    private let path: FilePath
    /// Whose prices these are: those of another endpoint are none.
    private let source: String

    package init(path: FilePath, source: String) {
        self.path = path
        self.source = source
    }

    /// The prices that are not too old, by what they are the prices of.
    package func prices(at now: Date) -> [String: Decimal] {
        contents(at: now).entries.compactMapValues { Decimal(string: $0.price) }
    }

    /// Adds prices to those that are still good (mode 0600, by rename).
    package func add(_ prices: [String: Decimal], at now: Date) {
        var contents = contents(at: now)
        for (key, price) in prices {
            contents.entries[key] = Entry(price: "\(price)", read: now)
        }
        guard let bytes = try? JSONEncoder().encode(contents) else { return }
        try? PrivateFile.write(bytes, to: path)
    }

    private struct Contents: Codable {
        var source: String
        var entries: [String: Entry]
    }

    private struct Entry: Codable {
        let price: String
        let read: Date
    }

    private func contents(at now: Date) -> Contents {
        let nothing = Contents(source: source, entries: [:])
        guard let bytes = try? PrivateFile.read(path),
            var contents = try? JSONDecoder().decode(Contents.self, from: Data(bytes)),
            contents.source == source
        else { return nothing }
        // An entry of the future is one of a clock that was wrong.
        contents.entries = contents.entries.filter {
            (0..<Self.lifetime).contains(now.timeIntervalSince($0.value.read))
        }
        return contents
    }
}
