import Testing

@testable import SSHClient

/// The table of `cp -R`.
struct TransferPlanTests {
    private func target(
        _ source: String,
        isDirectory: Bool = false,
        many: Bool = false,
        to destination: String,
        _ found: TransferPlan.Destination
    ) throws -> String {
        try TransferPlan.target(
            of: RemotePath(source),
            isDirectory: isDirectory,
            amongMany: many,
            to: RemotePath(destination),
            which: found
        ).description
    }

    @Test func `onto nothing, a thing gets the destination's name`() throws {
        #expect(try target("a/b", to: "c", .missing) == "c")
        #expect(try target("a/b/", isDirectory: true, to: "c/", .missing) == "c/")
    }

    @Test func `into a directory, a thing keeps its name`() throws {
        #expect(try target("a/b", to: "c", .directory) == "c/b")
        #expect(try target("a/b/", isDirectory: true, to: "c/", .directory) == "c/b")
        #expect(try target("a/b", many: true, to: "/", .directory) == "/b")
    }

    @Test(arguments: [".", "..", "a/.", "a/..", "/"])
    func `of a directory without a name, the content goes there`(source: String) throws {
        #expect(try target(source, isDirectory: true, to: "c", .directory) == "c")
    }

    @Test func `a file replaces a file`() throws {
        #expect(try target("a", to: "c", .file) == "c")
    }

    @Test func `what cp refuses is refused`() {
        #expect(throws: SSHError.self) { try target("a", isDirectory: true, to: "c", .file) }
        #expect(throws: SSHError.self) { try target("a", to: "c/", .missing) }
        #expect(throws: SSHError.self) { try target("a", to: "c/", .file) }
        #expect(throws: SSHError.self) { try target("a", many: true, to: "c", .missing) }
        #expect(throws: SSHError.self) { try target("a", many: true, to: "c", .file) }
    }

    @Test(arguments: [
        ("a", "a", "."), ("a/b", "b", "a"), ("/a", "a", "/"), ("a//b//", "b", "a"), ("/", "", "/"),
        ("~", ".", "."), ("~/x", "x", "."), ("a/b/.", ".", "a/b"),
    ])
    func `a path has a name and a parent`(path: String, name: String, parent: String) {
        #expect(String(decoding: RemotePath(path).name, as: UTF8.self) == name)
        #expect(RemotePath(path).parent.description == parent)
    }

    @Test func `names are shown without doing harm`() {
        let path = RemotePath(bytes: Array("ä\u{1B}[2J\n".utf8) + [0xFF, 0xC3])
        #expect(path.description == "ä\\x1b[2J\\x0a\\xff\\xc3")
    }
}
