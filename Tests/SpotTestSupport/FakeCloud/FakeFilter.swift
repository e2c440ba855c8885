import AWSServices
import Testing

extension Filter {
    /// Whether a resource passes; `attributes` are the values of the filters that its kind knows.
    func passes(tags: [String: String], attributes: [String: String?]) -> Bool {
        if name.hasPrefix("tag:") {
            return tags[String(name.dropFirst(4))].map(matches) ?? false
        }
        if name == "tag-key" { return tags.keys.contains { matches($0) } }
        guard let attribute = attributes[name] else {
            Issue.record("nothing is prepared for the filter \(name)")
            return false
        }
        return attribute.map(matches) ?? false
    }

    private func matches(_ text: String) -> Bool {
        values.contains { value in
            guard let literal = Self.literal(value) else {
                Issue.record("nothing is prepared for wildcards in the filter \(name): \(value)")
                return false
            }
            return literal == text
        }
    }

    /// A value that stands for itself, its escapes undone; nil for a pattern.
    private static func literal(_ value: String) -> String? {
        var literal = ""
        var isEscaped = false
        for character in value {
            if !isEscaped, character == "\\" {
                isEscaped = true
                continue
            }
            if !isEscaped, "*?".contains(character) { return nil }
            literal.append(character)
            isEscaped = false
        }
        return literal
    }
}
