/// How a verb's data is printed.
package enum OutputFormat: String, Hashable, Sendable, CaseIterable {
    /// Aligned tables for people, tab-separated lines for programs.
    case text
    /// One JSON document, or one object a line for streams.
    case json
    /// Names or identifiers only, one a line (`--quiet`).
    case names
}

/// How much talk is wanted on standard error.
package enum Verbosity: Int, Hashable, Sendable, Comparable, CaseIterable {
    /// Warnings and errors only.
    case quiet
    case normal
    /// Causes, request identifiers and decisions too (`-v`).
    case verbose
    /// Every request too (`-vv`).
    case debug

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
