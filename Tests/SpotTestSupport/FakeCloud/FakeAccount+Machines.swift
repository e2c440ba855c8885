import AWSRuntime
import AWSServices
import FoundationEssentials
import SpotSupport

// What EC2 does with machines.
extension FakeAccount {
    /// Refuses what EC2 would refuse.
    func check(_ request: RunInstances) throws(AWSError) {
        let refuse = { (code: AWSError.Code) in AWSError.refusal(code, of: .runInstances) }
        guard images.contains(where: { $0.id == request.machine.image }) else {
            throw refuse("InvalidAMIID.NotFound")
        }
        guard let type = request.machine.type, types.contains(where: { $0.type == type }) else {
            throw refuse(.invalidParameterValue)
        }
        guard (request.machine.userData?.count ?? 0) <= 16_384 else {
            throw refuse(.invalidParameterValue)
        }
        if let key = request.machine.keyName, !keyPairs.contains(where: { $0.name == key }) {
            throw refuse(.keyPairNotFound)
        }
        guard let subnet = subnet(of: request) else { throw refuse("InvalidSubnetID.NotFound") }
        for id in request.machine.network?.groups ?? []
        where !groups.contains(where: { $0.id == id }) {
            throw refuse(.groupNotFound)
        }
        let pool = FakePool(type, subnet.zone, isSpot: request.spot != nil)
        if let code = refusals[pool] { throw refuse(code) }
        guard let spot = request.spot else { return }
        guard let price = price(of: pool) else { throw refuse(.insufficientInstanceCapacity) }
        if let limit = spot.maximumPrice.flatMap({ Decimal(string: $0) }), limit < price {
            throw refuse("SpotMaxPriceTooLow")
        }
    }

    /// Makes the machine and what EC2 makes with it.
    mutating func start(_ request: RunInstances, at now: Date) -> Instance {
        let id = InstanceID(nextID("i"))
        var instance = Instance(
            id: id,
            state: .pending,
            type: request.machine.type ?? InstanceType(""),
            image: request.machine.image,
            launchTime: now.addingTimeInterval(clockOffset),
            zone: subnet(of: request)?.zone ?? AvailabilityZone("")
        )
        instance.subnet = subnet(of: request)?.id
        instance.vpc = subnet(of: request)?.vpc
        instance.clientToken = request.clientToken
        instance.keyName = request.machine.keyName
        instance.tags = tags(.instance, of: request)
        let members = request.machine.network?.groups ?? []
        instance.groups = groups.filter { members.contains($0.id) }.map {
            Instance.Group(id: $0.id, name: $0.name)
        }
        if let spot = request.spot {
            instance.isSpot = true
            instance.spotRequest = openRequest(spot, request, for: id)
        }
        add(instance, dying: stillborn.isEmpty ? nil : stillborn.removeFirst())
        if let token = request.clientToken { tokens[token] = (request, id) }
        if forgetsLaunches { instances.removeLast() }
        return instance
    }

    /// Adds a machine that starts as `instance` is and then runs, or dies.
    private mutating func add(_ instance: Instance, dying fate: StateReason?) {
        var machine = FakeInstance(instance, address: "203.0.113.\(10 + instances.count)")
        machine.fate = fate
        let last: [InstanceState] = fate == nil ? [.running] : [.shuttingDown, .terminated]
        machine.upcoming = Array(repeating: .pending, count: looksPerState - 1) + last
        instances.append(machine)
    }

    private mutating func openRequest(
        _ spot: SpotOptions,
        _ request: RunInstances,
        for id: InstanceID
    ) -> SpotInstanceRequestID {
        var opened = SpotInstanceRequest(
            id: SpotInstanceRequestID(nextID("sir")),
            state: .active,
            requestType: spot.requestType
        )
        opened.instance = id
        opened.tags = tags(.spotInstancesRequest, of: request)
        requests.append(opened)
        return opened.id
    }

    /// Puts machines into the state that follows theirs; one unknown id and none is changed.
    mutating func changeState(
        of ids: [InstanceID],
        in operation: FakeCall.Operation,
        _ next: (InstanceState) -> InstanceState
    ) throws(AWSError) -> [InstanceStateChange] {
        for id in ids where index(of: id) == nil {
            throw .refusal(.instanceNotFound, of: operation, "\(id) does not exist")
        }
        let indices = ids.compactMap { index(of: $0) }
        return indices.map { index in
            let before = instances[index].instance.state
            let state = next(before)
            if state != before {
                instances[index].enter(state)
                let rest = Array(repeating: state, count: looksPerState - 1)
                instances[index].upcoming = rest + (Self.successors[state].map { [$0] } ?? [])
            }
            return InstanceStateChange(
                id: instances[index].instance.id,
                previous: before,
                current: state
            )
        }
    }

    private static let successors: [InstanceState: InstanceState] = [
        .pending: .running, .shuttingDown: .terminated, .stopping: .stopped,
    ]

    func require(
        _ states: Set<InstanceState>,
        of ids: [InstanceID],
        for operation: FakeCall.Operation
    ) throws(AWSError) {
        for id in ids {
            if let instance = instance(id), !states.contains(instance.state) {
                throw .refusal(.incorrectInstanceState, of: operation)
            }
        }
    }

    func isOneTime(_ id: InstanceID) -> Bool {
        requests.contains { $0.instance == id && $0.requestType == .oneTime }
    }

    /// A persistent request that is not cancelled starts another machine at once.
    mutating func terminated(_ id: InstanceID, at now: Date) {
        guard let index = requests.firstIndex(where: { $0.instance == id && $0.state == .active })
        else { return }
        guard requests[index].requestType == .persistent,
            let origin = tokens.values.first(where: { $0.id == id })
        else {
            requests[index].state = .closed
            return
        }
        var request = origin.request
        request.clientToken = nil
        requests[index].instance = start(request, at: now).id
    }

    mutating func restarted(_ id: InstanceID, at now: Date) {
        guard let index = index(of: id) else { return }
        instances[index].instance.launchTime = now
        instances[index].address = "203.0.113.\(100 + nextNumber("address"))"
    }

    private func subnet(of request: RunInstances) -> Subnet? {
        guard let id = request.machine.network?.subnet else { return subnets.first }
        return subnets.first { $0.id == id }
    }

    private func price(of pool: FakePool) -> Decimal? {
        prices.first { $0.type == pool.type && $0.zone == pool.zone }?.price
    }

    private func tags(_ kind: TagSpecification.ResourceType, of request: RunInstances)
        -> [String: String]
    {
        request.machine.tags.first { $0.resourceType == kind }?.tags ?? [:]
    }
}
