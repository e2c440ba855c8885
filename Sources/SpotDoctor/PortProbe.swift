import Glibc
import SpotSupport

/// Asks whether an SSH server answers, without saying a word.
struct PortProbe {
    /// IPv4 or IPv6, in digits.
    let address: String
    let port: Int

    enum Answer: Sendable {
        case ssh
        /// What happened instead.
        case other(String)
    }

    func answer(within limit: Duration, time: any TimeSource) async -> Answer {
        let deadline = Deadline(in: limit, of: time)
        return await BlockingPool.run { () throws(Never) in look(deadline) }
    }

    private func look(_ deadline: Deadline) -> Answer {
        let family = address.contains(":") ? AF_INET6 : AF_INET
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let socket = Glibc.socket(family, kind, 0)
        guard socket >= 0 else { return failed(errno) }
        defer { close(socket) }
        if let refusal = connect(socket, family), refusal != EINPROGRESS { return failed(refusal) }
        guard wait(socket, for: POLLOUT, deadline) else {
            return .other("nothing within \(deadline.limit.spoken)")
        }
        let outcome = outcome(of: socket)
        guard outcome == 0 else { return failed(outcome) }
        guard wait(socket, for: POLLIN, deadline) else {
            return .other("a connection, but no greeting within \(deadline.limit.spoken)")
        }
        return greeting(on: socket)
    }

    private func failed(_ number: Int32) -> Answer {
        .other(unsafe String(cString: strerror(number)).lowercased())
    }

    /// `connect(2)`; nil when the connection is there at once, else the reason that it is not.
    private func connect(_ socket: Int32, _ family: Int32) -> Int32? {
        let done =
            family == AF_INET6 ? connect6(socket) : connect4(socket)
        return done ? nil : errno
    }

    private func connect4(_ socket: Int32) -> Bool {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = in_port_t(port).bigEndian
        guard unsafe inet_pton(AF_INET, address, &name.sin_addr) == 1 else { return false }
        return unsafe withUnsafeBytes(of: &name) { bytes in
            guard let start = bytes.baseAddress else { return false }
            let pointer = unsafe start.assumingMemoryBound(to: sockaddr.self)
            return unsafe Glibc.connect(socket, pointer, socklen_t(bytes.count)) == 0
        }
    }

    private func connect6(_ socket: Int32) -> Bool {
        var name = sockaddr_in6()
        name.sin6_family = sa_family_t(AF_INET6)
        name.sin6_port = in_port_t(port).bigEndian
        guard unsafe inet_pton(AF_INET6, address, &name.sin6_addr) == 1 else { return false }
        return unsafe withUnsafeBytes(of: &name) { bytes in
            guard let start = bytes.baseAddress else { return false }
            let pointer = unsafe start.assumingMemoryBound(to: sockaddr.self)
            return unsafe Glibc.connect(socket, pointer, socklen_t(bytes.count)) == 0
        }
    }

    private func wait(_ socket: Int32, for event: Int32, _ deadline: Deadline) -> Bool {
        var ready = pollfd(fd: socket, events: Int16(event), revents: 0)
        let milliseconds = Int32(clamping: Int64(deadline.remaining.seconds * 1000))
        return unsafe poll(&ready, 1, milliseconds) == 1
    }

    /// What became of a connection that was under way (`SO_ERROR`).
    private func outcome(of socket: Int32) -> Int32 {
        var number: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe getsockopt(socket, SOL_SOCKET, SO_ERROR, &number, &size) == 0 else {
            return errno
        }
        return number
    }

    /// The server of SSH speaks first (RFC 4253, 4.2).
    private func greeting(on socket: Int32) -> Answer {
        var bytes = [UInt8](repeating: 0, count: 4)
        let count = unsafe recv(socket, &bytes, bytes.count, Int32(MSG_WAITALL))
        guard count > 0 else { return .other("the connection is closed at once") }
        return bytes.elementsEqual("SSH-".utf8) ? .ssh : .other("another protocol")
    }
}
