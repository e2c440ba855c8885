extension String {
    /// The columns this text takes on a terminal: 2 for East Asian wide characters and emoji, 0 for
    /// marks that combine with what they follow.
    package var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// The text in at most `columns` columns; where something had to go, the last one is `…`.
    package func truncated(toWidth columns: Int) -> String {
        guard displayWidth > columns else { return self }
        guard columns > 0 else { return "" }
        var kept = ""
        var width = 0
        for character in self {
            width += character.displayWidth
            if width > columns - 1 { break }
            kept.append(character)
        }
        return kept + "…"
    }

    /// The text with spaces up to `columns` columns, after it or before it.
    package func padded(toWidth columns: Int, onTheLeft: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, columns - displayWidth))
        return onTheLeft ? space + self : self + space
    }
}

extension Character {
    /// A grapheme is as wide as its widest scalar; terminals draw it in one place.
    fileprivate var displayWidth: Int {
        if isASCII { return 1 }
        if unicodeScalars.contains(where: { $0.value == 0xfe0f }) { return 2 }
        return unicodeScalars.map(\.displayWidth).max() ?? 0
    }
}

extension Unicode.Scalar {
    /// The "W" and "F" ranges of Unicode's EastAsianWidth.txt that hold letters, merged.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xa960...0xa97f, 0xac00...0xd7a3,
        0xf900...0xfaff, 0xfe30...0xfe6f, 0xff00...0xff60, 0xffe0...0xffe6, 0x16fe0...0x18cff,
        0x1aff0...0x1b2ff, 0x20000...0x3fffd,
    ]

    fileprivate var displayWidth: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format, .control: return 0
        default: break
        }
        if properties.isEmojiPresentation { return 2 }
        return Self.wide.contains { $0.contains(value) } ? 2 : 1
    }
}
