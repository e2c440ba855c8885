internal import Glibc
internal import SpotSupport
internal import SystemPackage

/// Owns a connection to a Unix socket.
struct AgentSocket: ~Copyable {
    enum Failure: Error {
        case system(Errno)
        /// The other side closed it before everything was there.
        case ended
        case overdue
        case nonsense
    }

    private let descriptor: CInt

    init(path: String) throws(Failure) {
        descriptor = try Self.connected(to: path)
    }

    private static func connected(to path: String) throws(Failure) -> CInt {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw .system(.fileNameTooLong)
        }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let made = socket(AF_UNIX, kind, 0)
        guard made >= 0 else { throw .system(.current) }
        // A Unix socket connects at once, or its queue is full.
        let code = unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe connect(made, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard code == 0 else {
            let errno = Errno.current
            close(made)
            throw .system(errno)
        }
        return made
    }

    deinit {
        close(descriptor)
    }

    borrowing func send(_ bytes: [UInt8], before deadline: Deadline) throws(Failure) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL))
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else {
                try pause(for: .output, before: deadline)
            }
        }
    }

    borrowing func receive(_ count: Int, before deadline: Deadline) throws(Failure) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: min(count, 65_536))
        while bytes.count < count {
            let wanted = min(chunk.count, count - bytes.count)
            let got = unsafe recv(descriptor, &chunk, wanted, 0)
            if got == 0 { throw .ended }
            if got > 0 {
                bytes += chunk[..<got]
            } else {
                try pause(for: .input, before: deadline)
            }
        }
        return bytes
    }

    /// Called after a call that failed; goes on where waiting helps.
    private borrowing func pause(for event: PollSet.Event, before deadline: Deadline)
        throws(Failure)
    {
        let errno = Errno.current
        guard errno == .resourceTemporarilyUnavailable || errno == .interrupted else {
            throw .system(errno)
        }
        if deadline.hasPassed { throw .overdue }
        var set = PollSet()
        set.watch(descriptor, for: event)
        set.wait(upTo: deadline.remaining)
    }
}
