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

    private static let limit = Duration.seconds(30)

    package init(
        connector: MachineConnector,
        trust: HostTrust,
        marker: MachineMarker,
        time: any TimeSource
    ) {
        self.connector = connector
        self.trust = trust
        self.marker = marker
        self.time = time
    }

    /// Leaves the machine with a key of its own, pinned here and published in its tags.
    ///
    /// The new key is pinned beside the old one before the machine presents it, so a kill at any moment
    /// leaves pins that fit; a second run finds the half-made key and goes on with it. Where the login
    /// user may not become root, the first-boot key stays.
    package func rotate(
        _ machine: Machine,
        over session: SSHSession,
        route: MachineConnector.Route
    ) async throws {
        let old = try await trust.expectation(of: machine)?.keys ?? []
        guard let fresh = try await prepare(over: session) else {
            try await trust.pin(old, for: machine)
            return
        }
        try await trust.pin([fresh] + old, for: machine)
        let installed = try await session.capture(RemoteCommand(Self.install), limit: Self.limit)
        guard case .status(0) = installed.exit else {
            throw GeneralFailure(
                .broken,
                "cannot give \(machine.name) a host key of its own: "
                    + installed.errorText.split(separator: "\n").joined(separator: "; ")
            )
        }
        try await verify(fresh, machine, route)
        try await trust.pin([fresh], for: machine)
        try await marker.mark(machine, hostKey: fresh)
        try trust.forgetFirstBootKey(of: machine)
    }

    /// Makes the key beside the one in use, or finds it there, and answers its public half; nil without
    /// the right to.
    private func prepare(over session: SSHSession) async throws -> PublicKey? {
        let answer = try await session.capture(RemoteCommand(Self.generate), limit: Self.limit)
        guard case .status(0) = answer.exit else { return nil }
        return try PublicKey(line: answer.text)
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

    private static let key = "/etc/ssh/ssh_host_ed25519_key"
    private static let newKey = "/etc/ssh/spot_new_host_key"

    /// Makes the key, or finds it.
    ///
    /// The public half stays beside the key that is in use, so that a second computer that launches the
    /// machine at the same time finds what the first one made. In an image of a machine it fits nothing.
    private static let generate = """
        sudo -n sh -c 'umask 077; { test -e \(newKey).pub && \
        { test -e \(newKey) || cmp -s \(newKey).pub \(key).pub; }; } || \
        { rm -f \(newKey) \(newKey).pub; ssh-keygen -q -t ed25519 -N "" -C "" -f \(newKey); } && \
        cat \(newKey).pub'
        """

    /// Distributions call the service ssh or sshd; a server that reads its key for each connection needs
    /// no reload at all, so its failure is no error: `verify` is the judge.
    private static let install = """
        sudo -n sh -c 'cp -f \(newKey).pub \(key).pub && mv -f \(newKey) \(key) && \
        chmod 644 \(key).pub && { restorecon \(key) \(key).pub; systemctl reload ssh || systemctl reload sshd || \
        kill -HUP "$(cat /run/sshd.pid)"; } >/dev/null 2>&1 || test -e \(key)'
        """
}
