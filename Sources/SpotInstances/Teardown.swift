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
    private let time: any TimeSource

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
        self.time = time
        directory = MachineDirectory(ec2: ec2, region: region)
        groups = SecurityGroupProvisioner(ec2: ec2, time: time)
        keyPairs = KeyPairProvisioner(ec2: ec2, keys: keys)
        waiter = InstanceWaiter(directory: directory, time: time)
    }

    /// Terminates the machines of the name, waits, then removes their group and key pair.
    ///
    /// Each step looks first, so it may be repeated after a kill, and does nothing the second time.
    /// - Throws: `UnfinishedRemoval` when some of it is left.
    package func terminate(_ machines: [Machine], _ name: MachineName, report: LaunchReporter)
        async throws -> Removal
    {
        var work = Work(name: name.text)
        var requests: [SpotInstanceRequestID] = []
        // Whatever keeps us from the requests must not let the machine bill on.
        try await work.step { _ in requests = try await openRequests(of: name) }
        let living = machines.filter { $0.state != .terminated }
        try await end(living, requests, &work, report: report)
        try await work.step { _ in try await LaunchTemplates(ec2: ec2).delete(of: name) }
        var own: [SecurityGroup] = []
        try await work.step { _ in own = try await groups.owned(by: name) }
        for group in own {
            try await work.step { removal in
                try await groups.delete(group.id, within: Self.groupLimit)
                removal.securityGroups.append(group.id.rawValue)
            }
        }
        try await work.step { removal in
            if try await keyPairs.delete(name) { removal.keyPair = name.text }
        }
        return try work.finished()
    }

    /// Terminates one instance that need not be ours, and nothing else.
    package func terminate(_ id: InstanceID, report: LaunchReporter) async throws -> Removal {
        let machine = try await directory.machine(id)
        var work = Work(name: machine.name)
        if machine.state != .terminated {
            try await end([machine], [], &work, report: report)
        }
        return try work.finished()
    }

    /// The requests of the name that still can start a machine, whether one is there or not.
    private func openRequests(of name: MachineName) async throws -> [SpotInstanceRequestID] {
        let states: [SpotInstanceRequest.State] = [.open, .active, .disabled]
        return try await ec2.describeSpotInstanceRequests(
            DescribeSpotInstanceRequests(filters: [
                .tag(MachineTags.Key.name, name.text),
                .tagged(MachineTags.Key.managed),
                Filter("state", states.map(\.rawValue)),
            ])
        ).map(\.id)
    }

    /// Cancels requests first: one that is persistent would start another machine.
    /// - Throws: `UnfinishedRemoval` where a machine may be left, which needs all the rest.
    private func end(
        _ machines: [Machine],
        _ requests: [SpotInstanceRequestID],
        _ work: inout Work,
        report: LaunchReporter
    ) async throws {
        let all = Set(requests + machines.compactMap(\.instance.spotRequest)).sorted()
        try await work.step { removal in
            removal.spotRequests = try await cancel(all).map(\.rawValue)
        }
        guard !machines.isEmpty else { return }
        let ids = machines.map(\.id)
        let isOver = try await work.step { removal in
            try await terminate(ids)
            for id in ids {
                try await waiter.terminated(id, report: report)
                removal.instances.append(id.rawValue)
            }
        }
        if !isOver { _ = try work.finished() }
    }

    /// One machine that EC2 does not know, or will not end, makes it refuse all of a call, so after a
    /// refusal each goes by itself; and "not found" is no proof that one is gone.
    private func terminate(_ ids: [InstanceID]) async throws {
        do {
            _ = try await ec2.terminateInstances(ids)
        } catch {
            guard ids.count > 1 || error.code == .instanceNotFound else { throw error }
            var failure: (any Error)?
            for id in ids {
                do { try await terminateKnown(id) } catch { failure = error }
            }
            if let failure { throw failure }
        }
    }

    /// Terminates a machine that EC2 may not find for a moment, as long as its lists show it.
    private func terminateKnown(_ id: InstanceID) async throws {
        let waiter = Waiter(
            for: "EC2 to find \(id)",
            limit: Visibility.lag,
            backoff: Backoff(first: .seconds(1), ceiling: .seconds(10)),
            time: time
        )
        _ = try await waiter.value { deadline -> Bool? in
            do throws(AWSError) {
                _ = try await ec2.terminateInstances([id])
                return true
            } catch {
                guard error.code == .instanceNotFound else { throw error }
            }
            let shown = try await ec2.describeInstances(
                DescribeInstances(filters: [Filter("instance-id", [id.rawValue])])
            )
            if let state = shown.first?.state { return state == .terminated ? true : nil }
            return deadline.hasPassed ? true : nil
        }
    }

    /// AWS forgets closed requests, and one that it does not know makes it refuse all of a call.
    /// - Returns: Those that are cancelled now.
    private func cancel(_ requests: [SpotInstanceRequestID]) async throws
        -> [SpotInstanceRequestID]
    {
        guard !requests.isEmpty else { return [] }
        do {
            _ = try await ec2.cancelSpotInstanceRequests(requests)
            return requests
        } catch {
            if error.code == .spotRequestNotFound {
                guard requests.count > 1 else { return [] }
                var cancelled: [SpotInstanceRequestID] = []
                for request in requests { cancelled += try await cancel([request]) }
                return cancelled
            }
            let names = requests.map(\.rawValue).joined(separator: ", ")
            throw GeneralFailure(
                error.kind,
                "cannot cancel the spot request \(names): \(error.message)",
                hint: "a persistent request starts another machine; "
                    + "'aws ec2 cancel-spot-instance-requests' ends it",
                cause: error
            )
        }
    }
}

extension Teardown {
    /// A removal in progress, which goes on after a step that failed.
    private struct Work {
        private var removal: Removal
        private var failures: [any Failure] = []

        init(name: String) { removal = Removal(name: name) }

        /// Does one step, or notes why it failed; a task that is cancelled ends here.
        /// - Returns: Whether it was done.
        @discardableResult
        mutating func step(_ body: (inout Removal) async throws -> Void) async throws -> Bool {
            do {
                try await body(&removal)
                return true
            } catch let failure as any Failure where !Task.isCancelled {
                failures.append(failure)
                return false
            }
        }

        func finished() throws -> Removal {
            guard !failures.isEmpty else { return removal }
            throw UnfinishedRemoval(removal: removal, failures: failures)
        }
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
