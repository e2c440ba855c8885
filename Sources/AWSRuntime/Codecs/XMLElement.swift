import SpotSupport

package import struct FoundationEssentials.Date

/// One element of an XML answer with everything in it.
package struct XMLElement: Sendable, Hashable {
    /// Without a namespace prefix.
    package let name: String
    package internal(set) var attributes: [String: String] = [:]
    package internal(set) var children: [XMLElement] = []
    /// The characters directly inside, entities resolved, white space kept.
    package internal(set) var text = ""

    package init(name: String) {
        self.name = name
    }

    /// The first child of that name; nil where there is none, which is not the same as an empty one.
    package subscript(name: String) -> XMLElement? {
        children.first { $0.name == name }
    }

    /// Every child of that name, for lists that have no element around them.
    package func all(_ name: String) -> [XMLElement] {
        children.filter { $0.name == name }
    }

    /// The elements of a list: `<item>` in EC2, `<member>` elsewhere; none where the list is absent.
    package func items(_ list: String, item: String = "item") -> [XMLElement] {
        self[list]?.all(item) ?? []
    }

    /// The text of a child; nil where it is absent.
    package func text(_ name: String) -> String? { self[name]?.text }

    /// The text of a child that has to be there.
    package func require(_ name: String) throws(XMLError) -> String {
        guard let text = text(name) else { throw XMLError.missing("\(self.name)/\(name)") }
        return text
    }

    /// A child as a whole number.
    package func integer(_ name: String) throws(XMLError) -> Int? {
        try parse(name, as: "a whole number") { Int($0) }
    }

    /// A child as a truth value.
    package func boolean(_ name: String) throws(XMLError) -> Bool? {
        try parse(name, as: "true or false") { ["true": true, "false": false][$0] }
    }

    /// A child as a moment.
    package func date(_ name: String) throws(XMLError) -> Date? {
        try parse(name, as: "a date") { Timestamp.parse($0) }
    }

    /// A child as a moment that has to be there.
    package func requireDate(_ name: String) throws(XMLError) -> Date {
        guard let date = try date(name) else { throw XMLError.missing("\(self.name)/\(name)") }
        return date
    }

    private func parse<Value>(
        _ name: String,
        as form: String,
        _ read: (String) -> Value?
    ) throws(XMLError) -> Value? {
        guard let text = text(name)?.trimmed, !text.isEmpty else { return nil }
        guard let value = read(text) else {
            throw XMLError.malformed("\(self.name)/\(name)", expected: form)
        }
        return value
    }
}
