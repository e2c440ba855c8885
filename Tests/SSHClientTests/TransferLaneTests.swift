import SSHKeys
import SpotSupport
import SpotTestSupport
import Synchronization
import SystemPackage
import Testing

@testable import SSHClient

/// Transfers over several channels at once; how many there are shows in the server's processes.
@Suite(.timeLimit(.minutes(1)))
struct TransferLaneTests {
    private let here: ScratchDirectory
    private let there: ScratchDirectory

    init() throws {
        here = try ScratchDirectory()
        there = try ScratchDirectory()
    }

    private func remote(_ name: String) -> RemotePath {
        RemotePath(there(name).string)
    }

    /// A session over a line of 20 ms a round trip.
    private func session(to daemon: SSHDaemon) async throws -> SSHSession {
        let relay = try LineRelay(to: daemon.port, delay: .milliseconds(10))
        return try await TestServer.session(on: daemon, port: relay.port)
    }

    /// The most file servers that ran at once while the transfer told about its progress.
    private func mostServers(
        of daemon: SSHDaemon,
        during transfer: (@escaping @Sendable (TransferProgress) -> Void) async throws -> Void
    ) async throws -> Int {
        let most = HighWater()
        try await transfer { _ in most.note(daemon.fileServerCount) }
        return most.value
    }

    @Test func `a large file goes up over several channels and arrives the same`() async throws {
        let daemon = try SSHDaemon()
        let session = try await session(to: daemon)
        let bytes = TestBytes.sequence(count: 100_000_007)
        let source = try here.write(bytes, to: "source")
        let servers = try await mostServers(of: daemon) { tell in
            let report = try await session.upload(
                [.path(source)],
                to: remote("copy"),
                progress: tell
            )
            #expect(report.bytes == UInt64(bytes.count) && report.problems.isEmpty)
        }
        #expect(servers > 1 && servers <= 8)
        #expect(try ScratchDirectory.read(there("copy")) == bytes)
    }

    @Test func `a large file comes down over several channels and arrives the same`() async throws {
        let daemon = try SSHDaemon()
        let session = try await session(to: daemon)
        let bytes = TestBytes.sequence(count: 100_000_007)
        try there.write(bytes, to: "source")
        let servers = try await mostServers(of: daemon) { tell in
            let report = try await session.download(
                [remote("source")],
                to: .path(here("copy")),
                progress: tell
            )
            #expect(report.bytes == UInt64(bytes.count) && report.problems.isEmpty)
        }
        #expect(servers > 1 && servers <= 8)
        #expect(try ScratchDirectory.read(here("copy")) == bytes)
    }

    @Test(arguments: [1, 2, 4])
    func `a server that gives few channels is used within them`(sessions: Int) async throws {
        let daemon = try SSHDaemon(configuration: ["MaxSessions \(sessions)"])
        let session = try await session(to: daemon)
        let bytes = TestBytes.sequence(count: 40_000_000)
        let source = try here.write(bytes, to: "source")
        let servers = try await mostServers(of: daemon) { tell in
            _ = try await session.upload([.path(source)], to: remote("copy"), progress: tell)
        }
        #expect(servers <= sessions)
        let back = try await session.download([remote("copy")], to: .path(here("back")))
        #expect(back.problems.isEmpty)
        #expect(try ScratchDirectory.read(here("back")) == bytes)
        // Every channel was given back: the next piece of work gets one.
        let third = try await session.download([remote("copy")], to: .path(here("again")))
        #expect(third.files == 1 && third.problems.isEmpty)
    }

    @Test func `a cancelled upload over several channels leaves nothing incomplete`() async throws {
        let daemon = try SSHDaemon()
        let session = try await session(to: daemon)
        let source = try here.write([UInt8](repeating: 7, count: 200_000_000), to: "source")
        let (told, teller) = AsyncStream.makeStream(of: TransferProgress.self)
        let error = await #expect(throws: SSHError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await session.upload([.path(source)], to: remote("copy")) {
                        teller.yield($0)
                    }
                }
                for await progress in told
                where progress.bytes > 10_000_000 && daemon.fileServerCount > 1 { break }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(error?.reason == .cancelled && error?.hint == nil)
        let left = try ChildProcess("/bin/ls").runBlocking(["-A", there.path.string])
        #expect(left.output == "")
    }
}

/// The highest number that was ever seen, from any thread.
private final class HighWater: Sendable {
    private let highest = Mutex(0)

    var value: Int { highest.withLock(\.self) }

    func note(_ number: Int) {
        highest.withLock { $0 = max($0, number) }
    }
}
