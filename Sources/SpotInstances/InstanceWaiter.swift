package import AWSServices
package import SpotSupport

/// Waits for a machine to reach a state, and says why it cannot.
package struct InstanceWaiter: Sendable {
    private let directory: MachineDirectory
    private let time: any TimeSource

    package init(directory: MachineDirectory, time: any TimeSource) {
        self.directory = directory
        self.time = time
    }

    /// How long each state may take on real AWS before something is wrong.
    package enum Limit {
        package static let running = Duration.seconds(300)
        /// A public address may come a little later than the state.
        package static let address = Duration.seconds(60)
        package static let stopped = Duration.seconds(600)
        package static let terminated = Duration.seconds(600)
    }

    /// Waits until the machine runs and has an address.
    ///
    /// An id that is not found is believed only after `Visibility.lag`: EC2 tells some of its servers
    /// later than others.
    /// - Throws: `GeneralFailure` with the state reason when the machine dies instead.
    package func running(_ id: InstanceID, report: LaunchReporter) async throws -> Machine {
        try await running(id, report: report) { try await visible(id) }
    }

    /// The same for a machine that was made a moment ago, among all that bears its name.
    package func running(
        _ id: InstanceID,
        named name: MachineName,
        report: LaunchReporter
    ) async throws -> [Machine] {
        var seen: [Machine] = []
        _ = try await running(id, report: report) {
            seen = try await directory.machines(named: name)
            return seen.first { $0.id == id }
        }
        return seen
    }

    private func running(
        _ id: InstanceID,
        report: LaunchReporter,
        _ find: () async throws -> Machine?
    ) async throws -> Machine {
        var wasPending = false
        var runningSince: Duration?
        return try await wait(
            id,
            for: "to be running",
            limit: Limit.running,
            report: report,
            find
        ) { machine in
            switch machine.state {
            case .running:
                if machine.address != nil { return machine }
                let since = runningSince ?? time.uptime
                runningSince = since
                guard time.uptime - since < Limit.address else { throw Self.unreachable(machine) }
                return nil
            case .pending:
                wasPending = true
                return nil
            case .stopped:
                // Before it was pending it may still be shown as it was before its start.
                if wasPending { throw MachineDeath(machine) }
                return nil
            case .stopping, .shuttingDown, .terminated: throw MachineDeath(machine)
            }
        }
    }

    package func stopped(_ id: InstanceID, report: LaunchReporter) async throws -> Machine {
        try await wait(
            id,
            for: "to be stopped",
            limit: Limit.stopped,
            report: report,
            { try await visible(id) },
            until: { machine in
                switch machine.state {
                case .stopped: return machine
                case .pending, .running, .stopping: return nil
                case .shuttingDown, .terminated: throw MachineDeath(machine)
                }
            }
        )
    }

    package func terminated(_ id: InstanceID, report: LaunchReporter) async throws {
        let start = time.uptime
        _ = try await waiter("\(id) to be terminated", Limit.terminated).value { _ -> Bool? in
            guard let machine = try await visible(id) else {
                // EC2 shows a terminated machine for an hour: one that is missing right away only lags.
                return time.uptime - start < Visibility.lag ? nil : true
            }
            report(.waiting(machine))
            return machine.state == .terminated ? true : nil
        }
    }

    private func wait(
        _ id: InstanceID,
        for goal: String,
        limit: Duration,
        report: LaunchReporter,
        _ find: () async throws -> Machine?,
        until isReached: (Machine) throws -> Machine?
    ) async throws -> Machine {
        let start = time.uptime
        return try await waiter("\(id) \(goal)", limit).value { _ in
            guard let machine = try await find() else {
                guard time.uptime - start < Visibility.lag else {
                    throw GeneralFailure(.notFound, "cannot find instance \(id)")
                }
                return nil
            }
            report(.waiting(machine))
            return try isReached(machine)
        }
    }

    private func visible(_ id: InstanceID) async throws -> Machine? {
        do {
            return try await directory.machine(id)
        } catch let failure as any Failure where failure.kind == .notFound {
            return nil
        }
    }

    private func waiter(_ subject: String, _ limit: Duration) -> Waiter {
        Waiter(
            for: subject,
            limit: limit,
            backoff: Backoff(first: .seconds(1), ceiling: .seconds(15)),
            time: time
        )
    }

    private static func unreachable(_ machine: Machine) -> GeneralFailure {
        GeneralFailure(
            .broken,
            "cannot reach \(machine.name): \(machine.id) runs without a public address in "
                + (machine.instance.subnet?.rawValue ?? "its subnet"),
            hint: "'spot terminate \(machine.name)', then launch it in a subnet with a route to an "
                + "internet gateway"
        )
    }
}

/// What is known of EC2's eventual consistency.
package enum Visibility {
    /// For this long after a creation, "not found" may be untrue (EC2 developer guide, eventual
    /// consistency: up to minutes).
    package static let lag = Duration.seconds(120)
}
