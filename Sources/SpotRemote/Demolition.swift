package import AWSServices
package import SpotInstances
import SpotSupport

/// Takes machines down at AWS, and then what this computer kept of them.
package struct Demolition: Sendable {
    private let teardown: Teardown
    private let directory: MachineDirectory
    private let keys: KeyStore
    private let sts: any STSClient
    private let trust: HostTrust

    package init(
        teardown: Teardown,
        directory: MachineDirectory,
        keys: KeyStore,
        sts: any STSClient,
        trust: HostTrust
    ) {
        self.teardown = teardown
        self.directory = directory
        self.keys = keys
        self.sts = sts
        self.trust = trust
    }

    /// What may be taken down.
    package enum Subject: Hashable, Sendable, CustomStringConvertible {
        case name(MachineName)
        /// Any instance, ours or not; nothing but the instance is removed.
        case instance(InstanceID)

        package var description: String {
            switch self {
            case .name(let name): name.text
            case .instance(let id): id.rawValue
            }
        }
    }

    /// So many machines are taken down at the same time.
    private static let width = 8

    /// What came of it all.
    package struct Outcome: Sendable {
        /// What was removed, that of unfinished removals included, in the order of the subjects.
        package var removals: [Teardown.Removal] = []
        /// A `PartialFailure` where several subjects were given, else the one's own.
        package var failure: (any Error)?
    }

    /// Takes all of them down, each whatever happens to the others.
    package func remove(_ subjects: [Subject], report: @escaping LaunchReporter) async
        -> Outcome
    {
        let endings = await withTaskGroup(of: Ending.self) { group in
            var endings: [Ending] = []
            for (index, subject) in subjects.enumerated() {
                if index >= Self.width, let ending = await group.next() { endings.append(ending) }
                group.addTask { await end(subject, index, report) }
            }
            for await ending in group { endings.append(ending) }
            return endings
        }
        return Self.outcome(subjects, endings.sorted { $0.index < $1.index }.map(\.result))
    }

    /// What came of one subject.
    private struct Ending: Sendable {
        let index: Int
        let result: Result<Teardown.Removal, any Error>
    }

    private func end(_ subject: Subject, _ index: Int, _ report: LaunchReporter) async -> Ending {
        do {
            let removal = try await remove(subject, report: report)
            return Ending(index: index, result: .success(removal))
        } catch {
            return Ending(index: index, result: .failure(error))
        }
    }

    private static func outcome(
        _ subjects: [Subject],
        _ results: [Result<Teardown.Removal, any Error>]
    ) -> Outcome {
        var outcome = Outcome()
        var failures: [PartialFailure.Item] = []
        for (subject, result) in zip(subjects, results) {
            switch result {
            case .success(let removal): outcome.removals.append(removal)
            case .failure(let error):
                failures.append(PartialFailure.Item(subject: "\(subject)", failure: error))
                if let removal = (error as? UnfinishedRemoval)?.removal, !removal.isNothing {
                    outcome.removals.append(removal)
                }
            }
        }
        if let first = failures.first {
            outcome.failure =
                subjects.count == 1
                ? first.failure : PartialFailure(items: failures, total: subjects.count)
        }
        return outcome
    }

    /// The local key goes last: while anything is left at AWS, the next run needs to find it.
    private func remove(_ subject: Subject, report: LaunchReporter) async throws -> Teardown.Removal
    {
        switch subject {
        case .instance(let id):
            return try await teardown.terminate(id, report: report)
        case .name(let name):
            let machines = try await directory.machines(named: name)
            var removal = try await teardown.terminate(machines, name, report: report)
            do {
                for machine in machines { try await trust.forget(machine) }
                removal.keptKey = try await keptKey(name, after: removal)
            } catch let failure as any Failure where !Task.isCancelled {
                throw unfinished(removal, name, failure)
            }
            return removal
        }
    }

    private func unfinished(
        _ removal: Teardown.Removal,
        _ name: MachineName,
        _ failure: any Failure
    ) -> UnfinishedRemoval {
        let left = GeneralFailure(
            failure.kind,
            "cannot forget what this computer keeps of it: \(failure.message)",
            hint: "its key is \(keys.path(for: name)), which other regions and accounts may use",
            cause: failure
        )
        return UnfinishedRemoval(removal: removal, failures: [left], isRepeatable: false)
    }

    /// Deletes the local key where nothing else needs it: other regions and accounts may have a
    /// machine of the name, which only this key opens.
    ///
    /// Where nothing of the name was found, the record of where the key is in use decides: a removal
    /// that was cut off at its end has left the key alone.
    /// - Returns: Why it stays; nil where it does not.
    private func keptKey(_ name: MachineName, after removal: Teardown.Removal) async throws
        -> String?
    {
        guard try keys.holdsKey(for: name) else {
            try keys.delete(name)
            try trust.forgetLaunches(of: name)
            return nil
        }
        let path = keys.path(for: name)
        let isNotedHere = try keys.places(of: name).contains { $0.region == "\(directory.region)" }
        guard !removal.isNothing || isNotedHere else {
            return "its key \(path) stays, for nothing of that name was found in "
                + "\(directory.region)"
        }
        let place = KeyPlace(
            account: try await sts.getCallerIdentity().account,
            region: directory.region
        )
        let left = try await keys.release(name, from: place)
        guard !left.isEmpty else {
            try trust.forgetLaunches(of: name)
            return nil
        }
        let others = left.map(\.description).joined(separator: " and ")
        return "its key \(path) stays for the machine in \(others)"
    }
}
