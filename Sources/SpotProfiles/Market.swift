/// How a machine is paid for.
package enum Market: String, Hashable, Sendable, CaseIterable {
    /// Spare capacity, which AWS may take back with two minutes' notice.
    case spot
    case onDemand = "on-demand"
    /// Spot where there is capacity, on demand where there is none.
    case spotThenOnDemand = "spot-then-on-demand"
}

/// US dollars an hour, kept to the letter: a price never passes through binary floating point.
package struct HourlyPrice: Hashable, Sendable, CustomStringConvertible {
    /// As it was written: "0.0100".
    package let text: String

    /// Nil unless `text` is a positive decimal number with at most six digits after the point.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isDigits = { (part: Substring) in
            !part.isEmpty && part.utf8.allSatisfy { (48...57).contains($0) }
        }
        guard (1...2).contains(parts.count), parts.allSatisfy(isDigits),
            parts[0].count <= 6, parts.count == 1 || parts[1].count <= 6,
            text.utf8.contains(where: { (49...57).contains($0) })
        else { return nil }
        self.text = text
    }

    package var description: String { text }
}

/// A file system to mount: `FS` or `FS:DIR`.
package struct FileSystemMount: Hashable, Sendable, CustomStringConvertible {
    package let name: String
    /// An absolute path on the machine; nil where spot chooses.
    package let directory: String?

    /// Nil for an empty name or a directory that is not absolute.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, !name.isEmpty else { return nil }
        let directory = parts.count == 2 ? String(parts[1]) : nil
        if let directory, !directory.hasPrefix("/") { return nil }
        self.name = String(name)
        self.directory = directory
    }

    package var description: String { directory.map { "\(name):\($0)" } ?? name }
}

/// What cloud-init is given beside our own part.
package enum UserData: Hashable, Sendable {
    /// The text itself, as it stands in a profile.
    case text(String)
    /// A file that holds it, to be read at launch.
    case file(String)
}
