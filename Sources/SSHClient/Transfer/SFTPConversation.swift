internal import SSHKeys

/// The client's side of one SFTP stream: requests with what to do about their answers, many on
/// their way at once.
///
/// It moves no bytes itself.
final class SFTPConversation {
    typealias Reaction = (SFTPResponse) throws(SSHError) -> Void

    /// What the server can do, and how much at once.
    struct Features: Equatable {
        var canReplace = false
        var hasLimits = false
        /// Bytes of content in one packet.
        var readSize: UInt32 = 32_768
        var writeSize: UInt32 = 32_768
        /// Files and directories open at once; two at least.
        var handles = 256
    }

    /// The longest packet taken; OpenSSH's own limit with room to spare.
    static let longestPacket = 256 * 1024 + 1024
    /// As much content in one packet as we ask for, whatever the server allows.
    private static let largestContent: UInt64 = 255 * 1024

    private(set) var features: Features?
    private(set) var outgoing = OutgoingBytes()
    /// The requests in `outgoing`, by their place in all that was ever to be sent.
    private var waiting: [(id: UInt32, place: Range<Int>)] = []
    private var sentBytes = 0
    private var incoming: [UInt8] = []
    private var reactions: [UInt32: Reaction] = [:]
    private var lastID: UInt32 = 0

    private let asksForLimits: Bool

    /// - Parameter asksForLimits: Not needed where another conversation with the same server asked.
    init(asksForLimits: Bool = true) {
        self.asksForLimits = asksForLimits
        outgoing.append(SFTPRequest.greeting)
    }

    /// Requests without an answer yet.
    var openCount: Int { reactions.count }

    // MARK: Asking

    /// Answers the request's number.
    @discardableResult
    func send(_ request: SFTPRequest, then reaction: @escaping Reaction) -> UInt32 {
        let id = nextID(reaction)
        let start = sentBytes + outgoing.count
        outgoing.append(request.packet(id: id))
        waiting.append((id, start..<sentBytes + outgoing.count))
        return id
    }

    /// Asks for something whose answer only shows that it is done.
    @discardableResult
    func sendForStatus(
        _ request: SFTPRequest,
        then reaction: @escaping (SFTPStatus) throws(SSHError) -> Void
    ) -> UInt32 {
        send(request) { response throws(SSHError) in
            guard case .status(let status) = response else {
                throw SSHError.violation("it answers a request with something else than was asked")
            }
            try reaction(status)
        }
    }

    /// Writes content that is already here.
    func sendWrite(
        _ content: ArraySlice<UInt8>,
        to handle: [UInt8],
        at offset: UInt64,
        then reaction: @escaping Reaction
    ) {
        let id = nextID(reaction)
        let count = content.count
        let start = sentBytes + outgoing.count
        outgoing.append(
            SFTPRequest.writeHead(id: id, handle: handle, offset: offset, count: count)
        )
        outgoing.append(content)
        waiting.append((id, start..<sentBytes + outgoing.count))
    }

    private func nextID(_ reaction: @escaping Reaction) -> UInt32 {
        repeat { lastID &+= 1 } while reactions[lastID] != nil
        reactions[lastID] = reaction
        return lastID
    }

    /// Whether a request was made and not answered.
    func awaits(_ id: UInt32) -> Bool {
        reactions[id] != nil
    }

    /// Takes back the requests of which the channel has taken nothing, and answers their numbers.
    func takeBackUnsent() -> Set<UInt32> {
        var kept = 0
        // One that has gone in part must go whole.
        if let next = waiting.first?.place, next.lowerBound < sentBytes {
            kept = next.upperBound - sentBytes
            waiting.removeFirst()
        }
        let taken = Set(waiting.map(\.id))
        waiting.removeAll()
        outgoing.keepFirst(kept)
        for id in taken { reactions[id] = nil }
        return taken
    }

    /// Reacts to nothing any more; what is still answered finds nobody.
    func fallSilent() {
        reactions.removeAll()
    }

    /// The channel took this much of `outgoing`.
    func hasSent(_ count: Int) {
        outgoing.drop(count)
        sentBytes += count
        waiting.removeFirst(waiting.prefix { $0.place.upperBound <= sentBytes }.count)
    }

    // MARK: Hearing

    /// Takes what came in and calls the reactions it completes.
    /// - Throws: `SSHError`, `.protocolViolation`, after which nothing more may be fed.
    func receive(_ bytes: ArraySlice<UInt8>) throws(SSHError) {
        if incoming.isEmpty {
            let rest = try takePackets(of: bytes)
            incoming.append(contentsOf: rest)
        } else {
            incoming.append(contentsOf: bytes)
            let rest = try takePackets(of: incoming[...])
            incoming.removeFirst(incoming.count - rest.count)
        }
    }

    private func takePackets(of bytes: ArraySlice<UInt8>) throws(SSHError) -> ArraySlice<UInt8> {
        var rest = bytes
        while rest.count >= 4 {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            guard length > 0, length <= Self.longestPacket else {
                throw SSHError.violation("it sends a packet of \(length) bytes")
            }
            guard rest.count >= 4 + length else { break }
            let packet = rest.dropFirst(4).prefix(length)
            rest = rest.dropFirst(4 + length)
            try take(packet)
        }
        return rest
    }

    private func take(_ packet: ArraySlice<UInt8>) throws(SSHError) {
        guard features != nil else { return try greet(packet) }
        guard let (id, response) = SFTPResponse.parse(packet) else {
            throw SSHError.violation("it sends a packet that makes no sense")
        }
        guard let reaction = reactions.removeValue(forKey: id) else {
            throw SSHError.violation("it answers what nobody asked")
        }
        try reaction(response)
    }

    private func greet(_ packet: ArraySlice<UInt8>) throws(SSHError) {
        var reader = WireReader(packet)
        guard reader.byte() == 2, let version = reader.uint32(), version >= 3 else {
            throw SSHError.violation("it does not speak SFTP version 3")
        }
        var found = Features()
        while !reader.isAtEnd {
            guard let name = reader.text(), reader.string() != nil else {
                throw SSHError.violation("its greeting is damaged")
            }
            if name == "posix-rename@openssh.com" { found.canReplace = true }
            if name == "limits@openssh.com" { found.hasLimits = true }
        }
        features = found
        if found.hasLimits, asksForLimits { askForLimits() }
    }

    private func askForLimits() {
        send(.limits) { [weak self] response throws(SSHError) in
            guard case .extended(let body) = response else { return }
            var reader = WireReader(body)
            guard reader.uint64() != nil, let read = reader.uint64(), let write = reader.uint64(),
                let handles = reader.uint64()
            else { throw SSHError.violation("its limits are damaged") }
            self?.adopt(read: read, write: write, handles: handles)
        }
    }

    private func adopt(read: UInt64, write: UInt64, handles: UInt64) {
        func content(_ limit: UInt64) -> UInt32 {
            UInt32(max(1024, min(limit == 0 ? 32_768 : limit, Self.largestContent)))
        }
        features?.readSize = content(read)
        features?.writeSize = content(write)
        if handles > 0 { features?.handles = Int(max(2, min(handles / 2, 512))) }
    }
}
