import Foundation
import SpotTestSupport
import SystemPackage
import Testing

/// Files go there and come back the same, whatever they are called.
@Suite struct TransferTests {
    @Test func `a tree with hostile names comes back the same`() async throws {
        let computer = try await Computer()
        try makeTree(computer)
        try await computer.withMachine("move-tree") { name async throws in
            try await computer.spot("upload", name, "tree", ".")
            try await computer.spot("download", name, "tree", "back")
            let same = try await computer.run("/usr/bin/diff", "-r", "tree", "back")
            #expect(same.status == 0, "\(same.output)\(same.talk)")
            let names = try await computer.run("/usr/bin/find", "back", "-type", "f")
            let modes = try await computer.run("/usr/bin/stat", "-c", "%a", "back/script")
            #expect(names.output.contains("$(touch oops)"))
            #expect(modes.output == "755\n")
            let there = try await computer.spot("exec", name, "ls oops", expecting: 2)
            #expect(there.output == "")
        }
    }

    @Test func `a name that is no UTF-8 goes there and back`() async throws {
        let computer = try await Computer()
        let made = try await computer.run(
            "/bin/sh",
            "-c",
            #"mkdir raw && echo x >"raw/$(printf 'a\377b')""#
        )
        #expect(made.status == 0)
        try await computer.withMachine("move-raw") { name async throws in
            try await computer.spot("upload", name, "raw", ".")
            try await computer.spot("download", name, "raw", "back")
            let same = try await computer.run("/usr/bin/diff", "-r", "raw", "back")
            #expect(same.status == 0, "\(same.output)\(same.talk)")
        }
    }

    @Test func `a dash stands for standard input and output`() async throws {
        let computer = try await Computer()
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
        try await computer.withMachine("move-stream") { name async throws in
            try await computer.spot("upload", name, "-", "stream", input: bytes)
            let back = try await computer.spot("download", name, "stream", "-")
            #expect(back.outputBytes == bytes)
            let said = try await computer.spot("exec", name, "wc -c <stream")
            #expect(said.output == "3000000\n")
        }
    }

    @Test func `what is missing on either side ends with its name and leaves nothing`() async throws
    {
        let computer = try await Computer()
        try await computer.withMachine("move-missing") { name async throws in
            let up = try await computer.spot("upload", name, "nowhere", "there", expecting: 1)
            #expect(
                up.talk.contains("spot: error: cannot read nowhere: no such file or directory\n")
            )
            try await computer.spot("exec", name, "test ! -e there && test ! -e nowhere")
            let down = try await computer.spot("download", name, "nowhere", "here", expecting: 1)
            #expect(down.talk.contains("cannot read nowhere on the machine: no such file"))
            #expect(!FileManager.default.fileExists(atPath: computer.files("here").string))
        }
    }

    @Test func `one missing file of several leaves the others copied and ends with 8`() async throws
    {
        let computer = try await Computer()
        try computer.files.write([1, 2, 3], to: "good")
        try await computer.withMachine("move-partial") { name async throws in
            try await computer.spot("exec", name, "mkdir there")
            let result = try await computer.spot(
                "upload",
                name,
                "good",
                "gone",
                "there",
                expecting: 8
            )
            #expect(result.talk.contains("gone"))
            let said = try await computer.spot("exec", name, "ls there")
            #expect(said.output == "good\n")
        }
    }

    private func makeTree(_ computer: Computer) throws {
        let names = [
            "plain", "with space", " lead and trail ", "it's", "\"quoted\"", "$(touch oops)",
            "`touch oops`", "a;b&c|d", "-rf", "--help", "new\nline", "tab\there", "*", "?[x]",
            "back\\slash", "žluťoučký 🐎", "~", "#hash", String(repeating: "n", count: 255),
            "sub dir/-/$HOME/x",
        ]
        for (index, name) in names.enumerated() {
            let path = computer.files("tree").string + "/" + name
            let folder = URL(filePath: path).deletingLastPathComponent()
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: true
            )
            let contents = Data("contents \(index)\n".utf8)
            try contents.write(to: URL(filePath: path))
        }
        try computer.files.write(Array("#!/bin/sh\n".utf8), to: "tree/script")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755],
            ofItemAtPath: computer.files("tree/script").string
        )
    }
}
