/// Turns words into text that a POSIX shell reads back as the same words.
///
/// This is the only place where anything is quoted for a remote shell line.
package enum ShellQuoting {
    private static let plain = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%+,-./:@_".utf8
    )

    /// One word: itself where no shell could read it otherwise, else in single quotes.
    package static func quote(_ word: String) -> String {
        let bytes = word.utf8
        if !bytes.isEmpty, bytes.allSatisfy(plain.contains) { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false)
            .joined(separator: "'\\''") + "'"
    }

    /// A command line of these words.
    package static func line(_ words: [String]) -> String {
        words.map(quote).joined(separator: " ")
    }
}
