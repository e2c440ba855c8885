import Glibc
import SystemPackage

/// What the file system says of a file or directory, links followed (`stat(2)`).
struct FileFacts {
    /// The permission bits alone.
    let mode: UInt32
    let isOurs: Bool
    let isDirectory: Bool

    /// Nil where there is none, or it cannot be looked at.
    init?(_ path: FilePath) {
        var facts = stat()
        guard unsafe path.withPlatformString({ unsafe stat($0, &facts) }) == 0 else { return nil }
        mode = facts.st_mode & 0o7777
        isOurs = facts.st_uid == geteuid()
        isDirectory = facts.st_mode & S_IFMT == S_IFDIR
    }

    /// `0644`.
    var octal: String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    /// Whether anybody but the owner may do anything with it.
    var isOpenToOthers: Bool { mode & 0o077 != 0 }

    /// Whether we may write there (`access(2)`).
    static func isWritable(_ path: FilePath) -> Bool {
        unsafe path.withPlatformString { unsafe access($0, W_OK | X_OK) } == 0
    }

    /// Whether it is a file that can be run.
    static func isProgram(_ path: FilePath) -> Bool {
        guard let facts = FileFacts(path), !facts.isDirectory else { return false }
        return facts.mode & 0o111 != 0
    }

    /// The directory itself, or the nearest one above that exists.
    static func nearestDirectory(_ path: FilePath) -> FilePath {
        var path = path
        while FileFacts(path) == nil, path.removingLastComponent() != path {
            path = path.removingLastComponent()
        }
        return path
    }
}
