package import SSHClient
import SSHKeys
package import SpotInstances
package import SpotSupport

/// Replaces the host key that came with the user data, which every process on the machine can read, by
/// one that the machine makes itself.
package struct HostKeyRotation: Sendable {
    private let connector: MachineConnector
    private let trust: HostTrust
    private let marker: MachineMarker
    private let time: any TimeSource
    private let script: HostKeyScript

    private static let limit = Duration.seconds(30)

    /// How it went, where the machine can be worked with.
    package enum Outcome: Hashable, Sendable {
        /// The machine has a key of its own, pinned here and published in its tags.
        case replaced
        /// The first-boot key stays, because the login user may not become root.
        case kept(cause: String)
        /// The new key is pinned here but not published, so that other computers cannot know it.
        case unpublished(cause: String)
    }

    package init(
        connector: MachineConnector,
        trust: HostTrust,
        marker: MachineMarker,
        time: any TimeSource,
        script: HostKeyScript = HostKeyScript()
    ) {
        self.connector = connector
        self.trust = trust
        self.marker = marker
        self.time = time
        self.script = script
    }

    /// Leaves the machine with a key of its own.
    ///
    /// The new key is pinned beside the one that the session was shown before the machine presents it,
    /// so a kill at any moment leaves pins that fit; a second run finds the half-made key and goes on
    /// with it.
    package func rotate(
        _ machine: Machine,
        over session: SSHSession,
        route: MachineConnector.Route
    ) async throws -> Outcome {
        let made = try await session.capture(RemoteCommand(script.generate), limit: Self.limit)
        guard case .status(0) = made.exit else {
            try await trust.pin([session.hostKey], for: machine)
            return .kept(cause: made.errorLine)
        }
        let fresh = try PublicKey(line: made.text)
        try await trust.pin([fresh, session.hostKey], for: machine)
        let installed = try await session.capture(RemoteCommand(script.install), limit: Self.limit)
        guard case .status(0) = installed.exit else {
            throw GeneralFailure(
                .broken,
                "cannot give \(machine.name) a host key of its own: \(installed.errorLine)"
            )
        }
        try await verify(fresh, machine, route)
        try await trust.pin([fresh], for: machine)
        try trust.forgetFirstBootKey(of: machine)
        return try await publish(fresh, machine)
    }

    /// The key works without its tag; only other computers need that.
    private func publish(_ fresh: PublicKey, _ machine: Machine) async throws -> Outcome {
        do {
            try await marker.mark(machine, hostKey: fresh)
            return .replaced
        } catch let error as any Failure where error.kind != .cancelled {
            return .unpublished(cause: error.message)
        }
    }

    /// The server must present the new key on a new connection; it may take a moment to reload.
    private func verify(
        _ fresh: PublicKey,
        _ machine: Machine,
        _ route: MachineConnector.Route
    ) async throws {
        let waiter = Waiter(
            for: "\(machine.name) to present its new host key",
            limit: Self.limit,
            backoff: Backoff(first: .milliseconds(100), ceiling: .seconds(1)),
            time: time
        )
        _ = try await waiter.value { _ -> Bool? in
            do throws(SSHError) {
                let offered = try await SSHSession.hostKey(
                    of: route.endpoint,
                    preferring: [fresh.algorithm]
                )
                return offered == fresh ? true : nil
            } catch {
                guard error.kind == .transport else { throw error }
                return nil
            }
        }
    }
}
