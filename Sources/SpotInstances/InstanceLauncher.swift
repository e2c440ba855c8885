package import AWSRuntime
package import AWSServices
import FoundationEssentials
import SSHKeys
import SpotProfiles
package import SpotSupport

/// Converges a name to one running machine.
package struct InstanceLauncher: Sendable {
    let ec2: any EC2Client
    let planner: LaunchPlanner
    let directory: MachineDirectory
    let groups: SecurityGroupProvisioner
    let keyPairs: KeyPairProvisioner
    let records: LaunchRecords
    let waiter: InstanceWaiter
    let time: any TimeSource
    let caller: Caller

    /// Who is launching, and from where.
    package struct Caller: Sendable {
        /// Marks this computer's rules in a security group.
        package let description: String
        /// Asked once, and only where a rule needs it.
        package let address: @Sendable () async throws -> CallerAddress

        package init(
            description: String,
            address: @escaping @Sendable () async throws -> CallerAddress
        ) {
            self.description = description
            self.address = address
        }
    }

    /// What a launch ended with.
    package struct Outcome: Sendable {
        package let machine: Machine
        /// False where the machine was there before.
        package let isNew: Bool
    }

    package init(
        ec2: any EC2Client,
        planner: LaunchPlanner,
        keys: KeyStore,
        records: LaunchRecords,
        region: Region,
        caller: Caller,
        time: any TimeSource
    ) {
        self.ec2 = ec2
        self.planner = planner
        self.records = records
        self.caller = caller
        self.time = time
        directory = MachineDirectory(ec2: ec2, region: region)
        groups = SecurityGroupProvisioner(ec2: ec2, time: time)
        keyPairs = KeyPairProvisioner(ec2: ec2, keys: keys)
        waiter = InstanceWaiter(directory: directory, time: time)
    }

    /// Does what `LaunchDecision` says and returns when the machine runs and has an address.
    ///
    /// The groups, and with them the last generation, are read before the machines are: see
    /// `LaunchToken` for why two launches at the same moment end with one machine.
    package func launch(
        _ wish: LaunchWish,
        journal: LaunchJournal = LaunchJournal(),
        report: LaunchReporter
    ) async throws -> Outcome {
        report(.lookingUp)
        let groups = try await groups.owned(by: wish.name)
        let machines = try await directory.machines(named: wish.name)
        switch LaunchDecision(machines: machines) {
        case .launch:
            let generations = groups.map(\.generation) + machines.map(\.generation)
            return try await launchNew(
                wish,
                generation: (generations.max() ?? 0) + 1,
                groups,
                journal: journal,
                report: report
            )
        case .reconnect(let machine):
            return try await reconnect(machine, wish, groups, report: report)
        case .startWhenStopped(let machine):
            report(.stopping(machine))
            let stopped = try await waiter.stopped(machine.id, report: report)
            return try await start(stopped, wish, groups, report: report)
        case .start(let machine):
            return try await start(machine, wish, groups, report: report)
        case .ambiguous(let machines):
            throw MachineDirectory.ambiguous(wish.name, machines)
        }
    }

    /// A started machine has another address than before.
    private func start(
        _ machine: Machine,
        _ wish: LaunchWish,
        _ groups: [SecurityGroup],
        report: LaunchReporter
    ) async throws -> Outcome {
        report(.starting(machine))
        _ = try await ec2.startInstances([machine.id])
        return try await reconnect(machine, wish, groups, report: report)
    }

    private func reconnect(
        _ machine: Machine,
        _ wish: LaunchWish,
        _ groups: [SecurityGroup],
        report: LaunchReporter
    ) async throws -> Outcome {
        let isReachable = machine.state == .running && machine.address != nil
        let running =
            isReachable ? machine : try await waiter.running(machine.id, report: report)
        let attached = Set(running.instance.groups.map(\.id))
        for group in groups where attached.contains(group.id) {
            try await openPorts(wish.profile, group)
        }
        try await sweepTemplates(of: running, wish.name)
        if let owner = running.owner, try keyPairs.keys.holdsKey(for: wish.name) {
            // It may have been copied here: that it opens this machine is worth a note.
            let place = KeyPlace(owner: owner, region: running.region)
            _ = try await keyPairs.keys.claim(wish.name, for: place)
        }
        return Outcome(machine: running, isNew: false)
    }

    /// Removes the launch template of a launch from here that was killed before it could do so.
    private func sweepTemplates(of machine: Machine, _ name: MachineName) async throws {
        guard machine.isSpot, try records.hostKey(name, generation: machine.generation) != nil
        else {
            return
        }
        try await LaunchTemplates(ec2: ec2).delete(of: name)
    }

    /// Lets this caller in, from the address that it has now.
    func openPorts(_ profile: LaunchProfile, _ group: SecurityGroup) async throws {
        let wanted = IngressRules.wanted(
            by: profile,
            caller: try await caller.address(),
            description: caller.description
        )
        try await groups.apply(wanted, to: group, caller: caller.description)
    }
}
