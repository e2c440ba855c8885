import AWSRuntime
import AWSServices
import FoundationEssentials
import SpotInstances
import SpotProfiles
import SpotTerminal

/// What `launch --dry-run` prints.
struct LaunchPreview: Encodable {
    let name: String
    /// `launch`, `start` or `reconnect`.
    let action: String
    let region: String
    let instanceID: String?
    let instanceType: String
    let market: String
    let zone: String
    /// USD an hour now; nil on demand.
    let price: String?
    /// Where else it would be tried, in this order.
    let alternatives: [String]
    let image: String?
    let user: String?
    let keyPair: String?
    let securityGroup: String?

    init(_ preview: InstanceLauncher.Preview, _ wish: LaunchWish, region: Region) {
        switch preview {
        case .new(let plan): self.init(plan, region)
        case .existing(let machine): self.init(machine, wish, region)
        }
    }

    private init(_ plan: LaunchPlan, _ region: Region) {
        let first = plan.candidates[0]
        name = plan.name.text
        action = "launch"
        self.region = region.name
        instanceID = nil
        instanceType = first.instanceType.rawValue
        market = first.market.rawValue
        zone = first.zone.rawValue
        price = first.price.map { "\($0)" }
        alternatives = plan.candidates.dropFirst().map {
            "\($0.instanceType) \($0.market.rawValue) in \($0.zone)"
        }
        image = "\(plan.image.id) (\(plan.image.name))"
        user = plan.user
        keyPair = plan.keyPair == .imported ? "\(plan.name), imported already" : "\(plan.name), new"
        securityGroup = plan.profile.securityGroup.value ?? "one of the machine's own"
    }

    private init(_ machine: Machine, _ wish: LaunchWish, _ region: Region) {
        name = wish.name.text
        action = machine.state == .running || machine.state == .pending ? "reconnect" : "start"
        self.region = region.name
        instanceID = machine.id.rawValue
        instanceType = machine.instance.type.rawValue
        market = machine.isSpot ? "spot" : "on-demand"
        zone = machine.instance.zone.rawValue
        price = nil
        alternatives = []
        image = machine.instance.image.rawValue
        user = machine.user
        keyPair = nil
        securityGroup = machine.instance.groups.first?.id.rawValue
    }

    /// One row a fact.
    var facts: [(name: String, cell: Table.Cell)] {
        let text = { (value: String?) -> Table.Cell in value.map { .init($0) } ?? .none }
        return [
            ("would", .init(action)),
            ("id", text(instanceID)),
            ("region", .init(region)),
            ("zone", .init(zone)),
            ("type", .init(instanceType)),
            ("market", .init(market)),
            ("price $/h", text(price)),
            ("else", text(alternatives.isEmpty ? nil : alternatives.joined(separator: ", "))),
            ("image", text(image)),
            ("user", text(user)),
            ("key pair", text(keyPair)),
            ("security group", text(securityGroup)),
        ].filter { $0.1 != .none }
    }
}
