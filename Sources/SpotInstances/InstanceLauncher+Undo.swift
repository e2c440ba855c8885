import AWSServices
import SpotSupport

// Taking back a launch that failed or was cancelled.
extension InstanceLauncher {
    /// What was left standing, and why.
    package enum Aftermath: Hashable, Sendable {
        /// The launch had made nothing, or all of it is gone again.
        case nothing
        /// A machine may exist or come up: everything it needs was kept.
        case machine
    }

    /// How long the effect of a request that was cut off may take to show.
    private static let straggling = Duration.seconds(5)

    /// How long a machine that died may hold on to its group.
    private static let dying = Duration.seconds(40)

    /// Removes what the launch made, unless a machine of the name may exist.
    ///
    /// A request that was cut off may still have started one that is not visible yet; EC2 then refuses to
    /// delete its group, and that refusal decides. Without a group of ours to ask, doubt decides.
    package func undo(_ name: MachineName, _ journal: LaunchJournal) async throws -> Aftermath {
        let entries = journal.entries
        if entries.isUntouched { return .nothing }
        await deleteTemplates(journal)
        let machines = try await directory.machines(named: name)
        guard !machines.contains(where: \.state.isAlive) else { return .machine }
        switch try await trace(of: entries.machine) {
        case .alive: return .machine
        case .unseen where entries.group == .none: return .machine
        case .unseen, .none:
            if entries.hasDeadMachine {
                try await removeGroupOfTheDead(name, entries.group)
            } else {
                guard try await removeGroup(name, entries.group) else { return .machine }
            }
        case .dead: try await removeGroupOfTheDead(name, entries.group)
        }
        try await removeKeyPair(name, entries.keyPair)
        if let place = entries.keyPlace {
            _ = try await keyPairs.keys.release(
                name,
                from: place,
                isDisposable: entries.hasMadeKey
            )
        } else if entries.hasMadeKey {
            try keyPairs.keys.delete(name)
        }
        if let generation = entries.generation {
            try records.forget(name, generation: generation)
        }
        return .nothing
    }

    /// What EC2 shows of the machine that was asked for.
    private enum Trace {
        /// None was asked for, or it was refused.
        case none
        case alive
        case dead
        case unseen
    }

    private func trace(of request: LaunchJournal.Request) async throws -> Trace {
        let query: DescribeInstances
        switch request {
        case .none: return .none
        case .attempted(let filters): query = DescribeInstances(filters: filters)
        case .accepted(let id):
            query = DescribeInstances(filters: [Filter("instance-id", [id.rawValue])])
        }
        let seen = try await shown(.attempted) {
            let instances = try await ec2.describeInstances(query)
            return instances.isEmpty ? nil : instances
        }
        switch (seen, request) {
        case (let seen?, _): return seen.contains(where: \.state.isAlive) ? .alive : .dead
        // EC2 said yes: that it shows nothing is no proof.
        case (nil, .accepted): return .alive
        case (nil, _): return .unseen
        }
    }

    /// False where the group is in use.
    private func removeGroup(_ name: MachineName, _ effect: LaunchJournal.Effect) async throws
        -> Bool
    {
        for group in try await madeGroups(name, effect) {
            guard try await groups.deleteIfFree(group.id) else { return false }
        }
        return true
    }

    private func removeGroupOfTheDead(_ name: MachineName, _ effect: LaunchJournal.Effect)
        async throws
    {
        for group in try await madeGroups(name, effect) {
            try await groups.delete(group.id, within: Self.dying)
        }
    }

    /// The groups of the name, where the launch made one.
    private func madeGroups(_ name: MachineName, _ effect: LaunchJournal.Effect) async throws
        -> [SecurityGroup]
    {
        guard effect != .none else { return [] }
        let found = try await shown(effect) {
            let owned = try await groups.owned(by: name)
            return owned.isEmpty ? nil : owned
        }
        return found ?? []
    }

    private func removeKeyPair(_ name: MachineName, _ effect: LaunchJournal.Effect) async throws {
        guard effect != .none else { return }
        _ = try await shown(effect) { try await keyPairs.delete(name) ? true : nil }
    }

    /// What `look` finds; where the effect is uncertain it is looked for again for a while.
    private func shown<Found>(
        _ effect: LaunchJournal.Effect,
        _ look: () async throws -> Found?
    ) async throws -> Found? {
        guard effect == .attempted else { return try await look() }
        let waiter = Waiter(
            for: "a request that was cut off to take effect",
            limit: Self.straggling,
            backoff: Backoff(first: .milliseconds(250), ceiling: .seconds(1)),
            time: time
        )
        do {
            return try await waiter.value { _ in try await look() }
        } catch is WaitTimedOut {
            return nil
        }
    }
}
