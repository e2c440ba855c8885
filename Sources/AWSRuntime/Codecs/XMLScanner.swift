/// Moves over the bytes of a document and takes names, attributes and characters from them.
struct XMLScanner {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    /// An error at the present place, counted in lines and bytes from 1.
    func error(_ problem: String) -> XMLError {
        let before = bytes[..<position]
        let line = before.count { $0 == Self.lineFeed } + 1
        let start = before.lastIndex(of: Self.lineFeed).map { $0 + 1 } ?? 0
        return .syntax(problem, line: line, column: position - start + 1)
    }

    /// Steps over a byte order mark and refuses encodings other than UTF-8.
    mutating func beginDocument() throws(XMLError) {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        guard isAt("<?xml "), let end = find("?>") else { return }
        let declaration = String(decoding: bytes[position..<end], as: UTF8.self).lowercased()
        guard let encoding = declaration.split(separator: "encoding").dropFirst().first else {
            return
        }
        let name = encoding.drop { "= \t\"'".contains($0) }.prefix { !"\"' ".contains($0) }
        guard name == "utf-8" || name == "us-ascii" else {
            throw error("the encoding \(name) is not UTF-8")
        }
    }

    func isAt(_ text: String) -> Bool {
        bytes[position...].starts(with: text.utf8)
    }

    /// Steps over `text` if it comes next.
    mutating func skip(_ text: String) -> Bool {
        guard isAt(text) else { return false }
        position += text.utf8.count
        return true
    }

    /// Steps over white space; true while there is more to read.
    mutating func skipSpace() throws(XMLError) -> Bool {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
        guard !isAtEnd else { throw error("the document ends inside a tag") }
        return true
    }

    /// A name, with its namespace prefix.
    mutating func name() throws(XMLError) -> String {
        let start = position
        while position < bytes.count, Self.isNameByte(bytes[position]) { position += 1 }
        let name = bytes[start..<position]
        guard let first = name.first, !Self.isNoNameStart(first),
            let text = String(validating: name, as: UTF8.self)
        else { throw error("expected a name") }
        return text
    }

    /// One `name="value"`.
    mutating func attribute() throws(XMLError) -> (name: String, value: String) {
        let name = try name()
        _ = try skipSpace()
        guard skip("=") else { throw error("expected = after \(name)") }
        _ = try skipSpace()
        let quote = bytes[position]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            throw error("the value of \(name) is not in quotes")
        }
        position += 1
        let value = try characters(until: quote)
        guard !isAtEnd else { throw error("the value of \(name) has no end") }
        position += 1
        return (name, value)
    }

    /// Everything up to `end`, taken as it stands; `end` itself is stepped over.
    mutating func text(upTo end: String) throws(XMLError) -> String {
        guard let stop = find(end) else { throw error("\(end) is missing") }
        let text = try validated(Array(bytes[position..<stop]))
        position = stop + end.utf8.count
        return text
    }

    /// Characters with their references resolved, up to `end` or the end of the document.
    mutating func characters(until end: UInt8) throws(XMLError) -> String {
        var collected: [UInt8] = []
        while position < bytes.count, bytes[position] != end {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "&"):
                collected += try reference().utf8
            case UInt8(ascii: "<"):
                throw error("< inside a value")
            case UInt8(ascii: "]") where isAt("]]>"):
                throw error("]]> outside CDATA")
            default:
                collected.append(byte)
                position += 1
            }
        }
        return try validated(collected)
    }

    /// `&amp;`, `&#38;` or `&#x26;`.
    private mutating func reference() throws(XMLError) -> String {
        let longest = 12
        let rest = bytes[position...].prefix(longest)
        guard let end = rest.firstIndex(of: UInt8(ascii: ";")) else {
            throw error("& without an entity")
        }
        let name = String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
        guard let character = Self.entities[name] ?? Self.character(numbered: name) else {
            throw error("the entity &\(name); is not known")
        }
        position = end + 1
        return character
    }

    /// UTF-8 without control characters, and with every line end as a line feed.
    private func validated(_ raw: [UInt8]) throws(XMLError) -> String {
        guard let text = String(validating: raw, as: UTF8.self) else {
            throw error("the text is not UTF-8")
        }
        for scalar in text.unicodeScalars where !Self.isAllowed(scalar) {
            throw error("the control character \(scalar.value) is not allowed")
        }
        guard raw.contains(Self.carriageReturn) else { return text }
        return String(
            text.split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "\n")
        )
    }

    private func find(_ text: String) -> Int? {
        bytes[position...].firstRange(of: Array(text.utf8))?.lowerBound
    }
}

extension XMLScanner {
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")
    private static let entities = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'",
    ]

    /// The character behind `#38` or `#x26`; nil for what XML does not allow.
    private static func character(numbered reference: String) -> String? {
        guard reference.hasPrefix("#") else { return nil }
        let digits = reference.dropFirst()
        let isHexadecimal = digits.hasPrefix("x")
        let number = isHexadecimal ? digits.dropFirst() : digits
        guard number.first != "+", number.first != "-",
            let value = UInt32(number, radix: isHexadecimal ? 16 : 10),
            let scalar = Unicode.Scalar(value), isAllowed(scalar)
        else { return nil }
        return String(Character(scalar))
    }

    /// The characters of XML 1.0.
    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
        default: false
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ":"),
            UInt8(ascii: "-"), UInt8(ascii: "."), 0x80...:
            true
        default:
            false
        }
    }

    private static func isNoNameStart(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: ".")
    }
}
