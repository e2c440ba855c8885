import AWSSigning
package import FoundationEssentials

/// Writes the form fields of the EC2 query and AWS query protocols.
///
/// What is nil does not appear at all. Fields keep the order in which they were set.
package struct QueryEncoder: Sendable {
    /// How lists are written.
    package enum Dialect: Sendable {
        /// `X.1`, and an empty list vanishes.
        case ec2
        /// `X.member.1`, and an empty list is `X=`.
        case query
    }

    /// Names as AWS spells them, with the prefixes of the structures around them.
    package private(set) var fields: [(name: String, value: String)] = []
    private let dialect: Dialect
    private var prefix = ""

    package init(dialect: Dialect) {
        self.dialect = dialect
    }

    /// The fields as a form body.
    package var body: [UInt8] {
        let pairs = fields.map {
            "\(PercentEncoding.encode($0.name))=\(PercentEncoding.encode($0.value))"
        }
        return Array(pairs.joined(separator: "&").utf8)
    }

    /// Sets a field to a text, a number, a truth value (`true`, `false`), an identifier or a date.
    package subscript(name: String) -> (any QueryValue)? {
        get { fields.first { $0.name == prefix + name }?.value }
        set {
            guard let newValue else { return }
            fields.append((prefix + name, newValue.queryText))
        }
    }

    /// Writes `bytes` in base64.
    package mutating func setBlob(_ name: String, _ bytes: [UInt8]?) {
        self[name] = bytes.map { Data($0).base64EncodedString() }
    }

    /// Writes a list of plain values.
    ///
    /// `item` is what an element is called where it is not `member`; `isFlat` writes `X.1` in the
    /// query dialect too.
    package mutating func setList(
        _ name: String,
        _ values: [any QueryValue]?,
        item: String = "member",
        isFlat: Bool = false
    ) {
        setStructures(name, values, item: item, isFlat: isFlat) { $0[""] = $1 }
    }

    /// Writes a list of structures; `encode` writes the members of each.
    package mutating func setStructures<Element>(
        _ name: String,
        _ elements: [Element]?,
        item: String = "member",
        isFlat: Bool = false,
        _ encode: (inout QueryEncoder, Element) -> Void
    ) {
        guard let elements else { return }
        if elements.isEmpty, dialect == .query { self[name] = "" }
        let stem = dialect == .ec2 || isFlat ? name : "\(name).\(item)"
        for (index, element) in elements.enumerated() {
            nest("\(stem).\(index + 1)") { encode(&$0, element) }
        }
    }

    /// Writes a structure; `encode` writes its members.
    package mutating func setStructure<Value>(
        _ name: String,
        _ value: Value?,
        _ encode: (inout QueryEncoder, Value) -> Void
    ) {
        guard let value else { return }
        nest(name) { encode(&$0, value) }
    }

    private mutating func nest(_ name: String, _ encode: (inout QueryEncoder) -> Void) {
        var inner = QueryEncoder(dialect: dialect)
        inner.prefix = "\(prefix)\(name)."
        encode(&inner)
        fields += inner.fields.map { field in
            // An element that is a plain value was written under an empty name.
            (field.name.hasSuffix(".") ? String(field.name.dropLast()) : field.name, field.value)
        }
    }
}

/// What can be the value of a form field.
package protocol QueryValue {
    var queryText: String { get }
}

extension String: QueryValue {
    package var queryText: String { self }
}

extension Int: QueryValue {
    package var queryText: String { String(self) }
}

extension Bool: QueryValue {
    package var queryText: String { self ? "true" : "false" }
}

extension Date: QueryValue {
    package var queryText: String { Timestamp.iso8601(self) }
}

extension QueryValue where Self: RawRepresentable, RawValue == String {
    package var queryText: String { rawValue }
}
