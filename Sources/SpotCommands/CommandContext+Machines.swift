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

    func connector(_ cloud: Cloud) -> MachineConnector {
        MachineConnector(
            trust: trust(cloud),
            keys: keys,
            port: explicitPort,
            deadlines: SSHDeadlines(connect: settings.connectTimeout.value)
        )
    }

    /// The port that a flag, the environment or the user's file names; a machine's own tag is asked
    /// where none of them does.
    var explicitPort: Int? {
        settings.sshPort.origin == .builtIn ? nil : settings.sshPort.value
    }

    func readiness(_ cloud: Cloud) -> Readiness {
        let trust = trust(cloud)
        let connector = connector(cloud)
        return Readiness(
            connector: connector,
            trust: trust,
            rotation: HostKeyRotation(
                connector: connector,
                trust: trust,
                marker: MachineMarker(ec2: cloud.ec2),
                time: time
            ),
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
    func readInput() throws -> [UInt8] {
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = try unsafe chunk.withUnsafeMutableBytes { unsafe try input.read(into: $0) }
            if count == 0 { return contents }
            contents += chunk[..<count]
        }
    }
}
