import Glibc
import SSHClient
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

/// Transfers with a real server, both ways; what arrives is compared by the system's own tools.
@Suite(.timeLimit(.minutes(1)))
struct TransferTests {
    private let here: ScratchDirectory
    private let there: ScratchDirectory

    init() throws {
        here = try ScratchDirectory()
        there = try ScratchDirectory()
    }

    private func remote(_ name: String) -> RemotePath {
        RemotePath(there(name).string)
    }

    private func shell(_ script: String) throws -> String {
        let result = try ChildProcess("/bin/bash").runBlocking(
            ["-euc", script],
            in: here.path.string
        )
        try #require(result.status == 0, "\(result.talk)")
        return result.output
    }

    private func expectSame(_ left: String, _ right: String) throws {
        let result = try ChildProcess("/usr/bin/diff").runBlocking([
            "-r", "--no-dereference", left, right,
        ])
        #expect(result.status == 0, "\(result.output)\(result.talk)")
    }

    @Test(arguments: [
        0, 1, 2, 4095, 4096, 32_767, 32_768, 32_769, 261_119, 261_120, 261_121, 1 << 20, 3 << 20,
    ])
    func `a file of any size goes up and comes down the same`(size: Int) async throws {
        let session = try await TestServer.session()
        let bytes = TestBytes.sequence(count: size)
        let source = try here.write(bytes, to: "source")
        let up = try await session.upload([.path(source)], to: remote("copy"))
        #expect(up.files == 1 && up.problems.isEmpty && up.bytes == UInt64(size))
        #expect(try ScratchDirectory.read(there("copy")) == bytes)
        let down = try await session.download([remote("copy")], to: .path(here("back")))
        #expect(down.files == 1 && down.problems.isEmpty && down.bytes == UInt64(size))
        #expect(try ScratchDirectory.read(here("back")) == bytes)
        #expect(try shell("ls -A '\(there.path)'") == "copy\n")
    }

    private static let hostileTree = #"""
        mkdir -p tree/a/b/empty tree/'with space'
        printf one > tree/a/one
        : > tree/a/zero
        head -c 700000 /dev/urandom > tree/a/b/big
        printf x > "tree/with space/quote'\"\$(x)"
        printf x > tree/$'new\nline'
        printf x > tree/$'not\xff\xfeutf8'
        printf x > tree/-rf
        printf x > tree/$(printf 'n%.0s' {1..255})
        printf x > 'tree/*'
        printf '#!/bin/sh\n' > tree/script; chmod 755 tree/script
        printf x > tree/readonly; chmod 444 tree/readonly
        ln -s a/one tree/link
        ln -s /nowhere/at/all tree/dangling
        ln -s . tree/loop
        chmod 555 tree/a/b/empty
        """#

    @Test func `a tree of hostile names goes up and comes down the same`() async throws {
        let session = try await TestServer.session()
        _ = try shell(Self.hostileTree)
        let up = try await session.upload([.path(here("tree"))], to: remote("tree"))
        #expect(up.problems.isEmpty, "\(up.problems)")
        #expect(up.links == 3 && up.directories == 5 && up.files == 11)
        try expectSame(here("tree").string, there("tree").string)
        let down = try await session.download([remote("tree")], to: .path(here("back")))
        #expect(down.problems.isEmpty, "\(down.problems)")
        #expect(down.links == 3 && down.directories == 5 && down.files == 11)
        try expectSame(here("tree").string, here("back").string)
        let list = "find . -printf '%P %m %l\\n' | sort"
        #expect(try shell("cd tree; \(list)") == shell("cd back; \(list)"))
        #expect(try shell("cd tree; \(list)") == shell("cd '\(there("tree"))'; \(list)"))
    }

    @Test func `a second copy over the first replaces files and keeps the rest`() async throws {
        let session = try await TestServer.session()
        _ = try shell("mkdir tree; echo old > tree/file; ln -s old tree/link")
        _ = try await session.upload([.path(here("tree"))], to: remote("tree"))
        _ = try shell(
            "echo new > tree/file; ln -sfn new tree/link; echo extra > '\(there("tree/extra"))'"
        )
        let up = try await session.upload([.path(here("tree/."))], to: remote("tree"))
        #expect(up.problems.isEmpty, "\(up.problems)")
        #expect(
            try shell("cd '\(there("tree"))'; cat file extra; readlink link") == "new\nextra\nnew\n"
        )
        let down = try await session.download([remote("tree/.")], to: .path(here("tree")))
        #expect(down.problems.isEmpty, "\(down.problems)")
        #expect(try shell("cd tree; cat file extra; readlink link") == "new\nextra\nnew\n")
    }

    @Test func `into an existing directory things go under their names`() async throws {
        let session = try await TestServer.session()
        _ = try shell("mkdir d; echo 1 > d/f; echo 2 > g; mkdir '\(there("in"))'")
        let up = try await session.upload([.path(here("d")), .path(here("g"))], to: remote("in"))
        #expect(up.problems.isEmpty)
        #expect(
            try shell("cd '\(there.path)'; find . | sort")
                == "./in\n./in/d\n./in/d/f\n./in/g\n"
                .replacing("./in\n", with: ".\n./in\n", maxReplacements: 1)
        )
        _ = try shell("mkdir back")
        let down = try await session.download(
            [remote("in/d"), remote("in/g")],
            to: .path(here("back"))
        )
        #expect(down.problems.isEmpty)
        #expect(try shell("find back | sort") == "back\nback/d\nback/d/f\nback/g\n")
    }

    @Test func `several things need a directory to go to`() async throws {
        let session = try await TestServer.session()
        _ = try shell("echo 1 > a; echo 2 > b")
        let error = await #expect(throws: SSHError.self) {
            try await session.upload([.path(here("a")), .path(here("b"))], to: remote("none"))
        }
        #expect(error?.reason == .badRequest)
    }

    @Test func `what cannot be sent is named and the rest arrives`() async throws {
        let session = try await TestServer.session()
        _ = try shell("mkdir t; echo 1 > t/a; mkfifo t/pipe; echo 2 > t/z; ln -s nowhere top")
        let up = try await session.upload(
            [.path(here("t")), .path(here("top")), .path(here("absent"))],
            to: RemotePath(there.path.string)
        )
        #expect(up.files == 2)
        #expect(
            up.problems.map(\.subject)
                == [here("top").string, here("absent").string, here("t/pipe").string]
        )
        let reasons = up.problems.compactMap { ($0.failure as? SSHError)?.reason }
        #expect(
            reasons == [
                .localFile(.noSuchFileOrDirectory), .localFile(.noSuchFileOrDirectory), .skipped,
            ]
        )
        _ = try shell("mkfifo '\(there("t/pipe"))'")
        let down = try await session.download(
            [remote("t"), remote("absent")],
            to: .path(here.path.appending("back"))
        )
        #expect(down.files == 0 && down.problems.count == 2)
        _ = try shell("mkdir back")
        let again = try await session.download(
            [remote("t"), remote("absent")],
            to: .path(here("back"))
        )
        #expect(again.files == 2 && again.problems.count == 2)
        #expect(try shell("cat back/t/a back/t/z") == "1\n2\n")
    }

    @Test func `streams go up and come down`() async throws {
        let session = try await TestServer.session()
        let bytes = TestBytes.sequence(count: 900_001)
        let source = try FileDescriptor.open(here.write(bytes, to: "source"), .readOnly)
        let up = try await session.upload([.stream(source)], to: remote("copy"))
        #expect(up.files == 1 && up.bytes == 900_001)
        try source.close()
        #expect(try ScratchDirectory.read(there("copy")) == bytes)
        let sink = try FileDescriptor.open(here.write([], to: "back"), .writeOnly)
        let down = try await session.download([remote("copy")], to: .stream(sink))
        #expect(down.files == 1 && down.bytes == 900_001)
        try sink.close()
        #expect(try ScratchDirectory.read(here("back")) == bytes)
    }

    @Test func `two thousand small files arrive, and OpenSSH's sftp reads them the same`()
        async throws
    {
        let session = try await TestServer.session()
        _ = try shell(
            "mkdir t; for d in {1..20}; do mkdir t/$d; for f in {1..100}; do echo $d-$f > t/$d/$f; done; done"
        )
        let up = try await session.upload([.path(here("t"))], to: remote("t"))
        #expect(up.files == 2000 && up.problems.isEmpty)
        let daemon = try TestServer.shared.get()
        let batch = try here.write("get -R \(there("t")) \(here("theirs"))\n".utf8, to: "batch")
        let result = try ChildProcess("/usr/bin/sftp").runBlocking(
            daemon.clientOptions + [
                "-q", "-b", batch.string, "-P", "\(daemon.port)", "\(daemon.user)@127.0.0.1",
            ]
        )
        #expect(result.status == 0, "\(result.talk)")
        try expectSame(here("t").string, here("theirs").string)
        let down = try await session.download([remote("t")], to: .path(here("ours")))
        #expect(down.files == 2000 && down.problems.isEmpty)
        try expectSame(here("t").string, here("ours").string)
    }

    @Test(arguments: [
        "truncate -s 2G source",
        "mkdir source; head -c 40000000 /dev/zero | split -b 20000 -a 4 - source/",
    ])
    func `an upload cancelled in the middle has removed what is incomplete when it returns`(
        script: String
    ) async throws {
        let session = try await TestServer.session()
        _ = try shell(script)
        let (told, teller) = AsyncStream.makeStream(of: TransferProgress.self)
        let error = await #expect(throws: SSHError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await session.upload([.path(here("source"))], to: remote("copy")) {
                        teller.yield($0)
                    }
                }
                for await progress in told where progress.bytes > 2_000_000 { break }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(error?.reason == .cancelled && error?.hint == nil)
        #expect(try shell("find '\(there.path)' -name '*.part'") == "")
    }

    @Test func `what a cancelled upload cannot remove is named`() async throws {
        let daemon = try SSHDaemon()
        let session = try await TestServer.session(
            on: daemon,
            deadlines: SSHDeadlines(stop: .milliseconds(500))
        )
        let pipe = try FileDescriptor.pipe()
        _ = try pipe.writeEnd.writeAll([1])
        let (told, teller) = AsyncStream.makeStream(of: TransferProgress.self)
        let error = await #expect(throws: SSHError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await session.upload([.stream(pipe.readEnd)], to: remote("copy")) {
                        teller.yield($0)
                    }
                }
                for await progress in told where progress.bytes == 1 { break }
                daemon.signalConnections(SIGSTOP)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        daemon.killConnections()
        let left = try shell("ls -A '\(there.path)'").dropLast()
        #expect(error?.reason == .cancelled)
        #expect(error?.hint == "left the partial file \(there(String(left))) on the machine")
        try pipe.readEnd.close()
        try pipe.writeEnd.close()
    }

    @Test func `a cancelled upload leaves nothing incomplete`() async throws {
        let session = try await TestServer.session()
        let pipe = try FileDescriptor.pipe()
        _ = try pipe.writeEnd.writeAll(TestBytes.sequence(count: 4000))
        let (told, teller) = AsyncStream.makeStream(of: TransferProgress.self)
        await #expect(throws: SSHError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await session.upload([.stream(pipe.readEnd)], to: remote("copy")) {
                        teller.yield($0)
                    }
                }
                for await progress in told where progress.bytes == 4000 { break }
                #expect(try shell("ls -A '\(there.path)' | wc -l") == "1\n")
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        #expect(try shell("ls -A '\(there.path)'") == "")
        try pipe.readEnd.close()
        try pipe.writeEnd.close()
    }
}
