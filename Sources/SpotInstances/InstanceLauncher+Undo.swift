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

    /// Removes what the launch made, unless a machine of the name may exist.
    ///
    /// A request that was cut off may still have started one that is not visible yet; EC2 then refuses to
    /// delete its group, and that refusal decides. A group that was there before stays, and decides
    /// nothing: then the machine may come.
    package func undo(_ name: MachineName, _ journal: LaunchJournal) async throws -> Aftermath {
        let entries = journal.entries
        if entries.hasMachine { return .machine }
        if entries.isAsking, entries.group == .none { return .machine }
        if entries.isUntouched { return .nothing }
        let machines = try await directory.machines(named: name)
        guard !machines.contains(where: \.state.isAlive) else { return .machine }
        guard try await removeGroup(name, entries.group) else { return .machine }
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

    /// False where the group is in use.
    private func removeGroup(_ name: MachineName, _ effect: LaunchJournal.Effect) async throws
        -> Bool
    {
        guard effect != .none else { return true }
        let found = try await shown(effect) {
            let owned = try await groups.owned(by: name)
            return owned.isEmpty ? nil : owned
        }
        for group in found ?? [] {
            guard try await groups.deleteIfFree(group.id) else { return false }
        }
        return true
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
