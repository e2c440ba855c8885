package import AWSServices
package import FoundationEssentials
import SpotSupport

// Machines that are there before a test begins.
extension FakeAccount {
    /// What `addMachine` needs to know, as a launch of t3.small would have left it.
    package struct Fixture: Sendable {
        package var id: String?
        package var state = InstanceState.running
        package var launched = Date(timeIntervalSince1970: 1_767_319_445)
        /// Nil on demand.
        package var requestType: SpotOptions.RequestType? = .oneTime
        package var hasGroup = true
        package var stateReason: StateReason?
        package var address: String?
        package var tags: [String: String] = [:]

        package init() {}
    }

    /// Adds a machine of ours with its request and its group; an hour old, unless told otherwise.
    @discardableResult
    package mutating func addMachine(
        _ name: String,
        _ change: (inout Fixture) -> Void = { _ in }
    ) -> InstanceID {
        var fixture = Fixture()
        change(&fixture)
        var instance = Instance(
            id: InstanceID(fixture.id ?? nextID("i")),
            state: fixture.state,
            type: InstanceType("t3.small"),
            image: FakeCatalogue.x86Image,
            launchTime: fixture.launched,
            zone: AvailabilityZone("us-east-1a")
        )
        let tags = [
            "Name": name, "spot:managed": "1", "spot:name": name, "spot:owner": FakeSTS.arn,
            "spot:generation": "1", "spot:user": "ec2-user", "spot:ssh-port": "22",
            "spot:profile": "t3.small", "spot:price": "0.0062",
        ]
        instance.tags = tags.merging(fixture.tags) { _, own in own }
        instance.stateReason = fixture.stateReason
        if fixture.hasGroup, fixture.state != .terminated {
            instance.groups = [group(of: name)]
            instance.subnet = subnets.first?.id
            instance.vpc = FakeCatalogue.vpc
        }
        if let type = fixture.requestType { request(type, for: &instance) }
        var machine = FakeInstance(
            instance,
            address: fixture.address ?? "203.0.113.\(10 + instances.count)"
        )
        machine.upcoming = Self.successor(of: fixture.state)
        instances.append(machine)
        return instance.id
    }

    /// Adds the key pair that a launch of the machine would have imported.
    package mutating func addKeyPair(_ name: String, publicKey: String) {
        keyPairs.append(
            KeyPair(
                name: KeyPairName(name),
                publicKey: publicKey,
                tags: ["spot:managed": "1", "spot:name": name]
            )
        )
    }

    private mutating func group(of name: String) -> Instance.Group {
        let groupName = "spot-\(name)"
        if let group = groups.first(where: { $0.name == groupName }) {
            return Instance.Group(id: group.id, name: group.name)
        }
        let group = SecurityGroup(
            id: SecurityGroupID(nextID("sg")),
            name: groupName,
            vpc: FakeCatalogue.vpc,
            tags: ["spot:managed": "1", "spot:name": name]
        )
        groups.append(group)
        return Instance.Group(id: group.id, name: group.name)
    }

    private mutating func request(
        _ type: SpotOptions.RequestType,
        for instance: inout Instance
    ) {
        var request = SpotInstanceRequest(
            id: SpotInstanceRequestID(nextID("sir")),
            state: .active,
            requestType: type
        )
        request.instance = instance.id
        request.tags = instance.tags
        requests.append(request)
        instance.isSpot = true
        instance.spotRequest = request.id
    }

    private static func successor(of state: InstanceState) -> [InstanceState] {
        switch state {
        case .pending: [.running]
        case .stopping: [.stopped]
        case .shuttingDown: [.terminated]
        case .running, .stopped, .terminated: []
        }
    }
}
