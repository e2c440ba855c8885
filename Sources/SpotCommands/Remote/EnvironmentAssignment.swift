import SpotSupport

/// `KEY=VALUE` flags as remote environment variables.
enum EnvironmentAssignment {
    /// In the order given; of two with one key the later counts.
    static func parse(_ texts: [String]) throws(GeneralFailure) -> [(key: String, value: String)] {
        var pairs: [(key: String, value: String)] = []
        for text in texts {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, isName(parts[0]) else {
                throw GeneralFailure(
                    .usage,
                    "cannot set \(text.debugDescription) in the environment: it is not KEY=VALUE",
                    hint: "a key is letters, digits and underscores, not beginning with a digit"
                )
            }
            pairs.append((String(parts[0]), String(parts[1])))
        }
        return pairs
    }

    /// What a POSIX shell takes for a variable's name.
    private static func isName(_ text: Substring) -> Bool {
        guard let first = text.unicodeScalars.first, !("0"..."9").contains(first) else {
            return false
        }
        return text.unicodeScalars.allSatisfy { scalar in
            scalar == "_" || ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
                || ("0"..."9").contains(scalar)
        }
    }
}
