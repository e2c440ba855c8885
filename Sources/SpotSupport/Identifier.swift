/// A name given by someone else, kept apart from every other kind of string by its type.
package protocol Identifier: RawRepresentable, Hashable, Sendable, Comparable, Codable,
    CustomStringConvertible
where RawValue == String {
    init(rawValue: String)
}

extension Identifier {
    package init(_ text: String) { self.init(rawValue: text) }

    package var description: String { rawValue }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
