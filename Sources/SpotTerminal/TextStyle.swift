/// An emphasis that a terminal can show (ECMA-48 "select graphic rendition").
package enum TextStyle: Hashable, Sendable {
    case plain
    case bold
    case dim
    case red
    case green
    case yellow
    case cyan

    private var code: String {
        switch self {
        case .plain: ""
        case .bold: "1"
        case .dim: "2"
        case .red: "31"
        case .green: "32"
        case .yellow: "33"
        case .cyan: "36"
        }
    }

    /// The text between this style's escape codes, or as it is where `isEnabled` is false.
    package func applied(to text: String, where isEnabled: Bool) -> String {
        guard isEnabled, self != .plain, !text.isEmpty else { return text }
        return "\u{1b}[\(code)m\(text)\u{1b}[0m"
    }
}
