import FoundationEssentials
import SpotSupport
import SpotTerminal

/// A value that is one row of a table.
protocol TableRow: Encodable {
    static var columns: [Table.Column] { get }
    /// What `--quiet` prints.
    var names: [String] { get }
    func cells(at now: Date) -> [Table.Cell]
}

extension CommandContext {
    /// Prints rows as the table, the JSON array or the names that were asked for.
    func render<Row: TableRow>(_ rows: [Row]) throws {
        switch console.traits.format {
        case .json: try console.data(json: rows)
        case .names: rows.flatMap(\.names).forEach { console.data($0) }
        case .text:
            guard !rows.isEmpty else { return }
            let now = time.now
            var table = Table(Row.columns)
            for row in rows { table.append(row.cells(at: now)) }
            console.data(table: table)
        }
    }

    /// Prints one value's facts, a line each, or its JSON object.
    func render(_ value: some Encodable, name: String, facts: [(name: String, cell: Table.Cell)])
        throws
    {
        switch console.traits.format {
        case .json: try console.data(json: value)
        case .names: console.data(name)
        case .text:
            var table = Table([.init("", mayShrink: false), .init("")])
            for fact in facts { table.append([.init(fact.name), fact.cell]) }
            console.data(table: table)
        }
    }

    /// What an effect made, for programs only: people have been told in words.
    func renderOutcome(_ value: some Encodable, names: [String]) throws {
        switch console.traits.format {
        case .json: try console.data(json: value)
        case .names: names.forEach { console.data($0) }
        case .text: break
        }
    }
}
