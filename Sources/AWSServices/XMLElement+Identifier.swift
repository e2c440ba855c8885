import AWSRuntime
import SpotSupport

extension XMLElement {
    /// A child as an identifier; nil where it is absent or empty.
    func identifier<Name: Identifier>(
        _ name: String,
        as type: Name.Type = Name.self
    ) -> Name? {
        text(name).flatMap { $0.isEmpty ? nil : Name($0) }
    }

    /// A child as an identifier that has to be there.
    func requireIdentifier<Name: Identifier>(
        _ name: String,
        as type: Name.Type = Name.self
    ) throws(XMLError) -> Name {
        guard let identifier = identifier(name, as: type) else {
            throw XMLError.missing("\(self.name)/\(name)")
        }
        return identifier
    }

    /// A child as one of the values of an enumeration; nil where it is absent or new to us.
    func choice<Choice: RawRepresentable<String>>(
        _ name: String,
        as type: Choice.Type = Choice.self
    ) -> Choice? {
        text(name).flatMap(Choice.init(rawValue:))
    }
}
