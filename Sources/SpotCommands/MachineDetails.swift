import AWSServices
import FoundationEssentials
import SpotInstances
import SpotTerminal

/// A machine as `status` prints it: all of it, with the price of this moment.
struct MachineDetails: Encodable {
    let summary: MachineSummary
    /// USD an hour now; nil on demand and where the pool has no price.
    let price: String?
    let imageID: String
    let privateAddress: String?
    let securityGroups: [String]
    let spotRequest: String?
    let stateMessage: String?
    /// What AWS says of the spot request, where that is more than that it is served.
    let interruptionNotice: String?

    init(_ machine: Machine, price: String?, notice: String?) {
        summary = MachineSummary(machine)
        self.price = price
        imageID = machine.instance.image.rawValue
        privateAddress = machine.instance.privateAddress
        securityGroups = machine.instance.groups.map(\.id.rawValue)
        spotRequest = machine.instance.spotRequest?.rawValue
        stateMessage = machine.instance.stateReason?.message
        interruptionNotice = notice
    }

    private enum CodingKeys: String, CodingKey {
        case price, imageID, privateAddress, securityGroups, spotRequest, stateMessage
        case interruptionNotice
    }

    /// One flat object: the summary's keys and its own.
    func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var own = encoder.container(keyedBy: CodingKeys.self)
        try own.encodeIfPresent(price, forKey: .price)
        try own.encode(imageID, forKey: .imageID)
        try own.encodeIfPresent(privateAddress, forKey: .privateAddress)
        try own.encode(securityGroups, forKey: .securityGroups)
        try own.encodeIfPresent(spotRequest, forKey: .spotRequest)
        try own.encodeIfPresent(stateMessage, forKey: .stateMessage)
        try own.encodeIfPresent(interruptionNotice, forKey: .interruptionNotice)
    }

    /// One row a fact, for people and for `cut`.
    func facts(at now: Date) -> [(name: String, cell: Table.Cell)] {
        let text = { (value: String?) -> Table.Cell in value.map { .init($0) } ?? .none }
        return [
            ("name", .init(summary.name)),
            ("state", .init(summary.wasInterrupted ? "interrupted" : summary.state)),
            ("reason", text(stateMessage)),
            ("notice", text(interruptionNotice)),
            ("id", .init(summary.id)),
            ("type", .init(summary.type)),
            ("market", .init(summary.market)),
            ("price $/h", text(price)),
            ("price at launch $/h", text(summary.launchPrice)),
            ("zone", .init(summary.zone)),
            ("address", text(summary.address)),
            ("private address", text(privateAddress)),
            ("user", text(summary.user)),
            ("launched", .age(of: summary.launched, at: now)),
            ("time left", summary.expires.map { .span(from: now, to: $0, showing: $0) } ?? .none),
            ("profile", text(summary.profile)),
            ("image", .init(imageID)),
            ("security groups", .init(securityGroups.joined(separator: " "))),
            ("spot request", text(spotRequest)),
            ("owner", text(summary.owner)),
        ]
    }
}
