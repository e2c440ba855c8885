package import AWSRuntime
package import AWSServices
import SpotSupport

/// What an account has in one region, and what AWS has to offer there.
package struct FakeAccount: Sendable {
    package var instances: [FakeInstance] = []
    package var groups: [SecurityGroup] = []
    package var keyPairs: [KeyPair] = []
    package var requests: [SpotInstanceRequest] = []
    package var templates: [CreateLaunchTemplate] = []
    /// What each client token started.
    package var tokens: [String: (request: RunInstances, id: InstanceID)] = [:]
    /// What each token of a fleet was answered with.
    package var fleetTokens: [String: (request: CreateFleet, output: CreateFleetResult)] = [:]
    package var consoles: [InstanceID: String] = [:]

    package var subnets: [Subnet] = FakeCatalogue.subnets
    package var types: [InstanceTypeDescription] = FakeCatalogue.types
    package var images: [Image] = FakeCatalogue.images
    package var prices: [SpotPrice] = FakeCatalogue.prices
    package var routeTables: [RouteTable] = FakeCatalogue.routeTables
    package var regions: [RegionDescription] = FakeCatalogue.regions
    /// What a dry run is told that it may not do, by the operation's name.
    package var deniedOperations: Set<String> = []
    package var answersEmptyForUnknownSubnets = false
    /// Pools that refuse, and how.
    package var refusals: [FakePool: AWSError.Code] = [:]
    /// How many looks show a state before the next one follows.
    package var looksPerState = 1
    /// Seconds by which the clock of EC2 differs from that of the computer.
    package var clockOffset: Double = 0
    /// Machines are gone from the lists as soon as they are made.
    package var forgetsLaunches = false
    /// The next machines die as they start, for these reasons.
    package var stillborn: [StateReason] = []

    /// Of each kind apart: what is made at the same time gets the same ids in any order.
    private var lastNumbers: [String: Int] = [:]

    package init() {}

    /// An id with this beginning, in the order in which they are made.
    package mutating func nextID(_ kind: String) -> String {
        let digits = String(nextNumber(kind), radix: 16)
        return "\(kind)-" + String(repeating: "0", count: 17 - digits.count) + digits
    }

    package mutating func nextNumber(_ kind: String) -> Int {
        lastNumbers[kind, default: 0] += 1
        return lastNumbers[kind, default: 0]
    }

    package func index(of id: InstanceID) -> Int? { instances.firstIndex { $0.instance.id == id } }

    package func instance(_ id: InstanceID) -> Instance? {
        index(of: id).map { instances[$0].instance }
    }

    /// The ids of all that still bills: alive, or on the way.
    package var living: [InstanceID] {
        instances.map(\.instance).filter { $0.state != .terminated && $0.state != .shuttingDown }
            .map(\.id)
    }
}

/// A capacity pool.
package struct FakePool: Hashable, Sendable {
    package let type: InstanceType
    package let zone: AvailabilityZone
    package let isSpot: Bool

    package init(_ type: InstanceType, _ zone: AvailabilityZone, isSpot: Bool = true) {
        self.type = type
        self.zone = zone
        self.isSpot = isSpot
    }
}

/// A machine, and the states that it will go through.
package struct FakeInstance: Sendable {
    package var instance: Instance
    /// The states to come; each look takes the next.
    package var upcoming: [InstanceState] = []
    /// Why it will be terminated, told once it is.
    package var fate: StateReason?
    /// The address that it has while it runs.
    package var address: String

    package init(_ instance: Instance, address: String = "203.0.113.10") {
        self.instance = instance
        self.address = address
        enter(instance.state)
    }

    /// Goes on to the next state, if there is one.
    package mutating func advance() {
        guard !upcoming.isEmpty else { return }
        enter(upcoming.removeFirst())
    }

    package mutating func enter(_ state: InstanceState) {
        instance.state = state
        instance.publicAddress = state == .running ? address : nil
        if state == .shuttingDown || state == .terminated, let fate {
            instance.stateReason = fate
        }
        guard state == .terminated else { return }
        instance.groups = []
        instance.subnet = nil
        instance.vpc = nil
    }
}
