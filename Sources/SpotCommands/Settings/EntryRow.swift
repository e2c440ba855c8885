import FoundationEssentials
import SpotProfiles
import SpotTerminal

/// A field or setting with its origin, as `profile show` and `config show` print it.
struct EntryRow: TableRow {
    let entry: ConfigurationEntry

    init(_ entry: ConfigurationEntry) {
        self.entry = entry
    }

    static let columns: [Table.Column] = [
        .init("NAME", mayShrink: false), .init("VALUE"), .init("FROM"),
    ]

    var names: [String] { [entry.name] }

    func cells(at now: Date) -> [Table.Cell] {
        [
            .init(entry.name), entry.text.isEmpty ? .none : .init(entry.text),
            .init("\(entry.origin)"),
        ]
    }

    func encode(to encoder: any Encoder) throws { try entry.encode(to: encoder) }
}
