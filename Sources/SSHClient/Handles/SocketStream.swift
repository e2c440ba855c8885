internal import Glibc
internal import SpotSupport
internal import SystemPackage

/// Owns a connected socket, with buffers on this side of the kernel.
///
/// libssh2 sends and receives through it. A send always takes everything, so no packet is ever half
/// sent and libssh2 never waits for output; who writes much asks `hasRoom` first. Many small packets
/// then also leave in one system call.
@safe
final class SocketStream {
    /// Above this, writers wait.
    private static let highWater = 1 << 20
    /// Above this, what has gathered is sent without waiting for the end of the round.
    private static let sendSize = 64 << 10
    private static let receiveSize = 256 << 10
    /// As much as is kept of what nobody reads.
    private static let receiveLimit = 1 << 20

    let descriptor: CInt
    /// All bytes that ever came, so that a change shows that something did.
    private(set) var receivedCount: UInt64 = 0
    private(set) var sentCount: UInt64 = 0
    /// Why the socket is of no more use.
    private(set) var failure: Errno?
    /// The peer has closed its side.
    private(set) var hasEnded = false
    /// Acknowledge at once; short exchanges gain a delayed acknowledgement's time.
    ///
    /// Linux forgets the setting by itself.
    var acknowledgesQuickly = true
    /// Nothing passes any more; libssh2 then frees everything without waiting for the peer.
    private var isShut = false

    private var outgoing: [UInt8] = []
    private var outgoingStart = 0
    private var incoming = [UInt8](repeating: 0, count: receiveSize)
    private var incomingStart = 0
    private var incomingEnd = 0

    init(owning descriptor: CInt) {
        self.descriptor = descriptor
        set(TCP_NODELAY)
    }

    deinit {
        close(descriptor)
    }

    /// Why nothing passes any more, as far as this side can tell.
    var lossCause: String {
        failure.map { $0.description.lowercased() } ?? "the server closed it"
    }

    var pendingCount: Int { outgoing.count - outgoingStart }

    var hasRoom: Bool { pendingCount < Self.highWater }

    func shut() { isShut = true }

    /// Sends what the kernel takes.
    func flush() {
        while pendingCount > 0, failure == nil, !isShut {
            let count = unsafe outgoing.withUnsafeBytes { buffer in
                unsafe send(
                    descriptor,
                    buffer.baseAddress.map { unsafe $0 + outgoingStart },
                    buffer.count - outgoingStart,
                    CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
                )
            }
            if count < 0 {
                switch Errno.current {
                case .interrupted: continue
                case .resourceTemporarilyUnavailable: return compact()
                case let errno: failure = errno
                }
                return
            }
            outgoingStart += count
            sentCount += UInt64(count)
        }
        if pendingCount == 0 {
            outgoing.removeAll(keepingCapacity: true)
            outgoingStart = 0
        }
    }

    private func compact() {
        guard outgoingStart > Self.highWater else { return }
        outgoing.removeFirst(outgoingStart)
        outgoingStart = 0
    }

    /// libssh2's send callback: takes everything, or answers a negative errno.
    func take(_ bytes: UnsafeRawBufferPointer) -> Int {
        if isShut { return -Int(ECONNRESET) }
        if let failure { return -Int(failure.rawValue) }
        unsafe outgoing.append(contentsOf: bytes)
        if pendingCount >= Self.sendSize { flush() }
        return bytes.count
    }

    /// libssh2's receive callback: 0 at the end, or a negative errno.
    func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        if isShut { return -Int(ECONNRESET) }
        if incomingStart == incomingEnd {
            let count = receive()
            if count <= 0 { return count }
        }
        let count = min(buffer.count, incomingEnd - incomingStart)
        unsafe incoming.withUnsafeBytes {
            unsafe buffer.copyMemory(
                from: UnsafeRawBufferPointer(rebasing: $0[incomingStart..<incomingStart + count])
            )
        }
        incomingStart += count
        return count
    }

    /// Whether there is room for what the peer sends while nobody reads it.
    var canFill: Bool { incomingEnd - incomingStart < Self.receiveLimit && !hasEnded }

    /// Takes in what is there although nobody reads it now, so that the peer's signs of life and its
    /// end are seen.
    func fill() {
        if incomingStart > 0 {
            incoming.replaceSubrange(
                0..<incomingEnd - incomingStart,
                with: incoming[incomingStart..<incomingEnd]
            )
            incomingEnd -= incomingStart
            incomingStart = 0
        }
        if incomingEnd == incoming.count, incoming.count < Self.receiveLimit {
            incoming += [UInt8](repeating: 0, count: incoming.count)
        }
        _ = receive()
    }

    private func receive() -> Int {
        flush()
        if incomingStart == incomingEnd {
            incomingStart = 0
            incomingEnd = 0
        }
        let count = unsafe incoming.withUnsafeMutableBytes { buffer in
            unsafe recv(
                descriptor,
                buffer.baseAddress.map { unsafe $0 + incomingEnd },
                buffer.count - incomingEnd,
                CInt(MSG_DONTWAIT)
            )
        }
        let errno = Errno.current
        if acknowledgesQuickly { set(TCP_QUICKACK) }
        if count > 0 {
            incomingEnd += count
            receivedCount += UInt64(count)
            return count
        }
        if count == 0 {
            hasEnded = true
            return 0
        }
        if errno == .interrupted { return -Int(EAGAIN) }
        if errno != .resourceTemporarilyUnavailable { failure = errno }
        return -Int(errno.rawValue)
    }

    /// How long ago the peer's kernel last acknowledged something, if some of ours is still on its
    /// way; nil when nothing is (`tcp(7)`, `TCP_INFO`).
    var timeSinceAcknowledgement: Duration? {
        var facts = tcp_info()
        var length = socklen_t(MemoryLayout<tcp_info>.size)
        guard unsafe getsockopt(descriptor, CInt(IPPROTO_TCP), TCP_INFO, &facts, &length) == 0,
            facts.tcpi_unacked > 0
        else { return nil }
        return .milliseconds(Int64(facts.tcpi_last_ack_recv))
    }

    private func set(_ option: CInt) {
        var on: CInt = 1
        _ = unsafe setsockopt(
            descriptor,
            CInt(IPPROTO_TCP),
            option,
            &on,
            socklen_t(MemoryLayout<CInt>.size)
        )
    }
}
