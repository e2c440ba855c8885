import SSHClient
package import SpotInstances
package import SpotSupport

/// Waits until a running machine can be worked on: SSH answers, the key is accepted, the host key is
/// fresh and cloud-init is done.
package struct Readiness: Sendable {
    private let connector: MachineConnector
    private let trust: HostTrust
    private let rotation: HostKeyRotation
    private let directory: MachineDirectory
    private let time: any TimeSource

    /// How long each part may take on real AWS before something is wrong.
    package enum Limit {
        package static let connection = Duration.seconds(300)
        /// From the first refused login: cloud-init installs the key within seconds of the server.
        package static let login = Duration.seconds(180)
        /// Another computer publishes the machine's new key within moments of installing it.
        package static let published = Duration.seconds(15)
        package static let cloudInit = Duration.seconds(1800)
    }

    package init(
        connector: MachineConnector,
        trust: HostTrust,
        rotation: HostKeyRotation,
        directory: MachineDirectory,
        time: any TimeSource
    ) {
        self.connector = connector
        self.trust = trust
        self.rotation = rotation
        self.directory = directory
        self.time = time
    }

    /// Returns when the machine is ready.
    /// - Throws: `WaitTimedOut` that names the phase, `GeneralFailure` with cloud-init's own errors, or
    ///   what makes waiting useless: a host key that is not the expected one.
    package func wait(for machine: Machine, report: ReadinessReporter) async throws {
        do {
            try await loggedIn(machine, report: report)
        } catch let error as GeneralFailure where error.isHostKeyMismatch {
            // Another computer that launches it too may have replaced the first-boot key meanwhile.
            guard try !trust.isPinned(machine), let newer = try await published(machine) else {
                throw error
            }
            try await loggedIn(newer, report: report)
        }
    }

    private func loggedIn(_ machine: Machine, report: ReadinessReporter) async throws {
        let route = try await connector.route(to: machine)
        let expectation = try await expectation(of: machine, report: report)
        let session = try await firstLogin(machine, route, expectation, report: report)
        if expectation.isFirstBoot || machine.hostKey == nil {
            report(.freshHostKey)
            let outcome = try await rotation.rotate(machine, over: session, route: route)
            if let warning = outcome.warning { report(.warning(warning)) }
        }
        report(.cloudInit)
        try await cloudInit(machine, over: session)
        session.close()
    }

    /// The machine with the key that comes into its tags; nil where none does.
    private func published(_ machine: Machine) async throws -> Machine? {
        do {
            return try await waiter("the host key of \(machine.name) in its tags", Limit.published)
                .value { _ in
                    let current = try await directory.machine(machine.id)
                    let isNews = current.hostKey != nil && current.hostKey != machine.hostKey
                    return isNews ? current : nil
                }
        } catch is WaitTimedOut {
            return nil
        }
    }

    private func expectation(of machine: Machine, report: ReadinessReporter) async throws
        -> HostTrust.Expectation
    {
        try await waiter("the host key of \(machine.name) on its console", Limit.connection).value {
            _ in
            if let expectation = try await trust.expectation(of: machine) { return expectation }
            report(.hostKey)
            return nil
        }
    }

    private func firstLogin(
        _ machine: Machine,
        _ route: MachineConnector.Route,
        _ expectation: HostTrust.Expectation,
        report: ReadinessReporter
    ) async throws -> SSHSession {
        report(.connecting(nil))
        var refusedSince: Duration?
        let subject = "SSH on \(machine.name) at \(route.endpoint)"
        return try await waiter(subject, Limit.connection).value { _ in
            do {
                return try await connector.connect(route, expectation, machine)
            } catch let error as SSHError where error.isOfBooting {
                guard error.reason == .authenticationRefused else {
                    report(.connecting(error.reason))
                    return nil
                }
                report(.login)
                let since = refusedSince ?? time.uptime
                refusedSince = since
                if time.uptime - since > Limit.login { throw error }
                return nil
            }
        }
    }

    private func cloudInit(_ machine: Machine, over session: SSHSession) async throws {
        let answer = try await session.capture(
            RemoteCommand(CloudInitStatus.remoteCommand),
            limit: Limit.cloudInit
        )
        guard let status = CloudInitStatus(answer: answer.output) else {
            throw GeneralFailure(
                .broken,
                "cannot read the state of cloud-init on \(machine.name)",
                hint: "'spot exec \(machine.name) cloud-init status --long' may tell more"
            )
        }
        guard status.state == .failed else { return }
        throw GeneralFailure(
            .broken,
            "cannot make \(machine.name) ready: cloud-init failed: "
                + status.errors.joined(separator: "; "),
            hint:
                "'spot exec \(machine.name) sudo tail -50 /var/log/cloud-init-output.log' shows why; "
                + "the machine is still up"
        )
    }

    private func waiter(_ subject: String, _ limit: Duration) -> Waiter {
        Waiter(
            for: subject,
            limit: limit,
            backoff: Backoff(first: .milliseconds(250), ceiling: .seconds(3)),
            time: time
        )
    }
}

extension HostKeyRotation.Outcome {
    /// What the person should know.
    fileprivate var warning: String? {
        switch self {
        case .replaced: nil
        case .kept(let cause):
            "its first-boot host key stays, which any process there can read: \(cause)"
        case .unpublished(let cause):
            "its fresh host key is known to this computer only: \(cause)"
        }
    }
}

extension SSHError {
    /// Whether a machine that is still booting answers like this.
    fileprivate var isOfBooting: Bool {
        switch reason {
        case .refused, .unreachable, .timedOut, .connectionLost, .handshakeFailed,
            .authenticationRefused:
            true
        case .nameNotFound, .noCommonAlgorithm, .hostKeyMismatch, .badKey, .agentRefused,
            .channelRefused,
            .requestRefused, .protocolViolation, .cancelled, .closed, .remoteFile, .localFile,
            .skipped, .badRequest:
            false
        }
    }
}

extension GeneralFailure {
    /// Whether a machine presented a host key that was not the expected one.
    fileprivate var isHostKeyMismatch: Bool {
        guard let cause = cause as? SSHError, case .hostKeyMismatch = cause.reason else {
            return false
        }
        return true
    }
}
