import Glibc
package import SystemPackage

/// An exclusive lock between the processes of one computer, held until it is dropped
/// (`F_OFD_SETLK` of `fcntl(2)`: the lock belongs to the open file, not to the process).
///
/// A killed process leaves no lock behind. The file goes with the lock; whoever has locked a file that
/// went in that moment tries again with the next one, so that no two processes hold one name.
package struct FileLock: ~Copyable {
    private let file: FileDescriptor
    private let path: FilePath

    /// `F_OFD_SETLK` of Linux, which Swift's headers hide behind `_GNU_SOURCE`.
    private static let setOpenFileLock: Int32 = 37

    /// Takes the lock if nobody holds it; nil when somebody does.
    package static func tryLock(_ path: FilePath) throws(SystemCallError) -> FileLock? {
        while true {
            let file = try open(path)
            var request = flock()
            request.l_type = Int16(F_WRLCK)
            request.l_whence = Int16(SEEK_SET)
            if unsafe fcntl(file.rawValue, setOpenFileLock, &request) != 0 {
                let errno = Errno.current
                try? file.close()
                if errno == .wouldBlock || errno == .permissionDenied { return nil }
                throw SystemCallError(errno, "lock \(path)")
            }
            if isCurrent(file, at: path) { return FileLock(file: file, path: path) }
            try? file.close()
        }
    }

    private init(file: FileDescriptor, path: FilePath) {
        self.file = file
        self.path = path
    }

    deinit {
        // Removed while it is held; closing releases it. There is nobody to tell about a failure.
        _ = unsafe unlink(path.string)
        try? file.close()
    }

    /// Whether the name still means the file that was opened under it.
    private static func isCurrent(_ file: FileDescriptor, at path: FilePath) -> Bool {
        var opened = stat()
        var named = stat()
        guard unsafe fstat(file.rawValue, &opened) == 0, unsafe stat(path.string, &named) == 0
        else {
            return false
        }
        return opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }

    private static func open(_ path: FilePath) throws(SystemCallError) -> FileDescriptor {
        try PrivateFile.makeDirectory(path.removingLastComponent())
        do {
            return try FileDescriptor.open(
                path,
                .readWrite,
                options: [.create, .closeOnExec],
                permissions: [.ownerReadWrite]
            )
        } catch {
            throw SystemCallError(error as? Errno ?? .ioError, "open \(path)")
        }
    }
}
