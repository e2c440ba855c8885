import AWSRuntime
package import AWSServices
package import SSHClient
package import SSHKeys
package import SpotInstances
import SpotSupport

/// Where we know a machine's host key from before we ever talk to it.
///
/// Four sources, each authenticated: our own pin, the tag that the first login leaves, the first-boot key
/// that we put into the user data, and the console log, which AWS hands out over its API.
package struct HostTrust: Sendable {
    private let knownHosts: KnownHosts
    private let records: LaunchRecords
    private let ec2: any EC2Client

    /// The keys that a machine may present.
    package struct Expectation: Sendable {
        package let keys: [PublicKey]
        /// `SHA256:…` of further keys, where the console tells no more than that.
        package let fingerprints: [Fingerprint]
        /// Whether the machine still has the key that came with its user data.
        package let isFirstBoot: Bool

        package init(keys: [PublicKey], fingerprints: [Fingerprint] = [], isFirstBoot: Bool = false)
        {
            self.keys = keys
            self.fingerprints = fingerprints
            self.isFirstBoot = isFirstBoot
        }

        /// Accepts these keys and no others.
        package var policy: HostKeyPolicy {
            if fingerprints.isEmpty { return .pinned(keys) }
            if keys.isEmpty { return .fingerprints(fingerprints) }
            return .fingerprints(
                fingerprints + keys.map(\.fingerprint),
                preferring: keys.map(\.algorithm)
            )
        }
    }

    package init(knownHosts: KnownHosts, records: LaunchRecords, ec2: any EC2Client) {
        self.knownHosts = knownHosts
        self.records = records
        self.ec2 = ec2
    }

    /// What this machine must present, or nil where nothing is known yet: the console of a machine
    /// that is booting is empty for a while.
    package func expectation(of machine: Machine) async throws -> Expectation? {
        let pins = try knownHosts.keys(of: machine.id.rawValue)
        if !pins.isEmpty { return Expectation(keys: pins) }
        if let key = machine.hostKey { return Expectation(keys: [key]) }
        if let name = try? MachineName(machine.name),
            let key = try records.hostKey(name, generation: machine.generation)
        {
            return Expectation(keys: [key.publicKey], isFirstBoot: true)
        }
        let output = try await console(of: machine)
        let console = ConsoleHostKeys(consoleOutput: output)
        guard !console.isEmpty else { return nil }
        return Expectation(keys: console.keys, fingerprints: console.fingerprints)
    }

    /// The newest text where the type can give it; others refuse to be asked for it.
    private func console(of machine: Machine) async throws -> String {
        do {
            return try await ec2.getConsoleOutput(of: machine.id, latest: true).text ?? ""
        } catch {
            guard error.code == .unsupportedOperation else { throw error }
            return try await ec2.getConsoleOutput(of: machine.id, latest: false).text ?? ""
        }
    }

    /// Whether this computer has met the machine before.
    func isPinned(_ machine: Machine) throws -> Bool {
        try !knownHosts.keys(of: machine.id.rawValue).isEmpty
    }

    /// Keeps what was verified, so that the next connection asks nobody.
    package func pin(_ keys: [PublicKey], for machine: Machine) async throws {
        try await knownHosts.pin(keys, for: machine.id.rawValue)
    }

    /// Forgets a machine that is gone.
    package func forget(_ machine: Machine) async throws {
        try await knownHosts.pin([], for: machine.id.rawValue)
        if let name = try? MachineName(machine.name) {
            try records.forget(name, generation: machine.generation)
        }
    }

    /// Drops what launches of the name have left behind.
    package func forgetLaunches(of name: MachineName) throws { try records.forgetAll(name) }

    /// Drops the first-boot key of a machine that has one of its own now.
    package func forgetFirstBootKey(of machine: Machine) throws {
        guard let name = try? MachineName(machine.name) else { return }
        try records.forget(name, generation: machine.generation)
    }
}
