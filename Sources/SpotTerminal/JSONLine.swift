import FoundationEssentials

/// The one form in which values are printed as JSON.
enum JSONLine {
    /// One line with its line end, keys sorted, times in ISO-8601.
    static func bytes(of value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }
}
