package import AWSRuntime
package import AWSServices
package import SpotSupport

/// Looks machines up by their tags in one region.
package struct MachineDirectory: Sendable {
    private let ec2: any EC2Client
    package let region: Region

    package init(ec2: any EC2Client, region: Region) {
        self.ec2 = ec2
        self.region = region
    }

    /// All that bears the name, terminated machines that AWS still shows included.
    package func machines(named name: MachineName) async throws -> [Machine] {
        try await machines(matching: [
            .tag(MachineTags.Key.name, name.text),
            .tagged(MachineTags.Key.managed),
        ])
    }

    /// All of ours in the region.
    package func machines() async throws -> [Machine] {
        try await machines(matching: [.tagged(MachineTags.Key.managed)])
    }

    /// One instance by its id, ours or not.
    /// - Throws: `GeneralFailure` of kind `notFound`.
    package func machine(_ id: InstanceID) async throws -> Machine {
        let found = try await ec2.describeInstances(DescribeInstances(ids: [id]))
        guard let instance = found.first else {
            throw GeneralFailure(.notFound, "cannot find instance \(id) in \(region)")
        }
        return Machine(instance: instance, region: region)
    }

    /// The one live machine of this name.
    /// - Throws: `GeneralFailure`: `notFound` where there is none, `conflict` where there are several.
    package func machine(named name: MachineName) async throws -> Machine {
        let all = try await machines(named: name)
        let alive = all.filter(\.state.isAlive)
        if alive.count > 1 { throw Self.ambiguous(name, alive) }
        if let machine = alive.first { return machine }
        guard let last = all.max(by: { $0.instance.launchTime < $1.instance.launchTime }) else {
            throw notFound(name)
        }
        throw Self.gone(last)
    }

    package static func ambiguous(_ name: MachineName, _ machines: [Machine]) -> GeneralFailure {
        let ids = machines.map(\.id.rawValue).sorted()
        return GeneralFailure(
            .conflict,
            "cannot tell which \(name) is meant: \(ids.joined(separator: " and ")) are both alive",
            hint: "'spot terminate --id \(ids[0])' removes one of them"
        )
    }

    private func machines(matching filters: [Filter]) async throws -> [Machine] {
        try await ec2.describeInstances(DescribeInstances(filters: filters))
            .map { Machine(instance: $0, region: region) }
    }
}

extension InstanceState {
    /// Whether the machine exists or will exist again: everything but shutting down and terminated.
    package var isAlive: Bool {
        switch self {
        case .pending, .running, .stopping, .stopped: true
        case .shuttingDown, .terminated: false
        }
    }
}
