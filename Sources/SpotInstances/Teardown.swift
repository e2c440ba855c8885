package import AWSRuntime
package import AWSServices
package import SpotSupport

/// Removes a machine and everything that launching it made.
package struct Teardown: Sendable {
    private let ec2: any EC2Client
    private let directory: MachineDirectory
    private let groups: SecurityGroupProvisioner
    private let keyPairs: KeyPairProvisioner
    private let waiter: InstanceWaiter

    /// How long a group may stay in use by a machine that is terminated already.
    private static let groupLimit = Duration.seconds(600)

    /// What was removed, for the person to read.
    package struct Removal: Hashable, Sendable, Encodable {
        package var name: String
        package var instances: [String] = []
        package var spotRequests: [String] = []
        package var securityGroups: [String] = []
        package var keyPair: String?
        /// Why the private key stays on this computer, and where; nil where it does not.
        package var keptKey: String?

        package init(name: String) { self.name = name }

        package var isNothing: Bool {
            instances.isEmpty && spotRequests.isEmpty && securityGroups.isEmpty && keyPair == nil
        }
    }

    package init(
        ec2: any EC2Client,
        keys: KeyStore,
        region: Region,
        time: any TimeSource
    ) {
        self.ec2 = ec2
        directory = MachineDirectory(ec2: ec2, region: region)
        groups = SecurityGroupProvisioner(ec2: ec2, time: time)
        keyPairs = KeyPairProvisioner(ec2: ec2, keys: keys)
        waiter = InstanceWaiter(directory: directory, time: time)
    }

    /// Terminates the machines of the name, waits, then removes their group and key pair.
    ///
    /// Each step looks first, so it may be repeated after a kill, and does nothing the second time.
    package func terminate(_ machines: [Machine], _ name: MachineName, report: LaunchReporter)
        async throws -> Removal
    {
        var removal = Removal(name: name.text)
        let living = machines.filter { $0.state != .terminated }
        try await end(living, &removal, report: report)
        removal.securityGroups = try await groups.delete(name, within: Self.groupLimit)
            .map(\.rawValue)
        if try await keyPairs.delete(name) { removal.keyPair = name.text }
        return removal
    }

    /// Terminates one instance that need not be ours, and nothing else.
    package func terminate(_ id: InstanceID, report: LaunchReporter) async throws -> Removal {
        let machine = try await directory.machine(id)
        var removal = Removal(name: machine.name)
        if machine.state != .terminated {
            try await end([machine], &removal, report: report)
        }
        return removal
    }

    /// Cancels requests first: one that is persistent would start another machine.
    private func end(_ machines: [Machine], _ removal: inout Removal, report: LaunchReporter)
        async throws
    {
        guard !machines.isEmpty else { return }
        let requests = machines.compactMap(\.instance.spotRequest)
        if !requests.isEmpty {
            _ = try await ec2.cancelSpotInstanceRequests(requests)
            removal.spotRequests = requests.map(\.rawValue)
        }
        let ids = machines.map(\.id)
        _ = try await ec2.terminateInstances(ids)
        for id in ids { try await waiter.terminated(id, report: report) }
        removal.instances = ids.map(\.rawValue)
    }
}

extension Teardown.Removal {
    /// What a person is told.
    package var sentence: String {
        [work, keptKey].compactMap(\.self).joined(separator: "; ")
    }

    private var work: String {
        guard !isNothing else { return "\(name): there was nothing to remove" }
        let parts = [
            instances.isEmpty ? nil : "instance \(instances.joined(separator: ", "))",
            spotRequests.isEmpty ? nil : "spot request \(spotRequests.joined(separator: ", "))",
            securityGroups.isEmpty
                ? nil : "security group \(securityGroups.joined(separator: ", "))",
            keyPair.map { "key pair \($0)" },
        ]
        return "\(name): removed " + parts.compactMap(\.self).joined(separator: ", ")
    }
}
