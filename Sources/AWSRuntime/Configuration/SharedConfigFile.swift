import SpotSupport

/// One of the files that AWS's own tools read, parsed: sections of keys, some with keys inside.
package struct SharedConfigFile: Sendable, Hashable {
    /// The keys under one heading, in lower case.
    package struct Section: Sendable, Hashable {
        package internal(set) var values: [String: String] = [:]
        /// Keys that were written indented under a key without a value.
        package internal(set) var nested: [String: [String: String]] = [:]

        package init() {}
    }

    /// By heading, its words joined by single spaces and without quotes: `profile web`.
    package internal(set) var sections: [String: Section] = [:]

    package init() {}

    /// Reads the text of a file that is called `name` in errors.
    package init(parsing bytes: [UInt8], name: String) throws(AWSConfigurationError) {
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let bytes = bytes.starts(with: byteOrderMark) ? Array(bytes.dropFirst(3)) : bytes
        var parser = SharedConfigParser()
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, raw) in lines.enumerated() {
            let problem: String?
            if let line = String(validating: raw, as: UTF8.self) {
                problem = parser.read(line)
            } else {
                problem = "it is not UTF-8"
            }
            if let problem {
                throw AWSConfigurationError("cannot read line \(index + 1) of \(name): \(problem)")
            }
        }
        sections = parser.file.sections
    }
}

/// Reads line by line as Python's `configparser` does, on which AWS's own tools stand.
private struct SharedConfigParser {
    var file = SharedConfigFile()
    private var section: String?
    /// The key that a deeper indented line goes on with.
    private var key: String?
    /// The indentation of the last heading or key.
    private var indentation = 0

    /// Takes in one line; answers what is wrong with it, if anything is.
    mutating func read(_ line: String) -> String? {
        let content = line.trimmed
        if content.isEmpty || content.hasPrefix("#") || content.hasPrefix(";") { return nil }
        let indentation = line.unicodeScalars.prefix { $0.properties.isWhitespace }.count
        if let section, let key, indentation > self.indentation {
            return continueValue(of: key, in: section, with: content)
        }
        self.indentation = indentation
        if content.hasPrefix("[") { return readHeading(content) }
        guard let section else { return "it stands before the first [section]" }
        guard let (name, value) = Self.pair(content, at: "=:") else {
            return "expected key = value"
        }
        file.sections[section, default: .init()].values[name] = value
        key = name
        return nil
    }

    private mutating func readHeading(_ content: String) -> String? {
        guard let end = content.firstIndex(of: "]") else { return "the heading has no ]" }
        let heading = content[content.index(after: content.startIndex)..<end]
        // A quotation that is not closed is part of no profile's name.
        let words = CommandWords.split(String(heading)) ?? [String(heading)]
        guard !words.isEmpty else { return "the heading is empty" }
        let name = words.joined(separator: " ")
        if file.sections[name] == nil { file.sections[name] = .init() }
        section = name
        key = nil
        return nil
    }

    /// An indented line: a key inside a key that has no value, else more of the value.
    private mutating func continueValue(
        of key: String,
        in section: String,
        with content: String
    ) -> String? {
        let value = file.sections[section]?.values[key] ?? ""
        guard value.isEmpty else {
            file.sections[section]?.values[key] = "\(value)\n\(content)"
            return nil
        }
        guard let (name, inner) = Self.pair(content, at: "=") else { return "expected key = value" }
        file.sections[section]?.nested[key, default: [:]][name] = inner
        return nil
    }

    private static func pair(
        _ content: String,
        at separators: String
    ) -> (name: String, value: String)? {
        guard let separator = content.firstIndex(where: { separators.contains($0) }) else {
            return nil
        }
        let name = content[..<separator].trimmed.lowercased()
        guard !name.isEmpty else { return nil }
        return (name, content[content.index(after: separator)...].trimmed)
    }
}
