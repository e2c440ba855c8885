import Glibc
import SSHClient
import SpotInstances
import SpotProfiles
import SpotRemote
import SpotSupport
import SystemPackage

// What the verbs build from the context: each is a value of the domain with its files and clients.
extension CommandContext {
    var keys: KeyStore { KeyStore(directory: directories.state.value.appending("keys")) }

    var knownHosts: KnownHosts {
        KnownHosts(path: directories.state.value.appending("known_hosts"), time: time)
    }

    private var records: LaunchRecords {
        LaunchRecords(directory: directories.state.value.appending("launches"))
    }

    func trust(_ cloud: Cloud) -> HostTrust {
        HostTrust(knownHosts: knownHosts, records: records, ec2: cloud.ec2)
    }

    /// - Parameter port: Of the SSH server, where a flag names it.
    func connector(_ cloud: Cloud, port: Int? = nil) -> MachineConnector {
        MachineConnector(
            trust: trust(cloud),
            keys: keys,
            keyring: keyring,
            port: port ?? explicitPort,
            deadlines: SSHDeadlines(connect: settings.connectTimeout.value)
        )
    }

    /// The port that the environment or the user's file names; a machine's own tag is asked where
    /// neither does.
    var explicitPort: Int? {
        settings.sshPort.origin == .builtIn ? nil : settings.sshPort.value
    }

    func readiness(_ cloud: Cloud, port: Int? = nil) -> Readiness {
        let trust = trust(cloud)
        let connector = connector(cloud, port: port)
        return Readiness(
            connector: connector,
            trust: trust,
            rotation: HostKeyRotation(
                connector: connector,
                trust: trust,
                marker: MachineMarker(ec2: cloud.ec2),
                time: time
            ),
            directory: cloud.directory,
            time: time
        )
    }

    func launcher(_ cloud: Cloud) -> InstanceLauncher {
        InstanceLauncher(
            ec2: cloud.ec2,
            planner: LaunchPlanner(
                ec2: cloud.ec2,
                ssm: cloud.ssm,
                sts: cloud.sts,
                keys: keys,
                region: cloud.region,
                time: time
            ),
            keys: keys,
            records: records,
            region: cloud.region,
            caller: caller(cloud),
            time: time
        )
    }

    func demolition(_ cloud: Cloud) -> Demolition {
        Demolition(
            teardown: Teardown(ec2: cloud.ec2, keys: keys, region: cloud.region, time: time),
            directory: cloud.directory,
            keys: keys,
            sts: cloud.sts,
            trust: trust(cloud)
        )
    }

    private func caller(_ cloud: Cloud) -> InstanceLauncher.Caller {
        InstanceLauncher.Caller(
            description: IngressDescription.caller(
                user: environment["USER"] ?? environment["LOGNAME"] ?? "someone",
                host: Self.hostName
            ),
            address: { try await CallerAddress.ask(settings.checkipURL.value, over: cloud.http) }
        )
    }

    /// `gethostname(2)`.
    private static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard unsafe gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
        return String(
            decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
    }

    /// What a login shell needs to show text as this terminal does.
    var localeVariables: [(name: String, value: String)] {
        environment.filter { $0.key == "LANG" || $0.key.hasPrefix("LC_") }
            .sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }

    /// All of standard input.
    func readInput() async throws -> [UInt8] {
        try await readAll(of: input, called: "standard input")
    }

    /// All that comes; a cancelled task stops reading within a moment.
    func readAll(of file: FileDescriptor, called name: String) async throws -> [UInt8] {
        var contents: [UInt8] = []
        while true {
            try Task.checkCancellation()
            let next = try await BlockingPool.run { () throws(SystemCallError) in
                try Self.readSome(file, name)
            }
            guard let next else { continue }
            if next.isEmpty { return contents }
            contents += next
        }
    }

    /// Nil when nothing came for a moment, empty at the end.
    private static func readSome(_ file: FileDescriptor, _ name: String) throws(SystemCallError)
        -> [UInt8]?
    {
        var ready = pollfd(fd: file.rawValue, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&ready, 1, 100) != 0 else { return nil }
        var chunk = [UInt8](repeating: 0, count: 65_536)
        do {
            let count = try unsafe chunk.withUnsafeMutableBytes { unsafe try file.read(into: $0) }
            return Array(chunk[..<count])
        } catch {
            throw SystemCallError(error as? Errno ?? .ioError, "read \(name)")
        }
    }
}
