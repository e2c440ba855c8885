package import Glibc
package import SystemPackage

/// A real OpenSSH server on 127.0.0.1 with its own port, host keys and authorized key, for the user
/// that runs the tests.
///
/// It ends with its owner, and also when the test process dies.
package final class SSHDaemon: Sendable {
    package let port: UInt16
    package let user: String
    /// The server's ed25519 key as a public key line.
    package let hostKeyLine: String
    /// The key that may log in, as `ssh-keygen` wrote it, and where it stands for other clients.
    package let identityText: String
    package let identityPath: FilePath
    /// An empty directory for the other side's files.
    package let scratch: ScratchDirectory
    package let processID: pid_t
    private let keeper: Keeper

    /// - `configuration`: more lines for `sshd_config`; the first line for an option wins.
    package init(configuration: [String] = []) throws {
        let scratch = try ScratchDirectory()
        self.scratch = scratch
        try Self.makeKey(at: scratch("host_ed25519"), "ed25519")
        try Self.makeKey(at: scratch("host_ecdsa"), "ecdsa")
        try Self.makeKey(at: scratch("identity"), "ed25519")
        let line = try ScratchDirectory.read(scratch("identity.pub"))
        try scratch.write(line, to: "authorized_keys")
        hostKeyLine = Self.text(try ScratchDirectory.read(scratch("host_ed25519.pub")))
        identityPath = scratch("identity")
        identityText = Self.text(try ScratchDirectory.read(identityPath))
        user =
            unsafe getpwuid(getuid()).map { unsafe String(cString: $0.pointee.pw_name) } ?? "root"
        if getuid() == 0 { _ = unsafe mkdir("/run/sshd", 0o755) }
        var started: (port: UInt16, keeper: Keeper)?
        for _ in 0..<20 where started == nil {
            let port = try Self.freePort()
            let lines = configuration + Self.standardLines(scratch, port)
            let file = try scratch.write(lines.joined(separator: "\n").utf8, to: "sshd_config")
            started = try Keeper(configuration: file).map { (port, $0) }
        }
        guard let started else { throw Errno.addressInUse }
        port = started.port
        keeper = started.keeper
        processID = keeper.processID
    }

    deinit {
        keeper.stop()
    }

    /// The server's public key of another type than `hostKeyLine`.
    package var ecdsaHostKeyLine: String {
        get throws { Self.text(try ScratchDirectory.read(scratch("host_ecdsa.pub"))) }
    }

    /// The processes that serve the connections there are now.
    package var connectionProcesses: [pid_t] {
        Self.children(of: processID)
    }

    /// How many file servers run, over all connections.
    package var fileServerCount: Int {
        var processes = connectionProcesses
        var count = 0
        while let process = processes.popLast() {
            processes += Self.children(of: process)
            let name = try? ScratchDirectory.read(FilePath("/proc/\(process)/comm"))
            if name.map(Self.text) == "sftp-server\n" { count += 1 }
        }
        return count
    }

    /// Kills every connection's process, as a machine does that is taken away.
    package func killConnections() {
        signalConnections(SIGKILL)
    }

    /// Sends a signal to every connection's process and what it started.
    package func signalConnections(_ signal: CInt) {
        for process in connectionProcesses {
            for child in Self.children(of: process) { kill(child, signal) }
            kill(process, signal)
        }
    }

    /// What other OpenSSH clients need on their command line to use this server.
    package var clientOptions: [String] {
        [
            "-F", "none", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
            "-o", "LogLevel=ERROR", "-i", identityPath.string,
        ]
    }

    private static func standardLines(_ scratch: ScratchDirectory, _ port: UInt16) -> [String] {
        [
            "Port \(port)",
            "ListenAddress 127.0.0.1",
            "HostKey \(scratch("host_ed25519"))",
            "HostKey \(scratch("host_ecdsa"))",
            "AuthorizedKeysFile \(scratch("authorized_keys"))",
            "PidFile none",
            "StrictModes no",
            "UsePAM no",
            "UseDNS no",
            "PasswordAuthentication no",
            "KbdInteractiveAuthentication no",
            "PermitRootLogin yes",
            "PrintMotd no",
            "PrintLastLog no",
            "MaxStartups 100",
            "Subsystem sftp /usr/lib/openssh/sftp-server",
            "",
        ]
    }

    private static func makeKey(at path: FilePath, _ type: String) throws {
        let arguments = ["-q", "-t", type, "-N", "", "-C", "test", "-f", path.string]
        let result = try ChildProcess("/usr/bin/ssh-keygen").runBlocking(arguments)
        guard result.status == 0 else { throw Errno.ioError }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    private static func children(of process: pid_t) -> [pid_t] {
        let path = FilePath("/proc/\(process)/task/\(process)/children")
        guard let bytes = try? ScratchDirectory.read(path) else { return [] }
        return text(bytes).split(separator: " ").compactMap { pid_t($0) }
    }

    /// A port that nobody had a moment ago.
    private static func freePort() throws -> UInt16 {
        let listener = try LoopbackListener()
        return listener.port
    }
}

/// Keeps the server's process; a shell that dies with us takes it along.
private final class Keeper: Sendable {
    /// The server's number is the first line, and what it says follows until it listens; the end of
    /// the shell's input is the end of the server.
    private static let script = """
        { /usr/sbin/sshd -D -e -f "$1" </dev/null 3<&- 2>&1 & echo $!; read -r _ <&3; kill $!; } 3<&0 |
        { sed -u '/Server listening/q'; exec cat >/dev/null; }
        """

    let processID: pid_t
    private let shell: Companion

    /// Nil where the port is taken.
    init?(configuration: FilePath) throws {
        shell = try Companion("/bin/sh", ["-c", Self.script, "sh", configuration.string])
        let first = shell.nextLine()
        var isListening = false
        while !isListening, let line = shell.nextLine() {
            isListening = line.contains("Server listening")
        }
        processID = first.flatMap { pid_t($0) } ?? 0
        guard isListening, processID > 0 else {
            stop()
            return nil
        }
    }

    func stop() {
        shell.end()
    }
}
