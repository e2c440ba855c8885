import Glibc
package import SystemPackage

/// A new empty directory of mode 0700 that goes, with all that is in it, when nobody holds it.
package final class ScratchDirectory: Sendable {
    package let path: FilePath

    /// The default parent keeps its path short enough for Unix sockets.
    package init(in parent: FilePath = "/tmp") throws {
        let name = "spot-test-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        path = parent.appending(name)
        guard unsafe mkdir(path.string, 0o700) == 0 else { throw Errno(rawValue: errno) }
    }

    deinit {
        // `rm` also removes names that are not text.
        _ = try? ChildProcess("/bin/rm", environment: [:]).runBlocking(["-rf", "--", path.string])
    }

    /// A path inside.
    package func callAsFunction(_ name: String) -> FilePath {
        path.appending(name)
    }

    /// Writes a file inside, making it or replacing it, and answers its path.
    @discardableResult
    package func write(
        _ bytes: some Sequence<UInt8>,
        to name: String,
        mode: FilePermissions = .ownerReadWrite
    ) throws -> FilePath {
        let file = path.appending(name)
        let descriptor = try FileDescriptor.open(
            file,
            .writeOnly,
            options: [.create, .truncate],
            permissions: mode
        )
        try descriptor.closeAfter { _ = try descriptor.writeAll(bytes) }
        guard unsafe chmod(file.string, mode.rawValue) == 0 else { throw Errno(rawValue: errno) }
        return file
    }

    /// Everything in a file.
    package static func read(_ path: FilePath) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(path, .readOnly)
        return try descriptor.closeAfter {
            var contents: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = try unsafe chunk.withUnsafeMutableBytes {
                    unsafe try descriptor.read(into: $0)
                }
                if count == 0 { return contents }
                contents += chunk[..<count]
            }
        }
    }
}
