internal import Glibc
internal import SpotSupport
internal import SystemPackage

/// Ends a `poll(2)` from another thread: cancellation and new work are bytes in a pipe.
final class WakePipe: Sendable {
    /// Becomes readable when someone called `wake`.
    let readEnd: CInt
    private let writeEnd: CInt

    init() throws(SSHError) {
        var ends: [CInt] = [-1, -1]
        guard unsafe Glibc.pipe(&ends) == 0 else {
            throw SSHError.local(.current, "make a pipe")
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        Glibc.close(readEnd)
        Glibc.close(writeEnd)
    }

    /// A full pipe is as good as one more byte in it.
    func wake() {
        var byte: UInt8 = 0
        _ = unsafe Glibc.write(writeEnd, &byte, 1)
    }

    /// Makes it unreadable again.
    func drain() {
        LocalDescriptor.drain(readEnd)
    }
}
