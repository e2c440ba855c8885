import Glibc
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct PrivateFileTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private func mode(_ path: FilePath) throws -> mode_t {
        var status = stat()
        try #require(unsafe stat(path.string, &status) == 0)
        return status.st_mode & 0o7777
    }

    private func names(in path: FilePath) throws -> [String] {
        guard let directory = unsafe opendir(path.string) else { throw Errno(rawValue: errno) }
        defer { unsafe closedir(directory) }
        var names: [String] = []
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    @Test func `a file is written whole, private, and alone in its directory`() throws {
        let path = scratch("keys/web")
        try PrivateFile.write("secret".utf8, to: path)
        #expect(try PrivateFile.read(path) == Array("secret".utf8))
        #expect(try mode(path) == 0o600)
        #expect(try mode(scratch("keys")) == 0o700)
        #expect(try names(in: scratch("keys")) == ["web"])
    }

    @Test func `a file that was readable by others is private once it is written`() throws {
        let path = try scratch.write("old".utf8, to: "web", mode: [.ownerReadWrite, .otherRead])
        try PrivateFile.write("new".utf8, to: path)
        #expect(try mode(path) == 0o600)
        #expect(try PrivateFile.read(path) == Array("new".utf8))
    }

    @Test func `creating refuses to overwrite and leaves nothing else behind`() throws {
        let path = scratch("web")
        try PrivateFile.create("one".utf8, at: path)
        let error = #expect(throws: SystemCallError.self) {
            try PrivateFile.create("two".utf8, at: path)
        }
        #expect(error?.errno == .fileExists)
        #expect(try PrivateFile.read(path) == Array("one".utf8))
        #expect(try names(in: scratch.path) == ["web"])
    }

    @Test func `a missing file reads as nothing`() throws {
        #expect(try PrivateFile.read(scratch("missing")) == nil)
    }

    @Test func `a directory cannot be read as a file`() throws {
        let error = #expect(throws: SystemCallError.self) { try PrivateFile.read(scratch.path) }
        #expect(error?.message == "cannot read \(scratch.path): is a directory")
    }

    @Test func `writing over a directory fails and leaves no temporary file`() throws {
        try PrivateFile.makeDirectory(scratch("taken"))
        #expect(throws: SystemCallError.self) {
            try PrivateFile.write([1], to: scratch("taken"))
        }
        #expect(try names(in: scratch.path) == ["taken"])
    }

    @Test func `directories are made with their parents and may exist`() throws {
        let path = scratch("a/b/c")
        try PrivateFile.makeDirectory(path)
        try PrivateFile.makeDirectory(path)
        #expect(try mode(path) == 0o700)
    }

    @Test func `below a link that leads nowhere no directory can be made`() throws {
        try #require(unsafe symlink("/nonexistent/spot", scratch("link").string) == 0)
        let error = #expect(throws: SystemCallError.self) {
            try PrivateFile.makeDirectory(scratch("link/state"))
        }
        #expect(error?.errno == .noSuchFileOrDirectory)
    }

    @Test func `below a file no directory can be made`() throws {
        try scratch.write([], to: "file")
        #expect(throws: SystemCallError.self) {
            try PrivateFile.makeDirectory(scratch("file/state"))
        }
    }

    @Test func `deleting twice is the same as once`() throws {
        let path = try scratch.write([1], to: "web")
        try PrivateFile.delete(path)
        try PrivateFile.delete(path)
        #expect(try PrivateFile.read(path) == nil)
    }

    @Test func `large contents come back byte for byte`() throws {
        let bytes = (0..<1_000_003).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try PrivateFile.write(bytes, to: scratch("large"))
        #expect(try PrivateFile.read(scratch("large")) == bytes)
    }

    @Test(arguments: [
        (Errno.noSuchFileOrDirectory, FailureKind.notFound), (.permissionDenied, .broken),
        (.notPermitted, .broken), (.noSpace, .broken),
    ])
    func `the kind of a failed call follows its error`(errno: Errno, kind: FailureKind) {
        #expect(SystemCallError(errno, "write x").kind == kind)
    }
}
