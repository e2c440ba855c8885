import AWSServices
package import SSHClient
import SSHKeys
package import SpotInstances
import SpotSupport
import SystemPackage

/// Makes SSH connections to machines whose host keys are known beforehand.
package struct MachineConnector: Sendable {
    private let trust: HostTrust
    private let keys: KeyStore
    private let keyring: Keyring
    private let port: Int?
    private let deadlines: SSHDeadlines

    /// - Parameter port: Where every machine's SSH server listens, whatever its tag says; nil to ask the
    ///   tag.
    package init(
        trust: HostTrust,
        keys: KeyStore,
        keyring: Keyring,
        port: Int?,
        deadlines: SSHDeadlines
    ) {
        self.trust = trust
        self.keys = keys
        self.keyring = keyring
        self.port = port
        self.deadlines = deadlines
    }

    /// Where and as whom a machine is reached.
    package struct Route: Sendable {
        package let endpoint: SSHEndpoint
        package let user: String
        package let identity: SSHIdentity
    }

    /// - Throws: `GeneralFailure` when the machine has no address, or its key is not on this computer or
    ///   stays locked.
    package func route(to machine: Machine) async throws -> Route {
        let endpoint = try endpoint(of: machine)
        let (key, path) = try key(of: machine)
        return Route(
            endpoint: endpoint,
            user: Self.user(of: machine),
            identity: try await keyring.identity(of: key, at: path)
        )
    }

    private func endpoint(of machine: Machine) throws -> SSHEndpoint {
        guard machine.state == .running, let address = machine.address else {
            throw GeneralFailure(
                .conflict,
                machine.state == .running
                    ? "cannot connect to \(machine.name): it has no public address"
                    : "cannot connect to \(machine.name): it is \(machine.state.rawValue)",
                hint: "'spot launch \(machine.name)' starts it and waits until it is ready"
            )
        }
        return SSHEndpoint(host: address, port: UInt16(clamping: port ?? machine.port ?? 22))
    }

    private static func user(of machine: Machine) -> String { machine.user ?? "ec2-user" }

    private func key(of machine: Machine) throws -> (KeyFile, FilePath) {
        let name = try MachineName(machine.name)
        if let key = try keys.key(for: name) { return (key, keys.origin(of: name)) }
        throw GeneralFailure(
            .transport,
            "cannot log in to \(name): its private key is not on this computer",
            hint: "copy it from the computer that launched \(name) to \(keys.path(for: name))"
        )
    }

    /// Connects once to a machine that should be up.
    package func connect(to machine: Machine) async throws -> SSHSession {
        let route = try await route(to: machine)
        guard let expectation = try await trust.expectation(of: machine) else {
            throw GeneralFailure(
                .transport,
                "cannot verify the host key of \(machine.name): its console shows none yet",
                hint: "'spot launch \(machine.name)' waits for it"
            )
        }
        return try await connect(route, expectation, machine)
    }

    /// Connects once, and turns a mismatch into an explanation.
    package func connect(_ route: Route, _ expectation: HostTrust.Expectation, _ machine: Machine)
        async throws -> SSHSession
    {
        do throws(SSHError) {
            return try await SSHSession.connect(
                to: route.endpoint,
                user: route.user,
                identity: route.identity,
                hostKeyPolicy: expectation.policy,
                deadlines: deadlines
            )
        } catch {
            throw explained(error, route, machine)
        }
    }

    /// The same failure with what a person can do about it.
    private func explained(_ error: SSHError, _ route: Route, _ machine: Machine) -> any Error {
        let name = machine.name
        switch error.reason {
        case .hostKeyMismatch(let expected, let offered):
            return GeneralFailure(
                .transport,
                "cannot trust \(name) at \(route.endpoint): it presents the host key "
                    + "\(offered.fingerprint) instead of "
                    + expected.map(\.description).joined(separator: " or "),
                hint: "someone may be listening in; if you replaced the key yourself, launch the "
                    + "machine anew with 'spot terminate \(name)' and 'spot launch \(name)'",
                cause: error
            )
        case .timedOut where error.hint == nil:
            return SSHError(
                error.reason,
                error.message,
                hint: "if your own address has changed, 'spot launch \(name)' lets the new one in",
                cause: error.cause,
                libraryCode: error.libraryCode
            )
        default:
            return error
        }
    }
}

extension MachineConnector {
    /// What plain `ssh` needs to reach the machine under the same pin; the pin is made if it is missing.
    package func sshConfig(for machine: Machine, named name: MachineName, knownHosts: KnownHosts)
        async throws -> SSHConfigText
    {
        let endpoint = try endpoint(of: machine)
        _ = try key(of: machine)
        if try knownHosts.keys(of: machine.id.rawValue).isEmpty {
            // Pins from the console are fingerprints, which ssh cannot use: a login turns them into a key.
            let session = try await connect(to: machine)
            session.close()
            try await trust.pin([session.hostKey], for: machine)
        }
        return SSHConfigText(
            host: name.text,
            address: endpoint.host,
            port: Int(endpoint.port),
            user: Self.user(of: machine),
            identity: keys.path(for: name),
            knownHosts: knownHosts.path,
            hostKeyAlias: machine.id.rawValue
        )
    }
}
