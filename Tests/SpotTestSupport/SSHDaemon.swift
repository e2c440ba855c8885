import Foundation
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
        var started: (UInt16, pid_t, Keeper)?
        for _ in 0..<20 where started == nil {
            let port = try Self.freePort()
            let lines = configuration + Self.standardLines(scratch, port)
            let file = try scratch.write(lines.joined(separator: "\n").utf8, to: "sshd_config")
            let keeper = Keeper()
            if let process = try keeper.start(configuration: file) {
                started = (port, process, keeper)
            }
        }
        guard let (port, processID, keeper) = started else { throw Errno.addressInUse }
        self.port = port
        self.processID = processID
        self.keeper = keeper
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
        let result = try Subprocess.run("/usr/bin/ssh-keygen", arguments)
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
    /// The server's number is the first line.
    ///
    /// The shell waits for the end of the test process; what else it has inherited, such as the
    /// other end of its own input, it closes first.
    private static let script = """
        for fd in /proc/$$/fd/*; do
            fd=${fd##*/}; if ((fd > 2)); then eval "exec $fd>&-"; fi
        done
        /usr/sbin/sshd -D -e -f "$1" </dev/null 2>&1 & echo $!
        read -r _
        kill $!
        """

    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    func start(configuration: FilePath) throws -> pid_t? {
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", Self.script, "bash", configuration.string]
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        var text = ""
        while !text.contains("Server listening") {
            let more = output.fileHandleForReading.availableData
            text += String(decoding: more, as: UTF8.self)
            if more.isEmpty || text.contains("Cannot bind") {
                stop()
                return nil
            }
        }
        output.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
        return text.split(separator: "\n").first.flatMap { pid_t($0) }
    }

    func stop() {
        output.fileHandleForReading.readabilityHandler = nil
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }
}
