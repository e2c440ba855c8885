import Foundation
import SpotTestSupport
import SystemPackage
import Testing

/// A person's computer: files of its own, the lab's credentials, one region, and the built binary.
struct Computer: Sendable {
    /// For what ends soon, on a computer that many tests share.
    static let patience = Duration.seconds(180)

    let files: ScratchDirectory
    let lab: Lab
    /// boto3 on that lab.
    let witness: SecondClient
    let region: String
    /// What the person has set beyond the usual.
    var variables: [String: String] = [:]

    /// - Parameter region: Faults of one region leave tests in others alone.
    init(region: String = "us-east-1", lab: Lab? = nil) async throws {
        files = try ScratchDirectory()
        self.region = region
        if let lab {
            self.lab = lab
            witness = try await SecondClient.watching(lab)
        } else {
            self.lab = try await Lab.shared()
            witness = try await SecondClient.shared()
        }
    }

    var environment: [String: String] {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let own = [
            "PATH": path, "HOME": files("home").string, "USER": "tester",
            "LANG": "C.UTF-8", "TERM": "xterm-256color",
            "AWS_REGION": region, "AWS_DEFAULT_REGION": region,
        ]
        return lab.environment.merging(own) { _, new in new }
            .merging(variables) { _, new in new }
            .filter { !$0.value.isEmpty }
    }

    /// Where spot keeps keys and pins.
    var state: FilePath { files("home").appending(".local/state/spot") }

    func key(of machine: String) -> FilePath { state.appending("keys").appending(machine) }

    var program: ChildProcess {
        ChildProcess(PackageRoot.product("spot"), environment: environment)
    }

    /// Runs spot to its end.
    /// - Throws: `Surprise` when it ends with another status than the expected one.
    @discardableResult
    func spot(
        _ arguments: String...,
        input: [UInt8] = [],
        in directory: FilePath? = nil,
        expecting status: Int32 = 0
    ) async throws -> ChildProcess.Result {
        let result = try await program.run(
            arguments,
            input: input,
            in: directory?.string ?? files.path.string,
            within: Self.patience
        )
        guard result.status == status else {
            throw Surprise(
                description: """
                    spot \(arguments.joined(separator: " ")) ended with \(result.status), not \(status)
                    \(result.talk)
                    """
            )
        }
        return result
    }

    /// What a program did that no test expected.
    struct Surprise: Error, CustomStringConvertible {
        let description: String
    }

    /// Another program of this computer: ssh, rsync.
    func run(_ program: String, _ arguments: String..., input: [UInt8] = []) async throws
        -> ChildProcess.Result
    {
        try await ChildProcess(program, environment: environment).run(
            arguments,
            input: input,
            in: files.path.string
        )
    }

    /// Starts spot and does not wait for its end.
    func start(_ arguments: String...) throws -> WatchedProgram {
        try WatchedProgram(program, arguments, in: files.path)
    }

    /// Makes the machine's key with OpenSSH, before spot does, and answers it.
    func makeKey(for machine: String) async throws -> [UInt8] {
        let path = try makeKeyFolder(for: machine)
        let made = try await run(
            "/usr/bin/ssh-keygen",
            "-q",
            "-t",
            "ed25519",
            "-N",
            "",
            "-f",
            path.string
        )
        #expect(made.status == 0)
        return try ScratchDirectory.read(path)
    }

    /// Brings a key from another computer.
    func put(_ key: [UInt8], asKeyOf machine: String) throws {
        let path = try makeKeyFolder(for: machine)
        try Data(key).write(to: URL(filePath: path.string))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path.string)
    }

    private func makeKeyFolder(for machine: String) throws -> FilePath {
        let path = key(of: machine)
        try FileManager.default.createDirectory(
            atPath: path.removingLastComponent().string,
            withIntermediateDirectories: true
        )
        return path
    }

    /// Launches a machine for `body` and terminates it, whatever happens.
    func withMachine(
        _ name: String,
        _ flags: String...,
        body: (String) async throws -> Void
    ) async throws {
        let launched = try await program.run(
            ["launch", name] + flags,
            in: files.path.string,
            within: Self.patience
        )
        #expect(launched.status == 0, "\(launched.talk)")
        do {
            if launched.status == 0 { try await body(name) }
        } catch {
            _ = try await program.run(["terminate", name])
            throw error
        }
        try await spot("terminate", name)
    }
}

extension ChildProcess.Result {
    /// Standard output as the one JSON document that it must be.
    var json: JSONValue {
        get throws { try JSONValue(decoding: output) }
    }

    /// The lines of standard error.
    var lines: [Substring] { talk.split(separator: "\n") }
}
