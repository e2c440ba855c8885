import Glibc
import SSHKeys
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

@testable import SSHClient

/// What a server can do to a download by lying.
@Suite(.timeLimit(.minutes(1)))
struct HostileServerTests {
    private static let directory = SFTPAttributes(mode: 0o040755)
    private static let file = SFTPAttributes(size: 5, mode: 0o100644)
    private static let link = SFTPAttributes(mode: 0o120777)

    private let scratch: ScratchDirectory
    private let target: FilePath

    init() throws {
        scratch = try ScratchDirectory()
        target = scratch("target")
        _ = unsafe mkdir(target.string, 0o700)
        _ = unsafe mkdir(scratch("outside").string, 0o700)
    }

    private func download(_ source: String = "/far/tree") -> DownloadTransfer {
        DownloadTransfer(
            [RemotePath(source)],
            to: .path(target),
            progress: ProgressReporter(time: SystemTime()) { _ in }
        )
    }

    /// A server with one directory, whose entries are these and whose files all say "hello".
    private func lister(
        _ entries: [(name: String, attributes: SFTPAttributes)],
        linkTarget: String = "x"
    ) -> (ScriptedFileServer.Request) -> [UInt8] {
        var listed: Set<[UInt8]> = []
        return { request in
            typealias Server = ScriptedFileServer
            switch request.type {
            case 17: return Server.attributes(request.id, Self.directory)
            case 11:
                return Server.handle(request.id, String(decoding: request.subject, as: UTF8.self))
            case 12:
                let isTop = request.subject == Array("/far/tree".utf8)
                guard listed.insert(request.subject).inserted else {
                    return Server.status(request.id, .endOfFile)
                }
                return Server.names(request.id, isTop ? entries : [("inner", Self.file)])
            case 3: return Server.handle(request.id, "file")
            case 5:
                let isStart = request.body.dropFirst(8).prefix(8).allSatisfy { $0 == 0 }
                return isStart
                    ? Server.data(request.id, Array("hello".utf8))
                    : Server.status(request.id, .endOfFile)
            case 19: return Server.names(request.id, [(linkTarget, SFTPAttributes())])
            default: return Server.status(request.id, .ok)
            }
        }
    }

    /// Everything beneath the scratch directory, by `find`.
    private func tree() throws -> [String] {
        try ChildProcess("/usr/bin/find").runBlocking(
            [".", "-mindepth", "1"],
            in: scratch.path.string
        )
        .output.split(separator: "\n").map(String.init).sorted()
    }

    @Test(arguments: [
        "../outside/evil", "/tmp/spot-evil", "..", "a/b", "", "nul\0byte",
        String(repeating: "n", count: 256),
    ])
    func `a name that leads away is left out, and the rest arrives`(name: String) throws {
        let server = ScriptedFileServer(
            for: download(),
            lister([(name, Self.file), ("good", Self.file)])
        )
        let report = try #require(try server.run())
        #expect(report.files == 1)
        #expect(report.problems.count == (name == ".." ? 0 : 1))
        #expect(try tree() == ["./outside", "./target", "./target/tree", "./target/tree/good"])
    }

    @Test func `a link is not walked through, even when a directory of its name follows`() throws {
        let outside = scratch("outside").string
        let server = ScriptedFileServer(
            for: download(),
            lister([("a", Self.link), ("a", Self.directory)], linkTarget: outside)
        )
        let report = try #require(try server.run())
        #expect(report.links + report.problems.count >= 1)
        #expect(try !tree().contains("./outside/inner"))
    }

    @Test func `a link that is there already is not walked through`() throws {
        _ = unsafe mkdir(target.appending("tree").string, 0o700)
        _ = unsafe symlink(scratch("outside").string, target.appending("tree/a").string)
        let server = ScriptedFileServer(for: download(), lister([("a", Self.directory)]))
        let report = try #require(try server.run())
        #expect(report.problems.count == 1)
        #expect(try !tree().contains("./outside/inner"))
    }

    @Test func `a file replaces a link, not what it points to`() throws {
        let victim = try scratch.write("precious".utf8, to: "outside/victim")
        _ = unsafe mkdir(target.appending("tree").string, 0o700)
        _ = unsafe symlink(victim.string, target.appending("tree/a").string)
        let server = ScriptedFileServer(for: download(), lister([("a", Self.file)]))
        let report = try #require(try server.run())
        #expect(report.files == 1)
        #expect(try ScratchDirectory.read(victim) == Array("precious".utf8))
        #expect(try ScratchDirectory.read(target.appending("tree/a")) == Array("hello".utf8))
    }

    @Test func `short reads are asked again until everything is there`() throws {
        let content = TestBytes.sequence(count: 300_000)
        let server = ScriptedFileServer(for: download("/far/file")) { request in
            typealias Server = ScriptedFileServer
            switch request.type {
            case 17:
                return Server.attributes(
                    request.id,
                    SFTPAttributes(size: UInt64(content.count), mode: 0o100600)
                )
            case 3: return Server.handle(request.id, "h")
            case 5:
                let fields = Array(request.body.dropFirst(5))
                let offset = fields.prefix(8).reduce(0) { $0 << 8 | Int($1) }
                let count = fields.dropFirst(8).prefix(4).reduce(0) { $0 << 8 | Int($1) }
                guard offset < content.count else { return Server.status(request.id, .endOfFile) }
                let given = min(max(1, count / 3), content.count - offset)
                return Server.data(request.id, content[offset..<offset + given])
            default: return Server.status(request.id, .ok)
            }
        }
        let report = try #require(try server.run())
        #expect(report.files == 1 && report.problems.isEmpty)
        #expect(try ScratchDirectory.read(target.appending("file")) == content)
    }

    @Test func `a file shorter than announced arrives as long as it is`() throws {
        let server = ScriptedFileServer(
            for: download(),
            lister([("a", SFTPAttributes(size: 1 << 40, mode: 0o100644))])
        )
        let report = try #require(try server.run())
        #expect(report.files == 1)
        #expect(try ScratchDirectory.read(target.appending("tree/a")) == Array("hello".utf8))
    }

    @Test(arguments: [1, 3, 20, 33] as [UInt64])
    func `a server with few handles is served within them`(handles: UInt64) throws {
        let entries = (1...5).map { ("\($0)", Self.file) }
        let server = ScriptedFileServer(for: download(), lister(entries))
        server.handles = handles
        let report = try #require(try server.run())
        #expect(report.files == 5 && report.problems.isEmpty)
    }

    @Test(arguments: [1, 3, 20] as [UInt64])
    func `a server with few handles takes files within them`(handles: UInt64) throws {
        let names = (1...30).map { "file\($0)" }
        let paths = try names.map { try scratch.write("hello".utf8, to: $0) }
        let transfer = UploadTransfer(
            LocalTree(paths.map { .path($0) }),
            to: RemotePath("/far"),
            progress: ProgressReporter(time: SystemTime()) { _ in }
        )
        var open = 0
        var mostOpen = 0
        let server = ScriptedFileServer(for: transfer) { request in
            typealias Server = ScriptedFileServer
            switch request.type {
            case 17: return Server.attributes(request.id, Self.directory)
            case 3:
                open += 1
                mostOpen = max(mostOpen, open)
                return Server.handle(request.id, "h")
            case 4:
                open -= 1
                return Server.status(request.id, .ok)
            default: return Server.status(request.id, .ok)
            }
        }
        server.handles = handles
        let report = try #require(try server.run())
        #expect(report.files == 30 && report.problems.isEmpty)
        #expect(mostOpen <= max(2, Int(handles)))
    }

    @Test(arguments: [true, false])
    func `a file cut off while it is streamed ends where it ends now`(endComesLast: Bool) throws {
        let pipe = try FileDescriptor.pipe()
        defer { try? pipe.readEnd.close() }
        let transfer = DownloadTransfer(
            [RemotePath("/far/file")],
            to: .stream(pipe.writeEnd),
            progress: ProgressReporter(time: SystemTime()) { _ in }
        )
        let piece = 32_768
        var heldBack: [UInt8] = []
        let server = ScriptedFileServer(for: transfer) { request in
            typealias Server = ScriptedFileServer
            switch request.type {
            case 17:
                let size = UInt64(3 * piece)
                return Server.attributes(request.id, SFTPAttributes(size: size, mode: 0o100600))
            case 3: return Server.handle(request.id, "h")
            case 5:
                let offset = request.body.dropFirst(5).prefix(8).reduce(0) { $0 << 8 | Int($1) }
                let end = Server.status(request.id, .endOfFile)
                if offset == piece, endComesLast {
                    heldBack = end
                    return []
                }
                guard offset != piece, offset < 3 * piece else { return end }
                let bytes = [UInt8](repeating: UInt8(offset / piece), count: piece)
                defer { heldBack = [] }
                return Server.data(request.id, bytes) + heldBack
            default: return Server.status(request.id, .ok)
            }
        }
        let report = try #require(try server.run())
        try pipe.writeEnd.close()
        #expect(report.files == 1 && report.problems.isEmpty)
        var got = [UInt8](repeating: 9, count: 4 * piece)
        let count = try unsafe got.withUnsafeMutableBytes { unsafe try pipe.readEnd.read(into: $0) }
        #expect(Array(got[..<count]) == [UInt8](repeating: 0, count: piece))
    }

    // MARK: Broken rules

    private typealias Answer = @Sendable (ScriptedFileServer.Request) -> [UInt8]

    private static let broken: [(String, Answer)] = [
        ("a giant packet", { _ in [0x7F, 0xFF, 0xFF, 0xFF] }),
        ("an empty packet", { _ in [0, 0, 0, 0] }),
        ("an unknown number", { ScriptedFileServer.status($0.id &+ 7, .ok) }),
        (
            "an answer twice",
            {
                ScriptedFileServer.status($0.id, .noSuchFile)
                    + ScriptedFileServer.status($0.id, .ok)
            }
        ),
        ("an answer of another kind", { ScriptedFileServer.data($0.id, [1]) }),
        (
            "an unknown packet",
            { request in
                ScriptedFileServer.packet {
                    $0.append(byte: 77)
                    $0.append(uint32: request.id)
                }
            }
        ),
        (
            "attributes cut short",
            { request in
                ScriptedFileServer.packet {
                    $0.append(byte: 105)
                    $0.append(uint32: request.id)
                    $0.append(uint32: 0xFFFF_FFFF)
                }
            }
        ),
    ]

    @Test(arguments: broken.indices)
    func `a server that breaks the protocol ends the transfer`(index: Int) throws {
        let server = ScriptedFileServer(for: download(), Self.broken[index].1)
        let error = #expect(throws: SSHError.self, "\(Self.broken[index].0)") { try server.run() }
        #expect(error?.reason == .protocolViolation)
    }

    @Test func `a server that sends more than was asked ends the transfer`() throws {
        let server = ScriptedFileServer(for: download("/far/file")) { request in
            switch request.type {
            case 17: ScriptedFileServer.attributes(request.id, Self.file)
            case 3: ScriptedFileServer.handle(request.id, "h")
            default: ScriptedFileServer.data(request.id, [UInt8](repeating: 1, count: 100_000))
            }
        }
        let error = #expect(throws: SSHError.self) { try server.run() }
        #expect(error?.reason == .protocolViolation)
    }

    @Test func `a listing without end keeps no more than a bounded part in mind`() throws {
        var number = 0
        let transfer = download()
        let server = ScriptedFileServer(for: transfer) { request in
            typealias Server = ScriptedFileServer
            switch request.type {
            case 17: return Server.attributes(request.id, Self.directory)
            case 11: return Server.handle(request.id, "d")
            case 12:
                number += 1
                return Server.names(request.id, [("\(number)", SFTPAttributes(mode: 0o010644))])
            default: return Server.status(request.id, .ok)
            }
        }
        let error = #expect(throws: SSHError.self) { try server.run(rounds: 20_000) }
        #expect(error?.reason == .protocolViolation)
    }
}
