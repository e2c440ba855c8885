/// A path on the other side, as the bytes it is.
package struct RemotePath: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// A path as a person writes it: relative ones start in the login directory, and so do `~` and
    /// `~/…`.
    package init(_ text: String) {
        switch text {
        case "", "~", "~/": self.init(bytes: Array(".".utf8))
        default:
            self.init(bytes: Array((text.hasPrefix("~/") ? text.dropFirst(2) : text[...]).utf8))
        }
    }

    /// The last component, as `basename` gives it; empty for `/`.
    package var name: [UInt8] {
        let trimmed = bytes.reversed().drop { $0 == Self.slash }
        return trimmed.prefix { $0 != Self.slash }.reversed()
    }

    /// The same path one component deeper.
    package func appending(_ name: some Collection<UInt8>) -> RemotePath {
        if bytes.isEmpty { return RemotePath(bytes: Array(name)) }
        return RemotePath(bytes: bytes + (bytes.last == Self.slash ? [] : [Self.slash]) + name)
    }

    /// The path without its last component: `.` for a bare name.
    var parent: RemotePath {
        let name = name
        let trimmed = bytes.dropLast(while: Self.slash)
        let parent = trimmed.dropLast(name.count)
        if parent.isEmpty {
            return RemotePath(bytes: bytes.first == Self.slash ? [Self.slash] : [0x2E])
        }
        let bare = parent.dropLast(while: Self.slash)
        return RemotePath(bytes: bare.isEmpty ? [Self.slash] : Array(bare))
    }

    var endsWithSlash: Bool { bytes.last == Self.slash }

    static let slash = UInt8(ascii: "/")
}

extension RemotePath: CustomStringConvertible {
    /// For people: what is not printable text is escaped.
    package var description: String { PrintableName.of(bytes) }
}

extension Collection<UInt8> where Self: BidirectionalCollection, SubSequence == ArraySlice<UInt8> {
    /// Without the run of `byte` at the end.
    func dropLast(while byte: UInt8) -> ArraySlice<UInt8> {
        var end = endIndex
        while end > startIndex, self[index(before: end)] == byte { formIndex(before: &end) }
        return self[..<end]
    }
}

/// Names of files as they may be shown.
enum PrintableName {
    /// Control characters and what is not UTF-8 become `\xNN`, so that a name can neither move the
    /// cursor nor end the line.
    static func of(_ bytes: some Collection<UInt8>) -> String {
        var text = ""
        var rest = Array(bytes)[...]
        while let byte = rest.first {
            let length = sequenceLength(byte)
            let unit = rest.prefix(length)
            if unit.count == length, let valid = String(validating: unit, as: UTF8.self),
                let scalar = valid.unicodeScalars.first, !isControl(scalar)
            {
                text += valid
                rest = rest.dropFirst(length)
            } else {
                let digits = String(byte, radix: 16)
                text += "\\x" + (digits.count < 2 ? "0" : "") + digits
                rest = rest.dropFirst()
            }
        }
        return text
    }

    private static func sequenceLength(_ byte: UInt8) -> Int {
        switch byte {
        case 0xC2...0xDF: 2
        case 0xE0...0xEF: 3
        case 0xF0...0xF4: 4
        default: 1
        }
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
