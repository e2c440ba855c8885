import SSHClient
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

/// The line is cut at places that differ from case to case and not from run to run: afterwards the
/// old file is there or the new one, whole, and the next run finishes.
@Suite(.timeLimit(.minutes(2)))
struct TransferCutTests {
    private static let old = TestBytes.sequence(count: 1_000_003, seed: 2)
    private static let new = TestBytes.sequence(count: 24_000_011, seed: 3)
    /// The login alone takes less.
    private static let shortest = 8000

    private let here: ScratchDirectory
    private let there: ScratchDirectory

    init() throws {
        here = try ScratchDirectory()
        there = try ScratchDirectory()
    }

    private static func place(seed: UInt64) -> Int {
        var random = SeededGenerator(seed: seed)
        return Int.random(in: shortest...new.count, using: &random)
    }

    private func names(in directory: ScratchDirectory) throws -> [String] {
        try ChildProcess("/bin/ls").runBlocking(["-A", directory.path.string])
            .output.split(separator: "\n").map(String.init)
    }

    /// A session over a line that breaks once so many bytes have gone the way of the content.
    private func session(cut: LineRelay.Cut, to daemon: SSHDaemon) async throws -> SSHSession {
        let relay = try LineRelay(to: daemon.port, delay: .milliseconds(5), cut: cut)
        return try await TestServer.session(on: daemon, port: relay.port)
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `an upload that is cut leaves the old file, and the next one finishes`(seed: UInt64)
        async throws
    {
        let daemon = try TestServer.shared.get()
        let source = try here.write(Self.new, to: "source")
        let target = try there.write(Self.old, to: "target")
        let broken = try await session(cut: .up(after: Self.place(seed: seed)), to: daemon)
        let error = await #expect(throws: SSHError.self) {
            try await broken.upload([.path(source)], to: RemotePath(target.string))
        }
        #expect(error?.reason == .connectionLost)
        #expect(try ScratchDirectory.read(target) == Self.old)
        let whole = try await TestServer.session()
        let report = try await whole.upload([.path(source)], to: RemotePath(target.string))
        #expect(report.files == 1 && report.problems.isEmpty)
        #expect(try ScratchDirectory.read(target) == Self.new)
    }

    @Test(arguments: 11...18 as ClosedRange<UInt64>)
    func `a download that is cut leaves the old file and nothing else, and the next one finishes`(
        seed: UInt64
    ) async throws {
        let daemon = try TestServer.shared.get()
        let source = RemotePath(try there.write(Self.new, to: "source").string)
        let target = try here.write(Self.old, to: "target")
        let broken = try await session(cut: .down(after: Self.place(seed: seed)), to: daemon)
        let error = await #expect(throws: SSHError.self) {
            try await broken.download([source], to: .path(target))
        }
        #expect(error?.reason == .connectionLost)
        #expect(try ScratchDirectory.read(target) == Self.old)
        #expect(try names(in: here) == ["target"])
        let whole = try await TestServer.session()
        let report = try await whole.download([source], to: .path(target))
        #expect(report.files == 1 && report.problems.isEmpty)
        #expect(try ScratchDirectory.read(target) == Self.new)
    }

    @Test(arguments: 21...24 as ClosedRange<UInt64>)
    func `a tree that is cut has each file whole or not at all`(seed: UInt64) async throws {
        let daemon = try TestServer.shared.get()
        let bytes = TestBytes.sequence(count: 100_000, seed: seed)
        let sources = try (0..<100).map {
            UploadSource.path(try here.write(bytes[..<($0 * 1000)], to: "f\($0)"))
        }
        let cut = LineRelay.Cut.up(after: max(Self.shortest, Self.place(seed: seed) / 6))
        let target = RemotePath(there.path.string)
        let broken = try await session(cut: cut, to: daemon)
        await #expect(throws: SSHError.self) { try await broken.upload(sources, to: target) }
        for name in try names(in: there) where !name.hasSuffix(".part") {
            let number = try #require(Int(name.dropFirst()))
            #expect(try ScratchDirectory.read(there(name)) == Array(bytes[..<(number * 1000)]))
        }
        let whole = try await TestServer.session()
        let report = try await whole.upload(sources, to: target)
        #expect(report.files == 100 && report.problems.isEmpty)
        for number in 0..<100 {
            let copy = try ScratchDirectory.read(there("f\(number)"))
            #expect(copy == Array(bytes[..<(number * 1000)]))
        }
    }
}
