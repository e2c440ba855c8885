/// An AWS region's name, checked to be a host label so that it can stand in a URL.
package struct Region: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    package let name: String

    /// Nil unless `name` is 1 to 63 letters, digits and inner hyphens.
    ///
    /// A region that nobody has heard of is accepted: AWS opens new ones.
    package init?(_ name: String) {
        let bytes = name.utf8
        let hyphen = UInt8(ascii: "-")
        guard 1...63 ~= bytes.count, bytes.first != hyphen, bytes.last != hyphen,
            bytes.allSatisfy({ Self.isLabelByte($0) })
        else { return nil }
        self.name = name
    }

    package init(from decoder: any Decoder) throws {
        let name = try decoder.singleValueContainer().decode(String.self)
        guard let region = Region(name) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a region: \(name)")
            )
        }
        self = region
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(name)
    }

    package var description: String { name }

    package static func < (left: Region, right: Region) -> Bool { left.name < right.name }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "-"):
            true
        default:
            false
        }
    }
}
