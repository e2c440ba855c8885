import Glibc
package import SystemPackage

/// Files that only their owner may read, written whole or not at all.
package enum PrivateFile {
    private static let fileMode: FilePermissions = [.ownerReadWrite]

    /// Puts `bytes` at `path` with mode 0600 in one step: a reader sees the old file or the new one.
    ///
    /// The directory is made with mode 0700 if it is missing. Survives a power cut: the file is synced
    /// before it gets its name (`fsync(2)`, `rename(2)`).
    /// - Throws: `SystemCallError`.
    package static func write(_ bytes: some Sequence<UInt8>, to path: FilePath)
        throws(SystemCallError)
    {
        let temporary = try writeTemporary(bytes, beside: path)
        guard
            unsafe temporary.withPlatformString({ from in
                unsafe path.withPlatformString { unsafe Glibc.rename(from, $0) }
            }) == 0
        else {
            let errno = Errno.current
            remove(temporary)
            throw SystemCallError(errno, "write \(path)")
        }
    }

    /// As `write`, but refuses with `EEXIST` where `path` exists: nothing is ever overwritten
    /// (`link(2)`).
    /// - Throws: `SystemCallError`; `.fileExists` is its `errno` when something is there.
    package static func create(_ bytes: some Sequence<UInt8>, at path: FilePath)
        throws(SystemCallError)
    {
        let temporary = try writeTemporary(bytes, beside: path)
        defer { remove(temporary) }
        guard
            unsafe temporary.withPlatformString({ from in
                unsafe path.withPlatformString { unsafe Glibc.link(from, $0) }
            }) == 0
        else { throw SystemCallError(.current, "create \(path)") }
    }

    /// Makes `path` a symbolic link to `file`, wherever we are called from (`realpath(3)`); refuses
    /// where something is there (`symlink(2)`).
    package static func link(to file: FilePath, at path: FilePath) throws(SystemCallError) {
        let made = unsafe file.withPlatformString { name -> Int32 in
            guard let absolute = unsafe realpath(name, nil) else { return -1 }
            defer { unsafe free(absolute) }
            return unsafe path.withPlatformString { unsafe Glibc.symlink(absolute, $0) }
        }
        guard made == 0 else { throw SystemCallError(.current, "link \(path) to \(file)") }
    }

    /// Everything in the file, or nil where there is none.
    /// - Throws: `SystemCallError` when the file is there but cannot be read.
    package static func read(_ path: FilePath) throws(SystemCallError) -> [UInt8]? {
        do {
            let file = try FileDescriptor.open(path, .readOnly, options: [.closeOnExec])
            return try file.closeAfter {
                var contents: [UInt8] = []
                var chunk = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = try unsafe chunk.withUnsafeMutableBytes {
                        unsafe try file.read(into: $0)
                    }
                    if count == 0 { return contents }
                    contents += chunk[..<count]
                }
            }
        } catch Errno.noSuchFileOrDirectory {
            return nil
        } catch let errno as Errno {
            throw SystemCallError(errno, "read \(path)")
        } catch {
            throw SystemCallError(.ioError, "read \(path)")
        }
    }

    /// Makes the directory and its missing parents with mode 0700; an existing one is left as it is.
    package static func makeDirectory(_ path: FilePath) throws(SystemCallError) {
        if path.isEmpty { return }
        switch makeOneDirectory(path) {
        case nil, .fileExists?:
            return
        case .noSuchFileOrDirectory? where path.removingLastComponent() != path:
            try makeDirectory(path.removingLastComponent())
            // Once only: below a link that leads nowhere the parent is there and is not.
            let errno = makeOneDirectory(path)
            if let errno, errno != .fileExists { throw directoryError(errno, path) }
        case let errno?:
            throw directoryError(errno, path)
        }
    }

    /// `mkdir(2)`; nil when the directory was made.
    private static func makeOneDirectory(_ path: FilePath) -> Errno? {
        unsafe path.withPlatformString { unsafe Glibc.mkdir($0, 0o700) } == 0 ? nil : .current
    }

    private static func directoryError(_ errno: Errno, _ path: FilePath) -> SystemCallError {
        SystemCallError(errno, "make the directory \(path)")
    }

    /// Removes the file; a missing one is no error.
    package static func delete(_ path: FilePath) throws(SystemCallError) {
        guard unsafe path.withPlatformString({ unsafe Glibc.unlink($0) }) != 0 else { return }
        let errno = Errno.current
        if errno != .noSuchFileOrDirectory { throw SystemCallError(errno, "remove \(path)") }
    }

    private static func writeTemporary(_ bytes: some Sequence<UInt8>, beside path: FilePath)
        throws(SystemCallError) -> FilePath
    {
        try makeDirectory(path.removingLastComponent())
        let name = path.lastComponent?.string ?? "file"
        let suffix = UInt64.random(in: .min ... .max)
        let temporary = path.removingLastComponent()
            .appending(".\(name).\(String(suffix, radix: 36))")
        do {
            let file = try FileDescriptor.open(
                temporary,
                .writeOnly,
                options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: fileMode
            )
            try file.closeAfter {
                try file.writeAll(bytes)
                guard Glibc.fsync(file.rawValue) == 0 else { throw Errno.current }
            }
            return temporary
        } catch {
            remove(temporary)
            throw SystemCallError(error as? Errno ?? .ioError, "write \(path)")
        }
    }

    /// Best effort: what is left behind is an unreadable temporary file beside the real one.
    private static func remove(_ path: FilePath) {
        _ = unsafe path.withPlatformString { unsafe Glibc.unlink($0) }
    }
}

extension Errno {
    /// The calling thread's last error (`errno(3)`).
    package static var current: Errno { Errno(rawValue: Glibc.errno) }
}
