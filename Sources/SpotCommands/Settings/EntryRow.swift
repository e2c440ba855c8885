import FoundationEssentials
import SpotProfiles
import SpotTerminal

/// A field or setting with its origin, as `profile show` and `config show` print it.
struct EntryRow: TableRow {
    private enum Content {
        case setting(ConfigurationEntry)
        case access(AccessReport.Entry)
    }

    private let content: Content

    init(_ entry: ConfigurationEntry) { content = .setting(entry) }

    init(_ entry: AccessReport.Entry) { content = .access(entry) }

    static let columns: [Table.Column] = [
        .init("NAME", mayShrink: false), .init("VALUE"), .init("FROM"),
    ]

    var names: [String] {
        switch content {
        case .setting(let entry): [entry.name]
        case .access(let entry): [entry.name]
        }
    }

    func cells(at now: Date) -> [Table.Cell] {
        switch content {
        case .setting(let entry):
            [
                .init(entry.name), entry.text.isEmpty ? .none : .init(entry.text),
                .init("\(entry.origin)"),
            ]
        case .access(let entry):
            [.init(entry.name), .init(entry.finding.text), .init(entry.origin)]
        }
    }

    func encode(to encoder: any Encoder) throws {
        switch content {
        case .setting(let entry): try entry.encode(to: encoder)
        case .access(let entry): try entry.encode(to: encoder)
        }
    }
}

extension AccessReport.Entry: Encodable {
    private enum CodingKeys: CodingKey {
        case name
        case value
        case origin
        case reason
        case problem
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(origin, forKey: .origin)
        switch finding {
        case .value(let value):
            try container.encode(value, forKey: .value)
        case .none(let reason):
            try container.encodeNil(forKey: .value)
            try container.encode(reason, forKey: .reason)
        case .broken(let problem):
            try container.encodeNil(forKey: .value)
            try container.encode(problem, forKey: .problem)
        }
    }
}

extension AccessReport.Entry.Finding {
    fileprivate var text: String {
        switch self {
        case .value(let value): value
        case .none(let reason): "none: \(reason)"
        case .broken(let problem): "error: \(problem)"
        }
    }
}
