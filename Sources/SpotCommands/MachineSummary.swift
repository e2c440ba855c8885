import AWSRuntime
import AWSServices
import FoundationEssentials
import SpotInstances
import SpotTerminal

/// A machine as `list` and `status` print it.
struct MachineSummary: Encodable {
    let name: String
    let id: String
    let state: String
    let stateReason: String?
    let type: String
    let market: String
    let zone: String
    let region: String
    let address: String?
    let user: String?
    let launched: Date
    let expires: Date?
    /// USD an hour when it was launched.
    let launchPrice: String?
    let profile: String?
    let owner: String?
    let wasInterrupted: Bool

    init(_ machine: Machine) {
        name = machine.name
        id = machine.id.rawValue
        state = machine.state.rawValue
        stateReason = machine.instance.stateReason?.code
        type = machine.instance.type.rawValue
        market = machine.isSpot ? "spot" : "on-demand"
        zone = machine.instance.zone.rawValue
        region = machine.region.name
        address = machine.address
        user = machine.user
        launched = machine.instance.launchTime
        expires = machine.expires
        launchPrice = machine.launchPrice
        profile = machine.profile
        owner = machine.owner
        wasInterrupted = machine.wasInterrupted
    }
}

extension MachineSummary: TableRow {
    static let columns: [Table.Column] = [
        .init("NAME", mayShrink: false), .init("STATE", mayShrink: false), .init("TYPE"),
        .init("ZONE", dropOrder: 2), .init("ADDRESS", mayShrink: false),
        .init("UP", .right, mayShrink: false, dropOrder: 1), .init("$/H", .right, mayShrink: false),
        .init("LEFT", .right, mayShrink: false, dropOrder: 3), .init("ID", dropOrder: 4),
    ]

    var names: [String] { [name] }

    func cells(at now: Date) -> [Table.Cell] {
        [
            .init(name),
            .init(
                wasInterrupted ? "interrupted" : state,
                style: state == "running" ? .green : .dim
            ),
            .init(type),
            .init(zone),
            address.map { .init($0) } ?? .none,
            .span(from: launched, to: now, showing: launched),
            launchPrice.map { .init($0) } ?? .none,
            expires.map { .span(from: now, to: $0, showing: $0) } ?? .none,
            .init(id),
        ]
    }
}
