import SSHClient
import SSHKeys
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
    private func connect(
        to daemon: SSHDaemon,
        identity: PrivateKey? = nil,
        user: String? = nil,
        policy: HostKeyPolicy? = nil
    ) async throws -> SSHSession {
        try await SSHSession.connect(
            to: SSHEndpoint(host: "127.0.0.1", port: daemon.port),
            user: user ?? daemon.user,
            identity: SSHIdentity(identity ?? PrivateKey(text: daemon.identityText)),
            hostKeyPolicy: policy ?? .pinned([PublicKey(line: daemon.hostKeyLine)])
        )
    }

    private func reason(_ body: () async throws -> Void) async -> SSHError.Reason? {
        await #expect(throws: SSHError.self) { try await body() }?.reason
    }

    // MARK: Logins

    @Test func `a key the server does not know is refused`() async throws {
        let daemon = try TestServer.shared.get()
        let stranger = try PrivateKey.generateEd25519(comment: "")
        let reason = await reason { _ = try await connect(to: daemon, identity: stranger) }
        #expect(reason == .authenticationRefused)
    }

    @Test func `a user who does not exist is refused`() async throws {
        let daemon = try TestServer.shared.get()
        let reason = await reason { _ = try await connect(to: daemon, user: "nobody-here") }
        #expect(reason == .authenticationRefused)
    }

    @Test(arguments: [
        ["-t", "ecdsa", "-b", "256"], ["-t", "ecdsa", "-b", "521"], ["-t", "rsa", "-b", "2048"],
        ["-t", "rsa", "-b", "2048", "-m", "PEM"],
    ])
    func `keys of other types log in too`(options: [String]) async throws {
        let daemon = try SSHDaemon()
        let made = try ChildProcess("/usr/bin/ssh-keygen").runBlocking(
            ["-q", "-N", "", "-f", daemon.scratch("other").string] + options
        )
        try #require(made.status == 0)
        let line = try ScratchDirectory.read(daemon.scratch("other.pub"))
        try daemon.scratch.write(line, to: "authorized_keys")
        let text = String(
            decoding: try ScratchDirectory.read(daemon.scratch("other")),
            as: UTF8.self
        )
        let session = try await connect(to: daemon, identity: PrivateKey(text: text))
        #expect(try await session.run(RemoteCommand("true")) == .status(0))
    }

    // MARK: Host keys

    @Test func `another host key than the pinned one is refused before the login`() async throws {
        let daemon = try TestServer.shared.get()
        let other = try PrivateKey.generateEd25519(comment: "").publicKey
        let reason = await reason { _ = try await connect(to: daemon, policy: .pinned([other])) }
        let offered = try PublicKey(line: daemon.hostKeyLine)
        #expect(reason == .hostKeyMismatch(expected: [other.fingerprint], offered: offered))
    }

    @Test func `the host is asked for the pinned type`() async throws {
        let daemon = try TestServer.shared.get()
        let key = try PublicKey(line: daemon.ecdsaHostKeyLine)
        let session = try await connect(to: daemon, policy: .pinned([key]))
        #expect(session.hostKey == key)
    }

    @Test func `a known fingerprint is enough`() async throws {
        let daemon = try TestServer.shared.get()
        let key = try PublicKey(line: daemon.hostKeyLine)
        let session = try await connect(to: daemon, policy: .fingerprints([key.fingerprint]))
        #expect(session.hostKey == key)
    }

    @Test func `a host key can be looked at without logging in`() async throws {
        let daemon = try TestServer.shared.get()
        let endpoint = SSHEndpoint(host: "127.0.0.1", port: daemon.port)
        let plain = try await SSHSession.hostKey(of: endpoint)
        #expect(try plain == PublicKey(line: daemon.hostKeyLine))
        let other = try await SSHSession.hostKey(of: endpoint, preferring: [.ecdsaP256])
        #expect(try other == PublicKey(line: daemon.ecdsaHostKeyLine))
    }

    // MARK: Peers that are not as they should be

    @Test func `a closed port is a refusal`() async throws {
        let port = try LoopbackListener().port
        let reason = await reason {
            _ = try await SSHSession.hostKey(of: SSHEndpoint(host: "127.0.0.1", port: port))
        }
        #expect(reason == .refused)
    }

    @Test func `a name without an address is told from a machine that is away`() async throws {
        let reason = await reason {
            _ = try await SSHSession.hostKey(of: SSHEndpoint(host: "no such host", port: 22))
        }
        #expect(reason == .nameNotFound)
    }

    @Test func `a peer that never answers is given up at the deadline`() async throws {
        let silent = try LoopbackListener()
        let clock = ContinuousClock()
        let start = clock.now
        let reason = await reason {
            _ = try await SSHSession.hostKey(
                of: SSHEndpoint(host: "127.0.0.1", port: silent.port),
                deadlines: SSHDeadlines(handshake: .milliseconds(300))
            )
        }
        #expect(reason == .timedOut)
        #expect(start.duration(to: clock.now) < TestServer.patience)
    }

    @Test func `a peer that speaks no SSH fails the handshake`() async throws {
        let web = try LoopbackListener()
        async let answered = BlockingPool.run { () throws(Never) in
            web.accept(saying: String(repeating: "HTTP/1.1 400 Bad Request\r\n\r\n", count: 2000))
        }
        let reason = await reason {
            _ = try await SSHSession.hostKey(
                of: SSHEndpoint(host: "127.0.0.1", port: web.port),
                deadlines: SSHDeadlines(handshake: .seconds(1))
            )
        }
        try await answered.close()
        #expect([.handshakeFailed, .connectionLost, .timedOut].contains(reason))
    }

    @Test func `a peer that hangs up is a lost connection`() async throws {
        let listener = try LoopbackListener()
        async let hung: Void = BlockingPool.run { try listener.accept(saying: "").close() }
        let reason = await reason {
            _ = try await SSHSession.hostKey(
                of: SSHEndpoint(host: "127.0.0.1", port: listener.port)
            )
        }
        try await hung
        #expect(reason == .connectionLost)
    }

    @Test func `a server with other ciphers only has none in common with us`() async throws {
        let daemon = try SSHDaemon(configuration: ["Ciphers chacha20-poly1305@openssh.com"])
        let reason = await reason { _ = try await connect(to: daemon) }
        #expect(reason == .noCommonAlgorithm)
    }

    // MARK: Losing it

    @Test func `a killed server is noticed at once by whoever uses it`() async throws {
        let daemon = try SSHDaemon()
        let session = try await connect(to: daemon)
        let clock = ContinuousClock()
        let start = clock.now
        let reason = await reason {
            _ = try await session.run(
                RemoteCommand("echo up; sleep 100"),
                output: .handler { _ in daemon.killConnections() }
            )
        }
        #expect(reason == .connectionLost)
        #expect(start.duration(to: clock.now) < TestServer.patience)
        let later = await #expect(throws: SSHError.self) {
            _ = try await session.run(RemoteCommand("true"))
        }
        #expect(later?.reason == .connectionLost)
        #expect(later?.message.hasPrefix("the connection was lost: ") == true)
    }

    @Test func `a server that stops answering counts as gone after its time`() async throws {
        let daemon = try SSHDaemon()
        let session = try await TestServer.session(
            on: daemon,
            deadlines: SSHDeadlines(quiet: .milliseconds(200), silence: .milliseconds(900))
        )
        let reason = await reason {
            _ = try await session.run(
                RemoteCommand("echo up; sleep 100"),
                output: .handler { _ in daemon.signalConnections(19) }
            )
        }
        daemon.killConnections()
        #expect(reason == .connectionLost)
    }

    @Test func `a quiet server that is alive is kept`() async throws {
        let session = try await TestServer.session(
            on: TestServer.shared.get(),
            deadlines: SSHDeadlines(quiet: .milliseconds(100), silence: .seconds(5))
        )
        #expect(try await session.run(RemoteCommand("sleep 6; exit 6")) == .status(6))
    }

    @Test func `a closed session says so`() async throws {
        let session = try await TestServer.session()
        session.close()
        let reason = await reason { _ = try await session.run(RemoteCommand("true")) }
        #expect(reason == .closed)
    }

    // MARK: Giving up

    @Test func `a command that takes too long is given up, and the session stays`() async throws {
        let session = try await TestServer.session()
        let reason = await reason {
            _ = try await session.run(RemoteCommand("sleep 100"), limit: .milliseconds(300))
        }
        #expect(reason == .timedOut)
        #expect(try await session.run(RemoteCommand("exit 3")) == .status(3))
    }

    @Test func `a cancelled command ends at once, and the session stays`() async throws {
        let session = try await TestServer.session()
        let (told, teller) = AsyncStream.makeStream(of: Void.self)
        let clock = ContinuousClock()
        var start = clock.now
        let reason = await reason {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let sink = OutputSink.handler { _ in teller.yield() }
                    _ = try await session.run(RemoteCommand("echo up; sleep 100"), output: sink)
                }
                for await _ in told { break }
                start = clock.now
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(reason == .cancelled)
        #expect(start.duration(to: clock.now) < TestServer.patience)
        #expect(try await session.run(RemoteCommand("exit 3")) == .status(3))
    }

    @Test func `a cancelled connection attempt ends at once`() async throws {
        let silent = try LoopbackListener()
        let reason = await reason {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await SSHSession.hostKey(
                        of: SSHEndpoint(host: "127.0.0.1", port: silent.port)
                    )
                }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(reason == .cancelled)
    }

    @Test func `more channels than the server opens are refused politely`() async throws {
        let daemon = try SSHDaemon(configuration: ["MaxSessions 1"])
        let session = try await connect(to: daemon)
        let (told, teller) = AsyncStream.makeStream(of: Void.self)
        async let _ = session.run(
            RemoteCommand("echo up; sleep 100"),
            output: .handler { _ in teller.yield() }
        )
        for await _ in told { break }
        let reason = await reason { _ = try await session.run(RemoteCommand("true")) }
        #expect(reason == .channelRefused)
    }

    @Test func `a server that renews its keys in the middle of a transfer is followed`()
        async throws
    {
        let daemon = try SSHDaemon(configuration: ["RekeyLimit 1M"])
        let session = try await connect(to: daemon)
        let sent = TestBytes.sequence(count: 5 << 20)
        let said = try await session.capture(
            RemoteCommand("cat"),
            input: .bytes(sent),
            maximum: 8 << 20,
            limit: .seconds(30)
        )
        #expect(said.output == sent)
    }
}
