import SSHClient
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
}
