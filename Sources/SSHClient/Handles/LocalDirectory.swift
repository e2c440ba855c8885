internal import Glibc
internal import SpotSupport
internal import SystemPackage

/// Owns an open directory on this side; everything in it is reached through it, so that no link that
/// appears meanwhile leads elsewhere.
final class LocalDirectory {
    private let descriptor: CInt

    private init(owning descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Opens what the person named; links on the way are followed.
    static func open(_ path: FilePath) throws(Errno) -> LocalDirectory {
        let descriptor = unsafe path.withPlatformString {
            unsafe Glibc.open($0, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        }
        guard descriptor >= 0 else { throw Errno.current }
        return LocalDirectory(owning: descriptor)
    }

    /// Makes the directory or takes the one that is there; a link is never followed.
    /// - Throws: `Errno`; `.notDirectory` or `.tooManySymbolicLinkLevels` where something else is
    ///   there.
    func makeDirectory(_ name: [UInt8], mode: UInt32) throws(Errno) -> LocalDirectory {
        let made = unsafe call(name) { unsafe mkdirat(descriptor, $0, mode) }
        let errno = Errno.current
        guard made == 0 || errno == .fileExists else { throw errno }
        let opened = unsafe call(name) {
            unsafe openat(descriptor, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        guard opened >= 0 else { throw Errno.current }
        return LocalDirectory(owning: opened)
    }

    /// A new file, which nothing stood in the place of.
    func makeFile(_ name: [UInt8], mode: UInt32) throws(Errno) -> LocalFile {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let opened = unsafe call(name) { unsafe openat(descriptor, $0, flags, mode) }
        guard opened >= 0 else { throw Errno.current }
        return LocalFile(owning: opened)
    }

    func makeLink(to target: [UInt8], at name: [UInt8]) throws(Errno) {
        let text = target.map(CChar.init(bitPattern:)) + [0]
        let code = unsafe call(name) { at in unsafe symlinkat(text, descriptor, at) }
        guard code == 0 else { throw Errno.current }
    }

    /// In one step, over whatever file has the new name.
    func rename(_ old: [UInt8], to new: [UInt8]) throws(Errno) {
        let code = unsafe call(old) { from in
            unsafe call(new) { to in unsafe renameat(descriptor, from, descriptor, to) }
        }
        guard code == 0 else { throw Errno.current }
    }

    /// Best effort.
    func remove(_ name: [UInt8]) {
        _ = unsafe call(name) { unsafe unlinkat(descriptor, $0, 0) }
    }

    /// Sets the directory's own permissions.
    func setMode(_ mode: UInt32) {
        _ = fchmod(descriptor, mode)
    }

    private func call(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> CInt) -> CInt {
        let text = name.map(CChar.init(bitPattern:)) + [0]
        return unsafe text.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return -1 }
            return unsafe body(start)
        }
    }
}
