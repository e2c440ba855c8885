import Glibc
import SSHKeys
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

@testable import SSHClient

/// OpenSSH's own ssh-agent, and peers that are none.
@Suite(.timeLimit(.minutes(1)))
struct AgentTests {
    private static func keygen(_ arguments: [String]) throws {
        let result = try ChildProcess("/usr/bin/ssh-keygen").runBlocking(["-q"] + arguments)
        try #require(result.status == 0, "\(result.talk)")
    }

    private static func text(_ path: FilePath) throws -> String {
        String(decoding: try ScratchDirectory.read(path), as: UTF8.self)
    }

    /// Asking an agent blocks, which the tests' own few threads must not.
    private static func keys(of socket: String) async throws(SSHError) -> [PublicKey] {
        try await BlockingPool.run { () throws(SSHError) in try SSHAgent(socket: socket).keys() }
    }

    @Test(arguments: [
        ["-t", "ed25519"], ["-t", "ecdsa", "-b", "256"], ["-t", "rsa", "-b", "2048"],
    ])
    func `a key that only the agent has logs in where SHA-1 is refused`(options: [String])
        async throws
    {
        let daemon = try SSHDaemon(configuration: ["PubkeyAcceptedAlgorithms -ssh-rsa"])
        let path = daemon.scratch("mine")
        try Self.keygen(["-N", "", "-f", path.string] + options)
        let line = try Self.text(daemon.scratch("mine.pub"))
        try daemon.scratch.write(line.utf8, to: "authorized_keys")
        let agent = try RunningAgent()
        try agent.add(path.string)
        let key = try PublicKey(line: line)
        let client = SSHAgent(socket: agent.socket)
        #expect(try await Self.keys(of: agent.socket) == [key])
        let session = try await SSHSession.connect(
            to: SSHEndpoint(host: "127.0.0.1", port: daemon.port),
            user: daemon.user,
            identity: SSHIdentity(key, in: client),
            hostKeyPolicy: .pinned([PublicKey(line: daemon.hostKeyLine)])
        )
        #expect(try await session.run(RemoteCommand("exit 4")) == .status(4))
    }

    @Test func `a locked agent shows no keys and signs nothing`() async throws {
        let daemon = try TestServer.shared.get()
        let agent = try RunningAgent()
        try agent.add(daemon.identityPath.string)
        try agent.setLocked(true)
        let client = SSHAgent(socket: agent.socket)
        #expect(try await Self.keys(of: agent.socket).isEmpty)
        let key = try PrivateKey(text: daemon.identityText).publicKey
        let error = await #expect(throws: SSHError.self) {
            _ = try await SSHSession.connect(
                to: SSHEndpoint(host: "127.0.0.1", port: daemon.port),
                user: daemon.user,
                identity: SSHIdentity(key, in: client),
                hostKeyPolicy: .pinned([PublicKey(line: daemon.hostKeyLine)])
            )
        }
        #expect(error?.reason == .agentRefused)
        #expect(error?.message.contains("it refuses to sign with the key \(key)") == true)
        try agent.setLocked(false)
        #expect(try await Self.keys(of: agent.socket) == [key])
    }

    @Test func `an agent that is not there says so`() async throws {
        let scratch = try ScratchDirectory()
        let error = await #expect(throws: SSHError.self) {
            try await Self.keys(of: scratch("none").string)
        }
        #expect(error?.reason == .agentRefused)
        #expect(error?.message.hasSuffix("none: no such file or directory") == true)
        #expect(SSHAgent(environment: [:]) == nil)
        #expect(SSHAgent(environment: ["SSH_AUTH_SOCK": ""]) == nil)
    }

    @Test func `a name that is too long for a socket is an error`() async {
        let error = await #expect(throws: SSHError.self) {
            try await Self.keys(of: "/" + String(repeating: "x", count: 200))
        }
        #expect(error?.message.hasSuffix("file name too long") == true)
    }

    /// What an agent might say to the question after its keys, and why nothing comes of it.
    @Test(
        arguments: [
            ([], "it hung up"),
            ([0, 0, 0], "it hung up"),
            ([0, 0, 0, 0], "it answers nonsense"),
            ([0xFF, 0xFF, 0xFF, 0xFF, 12], "it answers nonsense"),
            ([0, 0x10, 0, 0, 12], "it hung up"),
            ([0, 0, 0, 1, 5], "it does not list its keys"),
            ([0, 0, 0, 1, 12], "it answers nonsense"),
            ([0, 0, 0, 5, 12, 0xFF, 0xFF, 0xFF, 0xFF], "it answers nonsense"),
            ([0, 0, 0, 9, 12, 0, 0, 0, 1, 0xFF, 0xFF, 0xFF, 0xFF], "it answers nonsense"),
        ] as [([UInt8], String)]
    )
    func `an agent that answers nonsense is no agent`(answer: [UInt8], cause: String) async throws {
        let socket = try ScriptedSocket()
        async let served: Void = BlockingPool.run { () throws(Never) in socket.answer(answer) }
        let error = await #expect(throws: SSHError.self) { try await Self.keys(of: socket.path) }
        await served
        #expect(error?.message == "cannot use the ssh-agent: \(cause)")
    }

    @Test(
        arguments: [
            (
                AgentTests.signature("ssh-rsa"),
                "it signs as ssh-rsa where rsa-sha2-512 was asked for"
            ),
            ([0, 0, 0, 2, 14, 0], "it answers nonsense"),
            ([0, 0, 0, 5, 14, 0, 0, 0, 0], "has a form that cannot be used"),
        ] as [([UInt8], String)]
    )
    func `a signature of another kind is not used`(answer: [UInt8], cause: String) async throws {
        var blob = WireWriter()
        blob.append(text: "ssh-rsa")
        blob.append(text: "numbers")
        let key = try PublicKey(blob: blob.bytes)
        let socket = try ScriptedSocket()
        async let served: Void = BlockingPool.run { () throws(Never) in socket.answer(answer) }
        let error = await #expect(throws: SSHError.self) {
            try await BlockingPool.run { () throws(SSHError) in
                try SSHAgent(socket: socket.path).signature(
                    over: [1, 2, 3],
                    with: key,
                    algorithm: .rsaSHA512
                )
            }
        }
        await served
        #expect(error?.message.hasSuffix(cause) == true, "\(String(describing: error))")
    }

    private static func signature(_ algorithm: String) -> [UInt8] {
        var inner = WireWriter()
        inner.append(text: algorithm)
        inner.append(text: "signature")
        var outer = WireWriter()
        outer.append(byte: 14)
        outer.append(string: inner.bytes)
        var framed = WireWriter()
        framed.append(string: outer.bytes)
        return framed.bytes
    }
}

/// A Unix socket that gives one caller an answer, whatever is asked.
private final class ScriptedSocket: Sendable {
    let path: String
    private let scratch: ScratchDirectory
    private let descriptor: CInt

    init() throws {
        scratch = try ScratchDirectory()
        path = scratch("s").string
        descriptor = socket(AF_UNIX, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let made = descriptor
        let code = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(made, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) | listen(made, 1)
            }
        }
        guard code == 0 else { throw Errno(rawValue: errno) }
    }

    deinit {
        close(descriptor)
    }

    /// Waits for the caller and a question's beginning, answers and hangs up.
    func answer(_ bytes: [UInt8]) {
        let connection = accept(descriptor, nil, nil)
        var question = [UInt8](repeating: 0, count: 4096)
        _ = unsafe recv(connection, &question, question.count, 0)
        _ = unsafe send(connection, bytes, bytes.count, CInt(MSG_NOSIGNAL))
        close(connection)
    }
}
