import SSHKeys

@testable import SSHClient

/// A file server in memory that says what a test wants it to say, to a transfer that has no channel.
final class ScriptedFileServer {
    /// A request as the server sees it.
    struct Request {
        let type: UInt8
        let id: UInt32
        let body: ArraySlice<UInt8>

        /// The first string of the body: a path or a handle.
        var subject: [UInt8] {
            var reader = WireReader(body)
            return reader.string().map { Array($0) } ?? []
        }

        var asksForLimits: Bool { type == 200 && subject == Array("limits@openssh.com".utf8) }
    }

    private let machine: any TransferMachine
    private let answer: (Request) -> [UInt8]
    private var unread: [UInt8] = []
    private var hasGreeted = false
    private(set) var requests: [Request] = []
    /// Answers are handed over in pieces of this size.
    var pieceSize = 1000
    /// What the server says of the handles it gives; nil for a server that says nothing.
    var handles: UInt64?

    /// - `answer` gives the bytes to send for a request, none or several packets included.
    init(for machine: any TransferMachine, _ answer: @escaping (Request) -> [UInt8]) {
        self.machine = machine
        self.answer = answer
    }

    /// Runs the transfer to its report, or to what it throws; nil when it waits for more than it gets.
    func run(rounds: Int = 10_000) throws -> TransferReport? {
        for _ in 0..<rounds {
            var set = PollSet()
            machine.addInterests(to: &set)
            set.wait(upTo: .zero)
            var moved = try machine.advance(ready: set)
            if let report = machine.report { return report }
            let bytes = Array(machine.conversation.outgoing.waiting)
            machine.conversation.hasSent(bytes.count)
            unread += bytes
            var reply: [UInt8] = []
            while let packet = nextPacket() { reply += react(to: packet) }
            moved = moved || !bytes.isEmpty || !reply.isEmpty
            var rest = reply[...]
            while !rest.isEmpty {
                try machine.conversation.receive(rest.prefix(pieceSize))
                rest = rest.dropFirst(pieceSize)
            }
            if !moved { return nil }
        }
        return nil
    }

    private func nextPacket() -> ArraySlice<UInt8>? {
        var reader = WireReader(unread)
        guard let packet = reader.string() else { return nil }
        unread = Array(reader.remaining)
        return packet
    }

    private func react(to packet: ArraySlice<UInt8>) -> [UInt8] {
        var reader = WireReader(packet)
        guard hasGreeted, let type = reader.byte(), let id = reader.uint32() else {
            hasGreeted = true
            return Self.packet { body in
                body.append(byte: 2)
                body.append(uint32: 3)
                body.append(text: "posix-rename@openssh.com")
                body.append(text: "1")
                if handles != nil {
                    body.append(text: "limits@openssh.com")
                    body.append(text: "1")
                }
            }
        }
        let request = Request(type: type, id: id, body: reader.remaining)
        if let handles, request.asksForLimits { return Self.limits(id, handles: handles) }
        requests.append(request)
        return answer(request)
    }

    // MARK: Answers

    static func packet(_ fill: (inout WireWriter) -> Void) -> [UInt8] {
        var body = WireWriter()
        fill(&body)
        var packet = WireWriter()
        packet.append(string: body.bytes)
        return packet.bytes
    }

    static func limits(_ id: UInt32, handles: UInt64) -> [UInt8] {
        packet { body in
            body.append(byte: 201)
            body.append(uint32: id)
            for limit in [256 << 10, 32 << 10, 32 << 10, handles] { body.append(uint64: limit) }
        }
    }

    static func status(_ id: UInt32, _ status: SFTPStatus) -> [UInt8] {
        packet { body in
            body.append(byte: 101)
            body.append(uint32: id)
            body.append(uint32: status.rawValue)
            body.append(text: "")
            body.append(text: "")
        }
    }

    static func handle(_ id: UInt32, _ handle: String) -> [UInt8] {
        packet { body in
            body.append(byte: 102)
            body.append(uint32: id)
            body.append(text: handle)
        }
    }

    static func data(_ id: UInt32, _ bytes: some Collection<UInt8>) -> [UInt8] {
        packet { body in
            body.append(byte: 103)
            body.append(uint32: id)
            body.append(string: bytes)
        }
    }

    static func attributes(_ id: UInt32, _ attributes: SFTPAttributes) -> [UInt8] {
        packet { body in
            body.append(byte: 105)
            body.append(uint32: id)
            attributes.write(to: &body)
        }
    }

    static func names(_ id: UInt32, _ names: [(name: String, attributes: SFTPAttributes)])
        -> [UInt8]
    {
        packet { body in
            body.append(byte: 104)
            body.append(uint32: id)
            body.append(uint32: UInt32(names.count))
            for (name, attributes) in names {
                body.append(text: name)
                body.append(text: "")
                attributes.write(to: &body)
            }
        }
    }
}
