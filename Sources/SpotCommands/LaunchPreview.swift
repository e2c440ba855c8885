import AWSRuntime
import AWSServices
import FoundationEssentials
import SpotInstances
import SpotProfiles
import SpotSupport
import SpotTerminal

/// What `launch --dry-run` prints of a machine that would be made.
struct LaunchPreview: Encodable {
    let action = "launch"
    let name: String
    let region: String
    let choice: Choice
    let pools: [Pool]
    let image: Image
    let network: Network
    let key: Key
    let disk: Disk
    let tags: [String: String]
    let profile: String
    let expires: Date?
    /// Seconds from its launch to its end; nil for a machine that ends only when told.
    let ttl: Int?
    /// What there is not yet.
    let creates: [String]
    /// What is there already.
    let reuses: [String]
    let estimate: Estimate

    /// Who decides between the pools, and how.
    struct Choice: Encodable {
        /// `price-capacity-optimized`: AWS weighs price and spare capacity; `in-order`: one after the
        /// other.
        let strategy: String
        let explanation: String
    }

    /// A place where the machine could start.
    struct Pool: Encodable {
        let type: String
        let zone: String
        let subnet: String
        let market: String
        /// USD an hour on the spot market; nil on demand.
        let price: String?
        let onDemandPrice: String?
        /// Per cent of the on-demand price.
        let saving: Int?
        /// Whether it is the likeliest one.
        let isLikeliest: Bool
    }

    struct Image: Encodable {
        let id: String
        let name: String
        let architecture: String
        let user: String
    }

    struct Network: Encodable {
        let vpc: String
        let subnets: [String]
        let publicAddress = true
        let securityGroup: String
        /// `new`, `reused` or `yours`.
        let securityGroupState: String
        let openings: [String]
    }

    struct Key: Encodable {
        /// `new`, `local` (here already), `imported` (there, too) or `yours`.
        let state: String
        let path: String
        let keyPair: String
    }

    struct Disk: Encodable {
        let gib: Int
        let type = "gp3"
        let isEncrypted = true
    }

    /// USD an hour, rounded up; traffic is not counted.
    struct Estimate: Encodable {
        let machine: String?
        let disk: String?
        let address: String
        let total: String?

        init(_ estimate: LaunchEstimate) {
            machine = estimate.machine?.inTenThousandths
            disk = estimate.disk?.inTenThousandths
            address = estimate.address.inTenThousandths
            total = estimate.total?.inTenThousandths
        }
    }
}

/// What a preview is made of beside the plan.
struct PreviewFacts {
    let region: Region
    /// Those that we made for machines of the name.
    let groups: [SecurityGroup]
    /// USD an hour.
    let onDemand: [InstanceType: Decimal]
    /// USD a GiB and month.
    let diskPrice: Decimal?
    let holdsKey: Bool
    let keyPath: String
}

extension LaunchPreview {
    init(_ plan: LaunchPlan, _ facts: PreviewFacts) {
        let likeliest = plan.likeliest
        name = plan.name.text
        region = facts.region.name
        choice = Choice(plan.profile.market.value, poolCount: plan.candidates.count)
        pools = plan.candidates.map { Pool($0, facts.onDemand, isLikeliest: $0 == likeliest) }
        image = Image(
            id: plan.image.id.rawValue,
            name: plan.image.name,
            architecture: plan.image.architecture,
            user: plan.user
        )
        network = Network(plan, facts)
        key = Key(plan, facts)
        disk = Disk(gib: plan.diskGiB)
        tags = plan.tags
        profile = plan.profile.name
        expires = plan.expires
        ttl = plan.profile.ttl.value.map { Int($0.seconds) }
        let things = Self.things(key, network, likeliest)
        creates = things.filter(\.isNew).map(\.text)
        reuses = things.filter { !$0.isNew }.map(\.text)
        estimate = Estimate(
            LaunchEstimate(
                machine: likeliest.flatMap { $0.price ?? facts.onDemand[$0.instanceType] },
                diskGiB: plan.diskGiB,
                diskPrice: facts.diskPrice
            )
        )
    }

    /// Everything that the machine needs to be there.
    private static func things(_ key: Key, _ network: Network, _ pool: LaunchPlan.Candidate?)
        -> [(text: String, isNew: Bool)]
    {
        [
            ("key \(key.path)", key.state == "new"),
            ("key pair \(key.keyPair)", key.state != "imported"),
            (
                "security group \(network.securityGroup)",
                network.securityGroupState == "new"
            ),
        ]
            + (pool?.market == .spot
                ? [("launch template, deleted at once", true), ("spot instance", true)]
                : [("instance", true)]) + [("encrypted disk", true)]
    }
}

extension LaunchPreview.Choice {
    fileprivate init(_ market: Market, poolCount: Int) {
        let among = poolCount == 1 ? "takes this pool" : "chooses among all of these pools"
        switch market {
        case .spot, .spotThenOnDemand:
            strategy = "price-capacity-optimized"
            let rest = market == .spot ? "" : "; where none has capacity, on demand"
            explanation =
                "AWS \(among), where the price is low and spare capacity makes "
                + "interruptions rare (price-capacity-optimized)\(rest)"
        case .onDemand:
            strategy = "in-order"
            explanation = "on demand, one after the other until one has capacity"
        }
    }
}

extension LaunchPreview.Pool {
    fileprivate init(
        _ candidate: LaunchPlan.Candidate,
        _ onDemand: [InstanceType: Decimal],
        isLikeliest: Bool
    ) {
        let list = onDemand[candidate.instanceType]
        type = candidate.instanceType.rawValue
        zone = candidate.zone.rawValue
        subnet = candidate.subnet.rawValue
        market = candidate.market.rawValue
        price = candidate.price.map { "\($0)" }
        onDemandPrice = list.map { "\($0)" }
        saving = candidate.price.flatMap { price in
            list.flatMap { PoolOffer.saving(of: price, against: $0) }
        }
        self.isLikeliest = isLikeliest
    }
}

extension LaunchPreview.Network {
    fileprivate init(_ plan: LaunchPlan, _ facts: PreviewFacts) {
        vpc = plan.vpc.rawValue
        subnets = Set(plan.candidates.map(\.subnet.rawValue)).sorted()
        let known = facts.groups.first { $0.vpc == plan.vpc }
        let ownName = SecurityGroupProvisioner.groupName(for: plan.name)
        if let given = plan.profile.securityGroup.value {
            securityGroup = given
            securityGroupState = "yours"
            openings = []
        } else {
            securityGroup = known.map { "\($0.name) (\($0.id))" } ?? ownName
            securityGroupState = known == nil ? "new" : "reused"
            openings =
                ["tcp:\(plan.profile.sshPort.value):me"]
                + plan.profile.firewall.value.map { "\($0)" }
        }
    }
}

extension LaunchPreview.Key {
    fileprivate init(_ plan: LaunchPlan, _ facts: PreviewFacts) {
        let own = plan.profile.key.value
        path = own ?? facts.keyPath
        keyPair = plan.name.text
        if plan.keyPair == .imported {
            state = "imported"
        } else if own != nil {
            state = "yours"
        } else {
            state = facts.holdsKey ? "local" : "new"
        }
    }
}
