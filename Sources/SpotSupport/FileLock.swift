import Glibc
package import SystemPackage

/// An exclusive lock between the processes of one computer, held until it is dropped
/// (`F_OFD_SETLK` of `fcntl(2)`: the lock belongs to the open file, not to the process).
///
/// A killed process leaves no lock behind. The file itself stays: removing it would let two processes
/// hold "the" lock on two files of one name.
package struct FileLock: ~Copyable {
    private let file: FileDescriptor

    /// `F_OFD_SETLK` of Linux, which Swift's headers hide behind `_GNU_SOURCE`.
    private static let setOpenFileLock: Int32 = 37

    /// Takes the lock if nobody holds it; nil when somebody does.
    package static func tryLock(_ path: FilePath) throws(SystemCallError) -> FileLock? {
        let file = try open(path)
        var request = flock()
        request.l_type = Int16(F_WRLCK)
        request.l_whence = Int16(SEEK_SET)
        guard unsafe fcntl(file.rawValue, setOpenFileLock, &request) != 0 else {
            return FileLock(file: file)
        }
        let errno = Errno.current
        try? file.close()
        if errno == .wouldBlock || errno == .permissionDenied { return nil }
        throw SystemCallError(errno, "lock \(path)")
    }

    private init(file: FileDescriptor) {
        self.file = file
    }

    deinit {
        // Closing releases the lock; there is nobody to tell about a failure.
        try? file.close()
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
