import AWSRuntime
import AWSServices
import FoundationEssentials
import SpotInstances
import SpotTerminal

/// What `launch --dry-run` prints of a machine that is there already.
struct ReunionPreview: Encodable {
    /// `start` or `reconnect`.
    let action: String
    let name: String
    let region: String
    let id: String
    let state: String
    let type: String
    let zone: String
    let market: String
    let address: String?
    let launched: Date
    /// USD an hour now; nil on demand and where the pool has no price.
    let price: String?
    let onDemandPrice: String?
    let explanation: String

    init(_ machine: Machine, price: Decimal?, onDemandPrice: Decimal?) {
        let runs = machine.state == .running || machine.state == .pending
        action = runs ? "reconnect" : "start"
        name = machine.name
        region = machine.region.name
        id = machine.id.rawValue
        state = machine.state.rawValue
        type = machine.instance.type.rawValue
        zone = machine.instance.zone.rawValue
        market = machine.isSpot ? "spot" : "on-demand"
        address = machine.address
        launched = machine.instance.launchTime
        self.price = price.map { "\($0)" }
        self.onDemandPrice = onDemandPrice.map { "\($0)" }
        explanation = Self.explanation(machine.state)
    }

    private static func explanation(_ state: InstanceState) -> String {
        let rest = "let this computer's address in, and wait until it is ready"
        return switch state {
        case .pending: "wait until it runs, \(rest)"
        case .stopping: "wait until it is stopped, start it, \(rest); its address will be another"
        case .stopped: "start it, \(rest); its address will be another"
        default: "\(rest); nothing new is made"
        }
    }

    func facts(at now: Date, in width: Int?) -> Table {
        let text = { (value: String?) -> Table.Cell in value.map { .init($0) } ?? .none }
        return .facts(
            [
                ("would", .init("\(action == "start" ? "start" : "reconnect to") \(name)")),
                ("that is", .init(explanation)),
                ("id", .init(id)), ("state", .init(state)), ("type", .init(type)),
                ("zone", .init(zone)), ("market", .init(market)), ("address", text(address)),
                ("launched", .age(of: launched, at: now)), ("price $/h", text(price)),
                ("on demand $/h", .listPrice(onDemandPrice)),
            ],
            in: width
        )
    }
}
