import Glibc
package import SystemPackage

/// A descriptor that becomes readable when someone says so: how a signal, a cancelled task or new work
/// reaches a thread that waits in `poll(2)`.
package final class WakePipe: Sendable {
    /// To be polled for reading.
    package let readEnd: FileDescriptor
    /// For signal handlers, which may call nothing but `write(2)`.
    package let writeEnd: FileDescriptor

    /// Both ends are non-blocking and closed in child processes.
    package init() throws(SystemCallError) {
        do {
            (readEnd, writeEnd) = try FileDescriptor.pipe()
        } catch {
            throw SystemCallError(error as? Errno ?? .ioError, "make a pipe")
        }
        for end in [readEnd, writeEnd] {
            _ = fcntl(end.rawValue, F_SETFL, O_NONBLOCK)
            _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC)
        }
    }

    deinit {
        try? readEnd.close()
        try? writeEnd.close()
    }

    /// A full pipe is as good as one more byte: the reader wakes either way.
    package func wake(_ byte: UInt8 = 0) {
        _ = unsafe withUnsafeBytes(of: byte) { unsafe try? writeEnd.write($0) }
    }

    /// Takes everything out, so that the descriptor is no longer readable.
    @discardableResult
    package func drain() -> [UInt8] {
        var taken: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64)
        while let count = try? unsafe buffer.withUnsafeMutableBytes({
            unsafe try readEnd.read(into: $0)
        }),
            count > 0
        {
            taken += buffer[..<count]
        }
        return taken
    }
}
