import Glibc
import SSHClient
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

@Suite(.timeLimit(.minutes(1)))
struct CommandTests {
    @Test func `streams and status of a command come back apart`() async throws {
        let session = try await TestServer.session()
        let said = try await session.capture(RemoteCommand("echo out; echo err >&2; exit 7"))
        #expect(said.exit == .status(7))
        #expect(said.text == "out\n")
        #expect(said.errorText == "err\n")
    }

    @Test func `a command killed by a signal says which`() async throws {
        let session = try await TestServer.session()
        let exit = try await session.run(RemoteCommand("kill -TERM $$"))
        #expect(exit == .signal("TERM"))
        #expect(exit.shellStatus == 143)
    }

    @Test func `standard input arrives to its end`() async throws {
        let session = try await TestServer.session()
        let said = try await session.capture(
            RemoteCommand("cat; echo end"),
            input: .bytes(Array(0...255))
        )
        #expect(said.output == Array(0...255) + Array("end\n".utf8))
    }

    @Test func `without input a command that reads ends`() async throws {
        let session = try await TestServer.session()
        #expect(try await session.run(RemoteCommand("cat")) == .status(0))
    }

    @Test func `eight mebibytes pass both ways at once, and come back the same`() async throws {
        let session = try await TestServer.session()
        let sent = TestBytes.sequence(count: 8 << 20)
        let said = try await session.capture(
            RemoteCommand("cat"),
            input: .bytes(sent),
            maximum: 16 << 20
        )
        #expect(said.exit == .status(0))
        #expect(said.output == sent)
    }

    @Test func `many commands run over one session at once`() async throws {
        let session = try await TestServer.session()
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let bytes = TestBytes.sequence(count: 300_000 + number)
                    let said = try await session.capture(RemoteCommand("cat"), input: .bytes(bytes))
                    return said.output == bytes
                }
            }
            for try await isSame in group { #expect(isSame) }
        }
    }

    @Test func `a remote end that stops reading does not stop the command`() async throws {
        let session = try await TestServer.session()
        let said = try await session.capture(
            RemoteCommand("head -c 3"),
            input: .bytes(TestBytes.sequence(count: 6 << 20))
        )
        #expect(said.exit == .status(0))
        #expect(said.output == Array(TestBytes.sequence(count: 3)))
    }

    /// Runs a command that prints its process's number, cancels it then, and answers both.
    private func cancel(
        _ line: String,
        over session: SSHSession
    ) async throws -> (process: pid_t, error: SSHError?) {
        let (told, teller) = AsyncStream.makeStream(of: [UInt8].self)
        var process: pid_t = 0
        let error = await #expect(throws: SSHError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await session.run(
                        RemoteCommand(line),
                        output: .handler { teller.yield(Array($0)) },
                        endsWithCaller: true
                    )
                }
                for await bytes in told {
                    let text = String(decoding: bytes, as: UTF8.self)
                    process = try #require(pid_t(text.dropLast()))
                    break
                }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        return (process, error)
    }

    @Test(arguments: [
        "echo $$; exec sleep 1000", "echo $$; sleep 1000; sleep 1000",
        "timeout 1000 sh -c 'echo $$; sleep 1000; :'", "sleep 1000 & echo $!; cat; wait",
        "trap '' HUP INT; echo $$; sleep 1000; sleep 1000",
    ])
    func `a cancelled command has ended when that is said`(line: String) async throws {
        let session = try await TestServer.session()
        let (process, error) = try await cancel(line, over: session)
        #expect(error?.reason == .cancelled && error?.hint == nil)
        let state = try await session.capture(
            RemoteCommand("ps -o stat= -p \(process) | grep -v Z")
        )
        #expect(state.text == "")
    }

    @Test func `a daemon outlives the cancelled command that started it`() async throws {
        let session = try await TestServer.session()
        let line = "setsid sleep 1000 </dev/null >/dev/null 2>&1 & echo $!; sleep 1000; :"
        let (process, error) = try await cancel(line, over: session)
        #expect(error?.reason == .cancelled && error?.hint == nil)
        #expect(kill(process, SIGTERM) == 0)
    }

    @Test func `a command that ran out of time has ended when that is said`() async throws {
        let session = try await TestServer.session(
            on: TestServer.shared.get(),
            deadlines: SSHDeadlines(channel: .seconds(1), stop: TestServer.patience)
        )
        let error = await #expect(throws: SSHError.self) {
            try await session.run(
                RemoteCommand("exec sleep 1234567"),
                limit: .seconds(2),
                endsWithCaller: true
            )
        }
        #expect(error?.reason == .timedOut && error?.hint == nil)
        let left = try await session.capture(RemoteCommand("pgrep -fx 'sleep 1234567'"))
        #expect(left.text == "")
    }

    @Test func `a cancelled command that does not end is said to run on`() async throws {
        let session = try await TestServer.session(
            on: TestServer.shared.get(),
            deadlines: SSHDeadlines(stop: .milliseconds(500))
        )
        let line = "trap '' TERM; echo $$; exec sleep 1000"
        let (process, error) = try await cancel(line, over: session)
        #expect(error?.hint == "the remote command may still be running")
        #expect(kill(process, SIGKILL) == 0)
    }

    @Test func `where the server opens no second channel the command is said to run on`()
        async throws
    {
        let daemon = try SSHDaemon(configuration: ["MaxSessions 1"])
        let session = try await TestServer.session(on: daemon)
        let (process, error) = try await cancel("echo $$; exec sleep 1000", over: session)
        #expect(error?.hint == "the remote command may still be running")
        #expect(kill(process, SIGKILL) == 0)
    }

    @Test func `a cancelled command among several harms none of the others`() async throws {
        let session = try await TestServer.session()
        let pipe = try FileDescriptor.pipe()
        async let other = session.run(
            RemoteCommand("cat; exit 3"),
            input: .descriptor(pipe.readEnd)
        )
        let (process, error) = try await cancel("echo $$; exec sleep 1000", over: session)
        #expect(error?.hint == "the remote command may still be running")
        #expect(kill(process, SIGKILL) == 0)
        try pipe.writeEnd.close()
        #expect(try await other == .status(3))
        try pipe.readEnd.close()
    }
}
