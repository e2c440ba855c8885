import AWSRuntime
import AWSServices
import FoundationEssentials
import SSHClient
import SSHKeys
import SpotInstances
import SpotRemote
import SpotSupport
import SpotTestSupport
import Synchronization
import SystemPackage
import Testing

/// A real server with its keys in a directory of the test, and a `sudo` that gives or refuses.
@Suite(.timeLimit(.minutes(1)))
struct HostKeyRotationTests {
    private let scratch: ScratchDirectory
    private let daemon: SSHDaemon
    private let ec2: FakeEC2
    private let knownHosts: KnownHosts
    private let trust: HostTrust
    private let connector: MachineConnector
    private let machine: Machine
    /// The key that the server has at first.
    private let first: PublicKey

    init() throws {
        let scratch = try ScratchDirectory()
        self.scratch = scratch
        for name in ["bin", "etc"] {
            _ = try ChildProcess("/bin/mkdir").runBlocking([scratch(name).string])
        }
        let key = scratch("etc/ssh_host_ed25519_key").string
        _ = try ChildProcess("/usr/bin/ssh-keygen").runBlocking(
            ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", key]
        )
        first = try PublicKey(
            line: String(decoding: ScratchDirectory.read(FilePath("\(key).pub")), as: UTF8.self)
        )
        daemon = try SSHDaemon(configuration: [
            "HostKey \(key)", "SetEnv PATH=\(scratch("bin")):/usr/bin:/bin",
        ])
        ec2 = FakeEC2(time: SystemTime())
        machine = Self.machine(user: daemon.user)
        let instance = machine.instance
        ec2.change { $0.instances.append(FakeInstance(instance, address: "127.0.0.1")) }
        knownHosts = KnownHosts(path: scratch("known_hosts"), time: SystemTime())
        trust = HostTrust(
            knownHosts: knownHosts,
            records: LaunchRecords(directory: scratch("launches")),
            ec2: ec2
        )
        let keys = KeyStore(directory: scratch("keys"))
        try keys.adopt(daemon.identityPath, for: MachineName("web"), journal: LaunchJournal())
        connector = MachineConnector(
            trust: trust,
            keys: keys,
            keyring: Keyring(agent: nil),
            port: Int(daemon.port),
            deadlines: .standard
        )
        try program("sudo", "shift; exec \"$@\"")
        try program("systemctl", "kill -HUP \(daemon.processID)")
    }

    private static func machine(user: String) -> Machine {
        var instance = Instance(
            id: InstanceID("i-1"),
            state: .running,
            type: InstanceType("t3.small"),
            image: FakeCatalogue.x86Image,
            launchTime: Date(timeIntervalSince1970: 1_767_319_445),
            zone: AvailabilityZone("us-east-1a")
        )
        instance.publicAddress = "127.0.0.1"
        instance.tags = ["spot:managed": "1", "spot:name": "web", "spot:user": user]
        return Machine(instance: instance, region: .usEast1)
    }

    /// Puts a program where the machine looks first.
    private func program(_ name: String, _ script: String) throws {
        try scratch.write(
            "#!/bin/sh\n\(script)\n".utf8,
            to: "bin/\(name)",
            mode: [.ownerReadWriteExecute]
        )
    }

    private var rotation: HostKeyRotation {
        HostKeyRotation(
            connector: connector,
            trust: trust,
            marker: MachineMarker(ec2: ec2),
            time: SystemTime(),
            script: HostKeyScript(directory: scratch("etc").string)
        )
    }

    private func rotate() async throws -> HostKeyRotation.Outcome {
        let route = try await connector.route(to: machine)
        let expectation = HostTrust.Expectation(
            keys: try pins,
            fingerprints: [first.fingerprint]
        )
        let session = try await connector.connect(route, expectation, machine)
        return try await rotation.rotate(machine, over: session, route: route)
    }

    private var pins: [PublicKey] { get throws { try knownHosts.keys(of: machine.id.rawValue) } }

    private func presented() async throws -> PublicKey {
        try await SSHSession.hostKey(of: SSHEndpoint(host: "127.0.0.1", port: daemon.port))
    }

    @Test func `the machine presents a key of its own, which is pinned and published`()
        async throws
    {
        #expect(try await rotate() == .replaced)
        let fresh = try await presented()
        #expect(fresh != first)
        #expect(try pins == [fresh])
        let tag = ec2.account.instance(machine.id)?.tags["spot:host-key"]
        #expect(try tag.map { try PublicKey(line: $0) } == fresh)
    }

    @Test func `without the right to, the key that was presented is pinned and the cause told`()
        async throws
    {
        try program("sudo", "echo 'sudo: a password is required' >&2; exit 1")
        #expect(try await rotate() == .kept(cause: "sudo: a password is required"))
        #expect(try pins == [first])
        #expect(try await presented() == first)
    }

    @Test func `a key that cannot be put in place is an error, and the pins fit the old one`()
        async throws
    {
        try program("mv", "echo 'mv: no space left on device' >&2; exit 1")
        let error = await #expect(throws: GeneralFailure.self) { try await rotate() }
        #expect(error?.message.hasSuffix(": mv: no space left on device") == true)
        #expect(try pins.count == 2)
        #expect(try pins.contains(first))
    }

    @Test func `computers that ask for a key at the same moment get the same`() async throws {
        // The slower making a key is, the surer they meet in the middle of it.
        try program("ssh-keygen", "/bin/sleep 0.2; exec /usr/bin/ssh-keygen \"$@\"")
        let script = HostKeyScript(directory: scratch("etc").string)
        let route = try await connector.route(to: machine)
        let expectation = HostTrust.Expectation(keys: [first])
        let made = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let session = try await connector.connect(route, expectation, machine)
                    let answer = try await session.capture(RemoteCommand(script.generate))
                    return answer.text
                }
            }
            return try await group.reduce(into: Set<String>()) { $0.insert($1) }
        }
        #expect(made.count == 1)
    }

    @Test func `a rotation that was broken off between two files is taken up`() async throws {
        try program("mv", "exit 1")
        await #expect(throws: GeneralFailure.self) { try await rotate() }
        try program("mv", "exec /bin/mv \"$@\"")
        #expect(try await rotate() == .replaced)
        #expect(try await pins == [presented()])
    }

    @Test func `a machine whose tags may not be written is ready with a warning`() async throws {
        ec2.refuse(.createTags, with: "UnauthorizedOperation")
        let phases = try await readinessPhases()
        #expect(phases.last == .cloudInit)
        #expect(phases.compactMap(\.warning).count == 1)
        #expect(try await pins == [presented()])
    }

    @Test func `a machine that keeps its first key is ready with a warning`() async throws {
        try program("sudo", "echo 'sudo: a password is required' >&2; exit 1")
        let phases = try await readinessPhases()
        #expect(phases.last == .cloudInit)
        #expect(
            phases.compactMap(\.warning) == [
                "its first-boot host key stays, which any process there can read: "
                    + "sudo: a password is required"
            ]
        )
    }

    private func readinessPhases() async throws -> [ReadinessPhase] {
        try await trust.pin([first], for: machine)
        let phases = PhaseLog()
        let readiness = Readiness(
            connector: connector,
            trust: trust,
            rotation: rotation,
            directory: MachineDirectory(ec2: ec2, region: .usEast1),
            time: SystemTime()
        )
        try await readiness.wait(for: machine) { phase in
            phases.all.withLock { $0.append(phase) }
        }
        return phases.all.withLock(\.self)
    }
}

/// What was reported, in order.
private final class PhaseLog: Sendable {
    let all = Mutex<[ReadinessPhase]>([])
}

extension ReadinessPhase {
    fileprivate var warning: String? {
        if case .warning(let text) = self { text } else { nil }
    }
}
