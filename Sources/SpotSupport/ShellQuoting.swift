/// Turns words into text that a POSIX shell reads back as the same words.
///
/// This is the only place where anything is quoted for a remote shell line.
package enum ShellQuoting {
    private static let plain = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%+,-./:@_".utf8
    )

    /// One word: itself where no shell could read it otherwise, else in single quotes.
    ///
    /// Works on scalars: a quote with a combining mark after it is one `Character` for Swift, and still
    /// ends the quotation for a shell.
    package static func quote(_ word: String) -> String {
        if !word.isEmpty, word.utf8.allSatisfy(plain.contains) { return word }
        let parts = word.unicodeScalars.split(separator: "'", omittingEmptySubsequences: false)
        return "'" + parts.map { String($0) }.joined(separator: "'\\''") + "'"
    }

    /// A command line of these words.
    package static func line(_ words: [String]) -> String {
        words.map(quote).joined(separator: " ")
    }
}
