import SSHClient
import SSHKeys
import SpotRemote
import SpotTestSupport
import SystemPackage
import Testing

/// Scripts on a real server whose user's home directory has a blank in its name.
@Suite(.timeLimit(.minutes(1)))
struct StagedScriptTests {
    private let scratch: ScratchDirectory
    private let daemon: SSHDaemon

    init() throws {
        scratch = try ScratchDirectory()
        let home = scratch("my home")
        try ChildProcess("/bin/mkdir").run([home.string, scratch("my").string])
        daemon = try SSHDaemon(configuration: ["SetEnv \"HOME=\(home)\""])
    }

    private func connect() async throws -> SSHSession {
        try await SSHSession.connect(
            to: SSHEndpoint(host: "127.0.0.1", port: daemon.port),
            user: daemon.user,
            identity: SSHIdentity(PrivateKey(text: daemon.identityText)),
            hostKeyPolicy: .pinned([PublicKey(line: daemon.hostKeyLine)]),
            deadlines: SSHDeadlines(stop: .seconds(30))
        )
    }

    /// What is in the home directory.
    private func home() throws -> [String] {
        try ChildProcess("/bin/ls").run(["-A", scratch("my home").string])
    }

    private func states(of process: String) throws -> [String] {
        try ChildProcess("/bin/ps").run(["-o", "stat=", "-p", process])
    }

    private func run(
        _ name: String,
        _ text: String,
        environment: [(key: String, value: String)] = [],
        arguments: [String] = []
    ) async throws -> CapturedOutput {
        let session = try await connect()
        let staged = try await StagedScript.stage(
            name: name,
            contents: Array(text.utf8),
            environment: environment,
            over: session
        )
        return try await session.capture(staged.command(arguments: arguments, directory: nil))
    }

    /// Stages and runs a script; `body` is told what it prints and may end it.
    private func cancel(_ text: String, after body: ([UInt8]) throws -> Void) async throws
        -> SSHError?
    {
        let session = try await connect()
        let (told, teller) = AsyncStream.makeStream(of: [UInt8].self)
        return await #expect(throws: SSHError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let staged = try await StagedScript.stage(
                        name: "script",
                        contents: Array(text.utf8),
                        environment: [("SECRET", "word")],
                        over: session
                    )
                    _ = try await staged.run(
                        arguments: [],
                        directory: nil,
                        output: .handler { teller.yield(Array($0)) },
                        over: session
                    )
                }
                for await bytes in told {
                    try body(bytes)
                    break
                }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test(arguments: ["script", "environment", ".environment", "it's a \"name\"", "-rf"])
    func `a script of any name has its arguments and variables, and leaves nothing`(name: String)
        async throws
    {
        let said = try await run(
            name,
            "#!/bin/sh\necho \"$1|$SECRET\"; exit 3\n",
            environment: [("SECRET", "it's $HOME")],
            arguments: ["a b"]
        )
        #expect(said.exit == .status(3))
        #expect(said.text == "a b|it's $HOME\n")
        #expect(try home().isEmpty)
    }

    @Test func `only the script's own directory is removed`() async throws {
        try scratch.write("precious".utf8, to: "my/file")
        _ = try await run("script", "#!/bin/sh\n")
        #expect(try ScratchDirectory.read(scratch("my/file")) == Array("precious".utf8))
        #expect(try home().isEmpty)
    }

    @Test func `a script that does not arrive whole leaves nothing`() async throws {
        await #expect(throws: (any Error).self) {
            try await run("no/such/directory", "#!/bin/sh\n")
        }
        #expect(try home().isEmpty)
    }

    @Test(arguments: [
        "sleep 1000", "timeout 1000 sleep 1000", "exec sleep 1000", "cat; sleep 1000",
    ])
    func `a cancelled script ends and leaves nothing`(line: String) async throws {
        var process: Substring = ""
        let error = try await cancel("#!/bin/sh\necho $$\n\(line)\n") { bytes in
            process = String(decoding: bytes, as: UTF8.self).dropLast()
            let files = try ChildProcess("/usr/bin/find").run([scratch("my home").string])
            #expect(files.count == 4 && files.allSatisfy { !$0.hasSuffix("environment") })
        }
        #expect(error?.reason == .cancelled && error?.hint == nil)
        #expect(try home().isEmpty)
        #expect(try states(of: String(process)).allSatisfy { $0.hasPrefix("Z") })
    }

    @Test func `a script cancelled before it begins leaves nothing`() async throws {
        let session = try await connect()
        let staged = try await StagedScript.stage(
            name: "script",
            contents: Array("#!/bin/sh\n".utf8),
            environment: [],
            over: session
        )
        let error = await #expect(throws: SSHError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.cancelAll()
                group.addTask {
                    _ = try await staged.run(arguments: [], directory: nil, over: session)
                }
                try await group.waitForAll()
            }
        }
        #expect(error?.reason == .cancelled)
        #expect(try home().isEmpty)
    }

    @Test func `a cancelled copy leaves nothing`() async throws {
        let session = try await connect()
        await #expect(throws: (any Error).self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await StagedScript.stage(
                        name: "script",
                        contents: TestBytes.sequence(count: 64 << 20),
                        environment: [],
                        over: session
                    )
                }
                while try home().isEmpty { await Task.yield() }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(try home().isEmpty)
    }
}

extension ChildProcess {
    /// The lines that it prints.
    @discardableResult
    fileprivate func run(_ arguments: [String]) throws -> [String] {
        try runBlocking(arguments).output.split(separator: "\n").map(String.init)
    }
}
