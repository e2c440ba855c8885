/// Why an XML answer cannot be read.
package struct XMLError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
    /// The text is not well formed: it is cut off, garbled, or no XML at all.
    let isSyntax: Bool

    private init(_ description: String, isSyntax: Bool = false) {
        self.description = description
        self.isSyntax = isSyntax
    }

    /// The text is not well formed at this place, or uses what is not allowed in an answer.
    static func syntax(_ problem: String, line: Int, column: Int) -> XMLError {
        XMLError("line \(line), column \(column): \(problem)", isSyntax: true)
    }

    /// Well formed, but a part that every answer has is not there.
    package static func missing(_ path: String) -> XMLError {
        XMLError("\(path) is missing")
    }

    /// Well formed, but a value has another form than it always has.
    package static func malformed(_ path: String, expected: String) -> XMLError {
        XMLError("\(path) is not \(expected)")
    }
}
