extension String {
    /// The text with everything made visible that could steer a terminal or deceive a reader: control
    /// characters, escape sequences and marks that change the direction of writing.
    ///
    /// Text that comes from a machine or from AWS passes through here before a person sees it: an
    /// instance's name or a remote message must not be able to move the cursor or retitle the window.
    package var printable: String { madePrintable(keeping: []) }

    /// As `printable`, but line ends and tabs stay what they are.
    package var printableLines: String { madePrintable(keeping: ["\n", "\t"]) }

    private func madePrintable(keeping kept: [Unicode.Scalar]) -> String {
        guard unicodeScalars.contains(where: { $0.isUnprintable && !kept.contains($0) }) else {
            return self
        }
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            if scalar.isUnprintable, !kept.contains(scalar) {
                result.append(contentsOf: scalar.visibleEscape.unicodeScalars)
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}

extension Unicode.Scalar {
    /// C0, DEL and C1 controls, line and paragraph separators, and the bidirectional controls of
    /// Unicode's annex 9 (the "Trojan Source" characters).
    fileprivate var isUnprintable: Bool {
        switch value {
        case 0..<0x20, 0x7f..<0xa0, 0x061c, 0x200e...0x200f, 0x2028...0x202e, 0x2066...0x2069:
            true
        default:
            false
        }
    }

    fileprivate var visibleEscape: String {
        switch self {
        case "\n": "\\n"
        case "\r": "\\r"
        case "\t": "\\t"
        default:
            value < 0x100
                ? "\\x" + (value < 0x10 ? "0" : "") + String(value, radix: 16)
                : "\\u{\(String(value, radix: 16))}"
        }
    }
}
