internal import Glibc
internal import SpotSupport
internal import SystemPackage

/// Paths on this side as the bytes they are, and what is there.
enum LocalPath {
    struct Status {
        let mode: UInt32
        let size: UInt64
    }

    static func bytes(_ path: FilePath) -> [UInt8] {
        unsafe path.withPlatformString { unsafe bytes($0) }
    }

    static func path(_ bytes: [UInt8]) -> FilePath {
        let characters = bytes.map(CChar.init(bitPattern:)) + [0]
        return unsafe characters.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return FilePath() }
            return unsafe FilePath(platformString: start)
        }
    }

    static func child(_ name: [UInt8], of directory: FilePath) -> FilePath {
        path(RemotePath(bytes: bytes(directory)).appending(name).bytes)
    }

    /// For people.
    static func shown(_ path: FilePath) -> String {
        PrintableName.of(bytes(path))
    }

    static func status(_ path: FilePath, following: Bool) throws(Errno) -> Status {
        var found = Glibc.stat()
        let code = unsafe path.withPlatformString {
            unsafe fstatat(AT_FDCWD, $0, &found, following ? 0 : AT_SYMLINK_NOFOLLOW)
        }
        guard code == 0 else { throw Errno.current }
        return Status(mode: found.st_mode, size: UInt64(max(0, found.st_size)))
    }

    /// What a transfer finds at its destination; links are followed.
    static func destination(_ path: FilePath) -> TransferPlan.Destination {
        guard let found = try? status(path, following: true) else { return .missing }
        return FileKind(mode: found.mode) == .directory ? .directory : .file
    }

    static func linkTarget(_ path: FilePath) throws(Errno) -> [UInt8] {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe path.withPlatformString { unsafe readlink($0, &buffer, buffer.count) }
        guard count >= 0 else { throw Errno.current }
        return buffer.prefix(count).map(UInt8.init(bitPattern:))
    }

    /// The names in a directory but for `.` and `..`, in byte order.
    static func names(in directory: FilePath) throws(Errno) -> [[UInt8]] {
        let stream = unsafe directory.withPlatformString { unsafe opendir($0) }
        guard let stream = unsafe stream else { throw Errno.current }
        defer { unsafe closedir(stream) }
        var names: [[UInt8]] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                unsafe pointer.withMemoryRebound(to: CChar.self, capacity: 256) {
                    unsafe bytes($0)
                }
            }
            if name != [0x2E], name != [0x2E, 0x2E] { names.append(name) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Opens for reading, never waiting for a pipe's writer.
    static func open(_ path: FilePath, following: Bool) throws(Errno) -> CInt {
        let flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (following ? 0 : O_NOFOLLOW)
        let descriptor = unsafe path.withPlatformString { unsafe Glibc.open($0, flags) }
        guard descriptor >= 0 else { throw Errno.current }
        return descriptor
    }

    private static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
        let count = unsafe strlen(text)
        return unsafe text.withMemoryRebound(to: UInt8.self, capacity: count) {
            unsafe Array(UnsafeBufferPointer(start: $0, count: count))
        }
    }
}
