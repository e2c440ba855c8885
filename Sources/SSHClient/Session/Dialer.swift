internal import Glibc
internal import SpotSupport
internal import SystemPackage

/// Makes a TCP connection, trying every address of the host within one deadline.
struct Dialer {
    let endpoint: SSHEndpoint
    let limit: Duration
    let time: any TimeSource
    /// Ends the wait when it becomes readable.
    let mailbox: Mailbox

    /// A connected, non-blocking socket.
    func dial() throws(SSHError) -> CInt {
        let deadline = Deadline(in: limit, of: time)
        var last = failure(.nameNotFound, "its name has no address")
        for address in try addresses() {
            do throws(SSHError) {
                return try connect(to: address, before: deadline)
            } catch  where error.reason == .cancelled || error.reason == .timedOut {
                throw error
            } catch {
                last = error
            }
        }
        throw last
    }

    private struct Address {
        let family: CInt
        let bytes: [UInt8]
    }

    private func addresses() throws(SSHError) -> [Address] {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV
        var list: UnsafeMutablePointer<addrinfo>?
        let code = unsafe getaddrinfo(endpoint.host, String(endpoint.port), &hints, &list)
        guard code == 0 else {
            let text = unsafe String(cString: gai_strerror(code))
            throw failure(.nameNotFound, text.lowercased())
        }
        defer { unsafe freeaddrinfo(list) }
        var found: [Address] = []
        var next = unsafe list
        while let current = unsafe next {
            let entry = unsafe current.pointee
            let bytes = unsafe UnsafeRawBufferPointer(
                start: entry.ai_addr,
                count: Int(entry.ai_addrlen)
            )
            unsafe found.append(Address(family: entry.ai_family, bytes: Array(bytes)))
            unsafe next = entry.ai_next
        }
        return found
    }

    private func connect(to address: Address, before deadline: Deadline) throws(SSHError) -> CInt {
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(address.family, kind, 0)
        guard descriptor >= 0 else { throw failure(.current) }
        do throws(SSHError) {
            let started = unsafe address.bytes.withUnsafeBytes { buffer in
                guard let base = buffer.baseAddress else { return CInt(-1) }
                return unsafe Glibc.connect(
                    descriptor,
                    base.assumingMemoryBound(to: sockaddr.self),
                    socklen_t(buffer.count)
                )
            }
            if started != 0 {
                let errno = Errno.current
                guard errno == .nowInProgress || errno == .interrupted else { throw failure(errno) }
                try finish(descriptor, before: deadline)
            }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private func finish(_ descriptor: CInt, before deadline: Deadline) throws(SSHError) {
        var set = PollSet()
        set.watch(descriptor, for: .output)
        set.watch(mailbox.pipe.readEnd.rawValue, for: .input)
        repeat {
            if mailbox.isClosing { throw SSHError.cancelledByCaller }
            if deadline.hasPassed {
                throw failure(.timedOut, "no answer within \(deadline.limit.spoken)")
            }
            set.wait(upTo: deadline.remaining)
        } while !set.isReady(descriptor, for: .output)
        var code: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        _ = unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &length)
        if code != 0 { throw failure(Errno(rawValue: code)) }
    }

    private func failure(_ errno: Errno) -> SSHError {
        let reason: SSHError.Reason =
            switch errno {
            case .connectionRefused: .refused
            case .timedOut: .timedOut
            case .connectionReset: .connectionLost
            default: .unreachable
            }
        return failure(reason, errno.description.lowercased())
    }

    private func failure(_ reason: SSHError.Reason, _ cause: String) -> SSHError {
        SSHError(reason, "cannot connect to \(endpoint): \(cause)")
    }
}
