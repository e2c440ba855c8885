internal import SSHKeys

/// One question to an ssh-agent or one of its answers.
struct AgentMessage {
    /// The number that a message begins with.
    struct Kind: Equatable {
        let rawValue: UInt8

        static let listKeys = Kind(rawValue: 11)
        static let keys = Kind(rawValue: 12)
        static let sign = Kind(rawValue: 13)
        static let signature = Kind(rawValue: 14)
    }

    /// Nobody has so many keys.
    static let maximumLength = 1 << 20
    /// Sign with `rsa-sha2-512`.
    static let rsaSHA512Flag: UInt32 = 4

    static let listKeys = AgentMessage(.listKeys, [])

    let kind: Kind
    let body: [UInt8]

    init(_ kind: Kind, _ body: [UInt8]) {
        self.kind = kind
        self.body = body
    }

    /// - Parameter received: What follows the length; at least one byte.
    init(received: [UInt8]) {
        self.init(Kind(rawValue: received.first ?? 0), Array(received.dropFirst()))
    }

    var framed: [UInt8] {
        var writer = WireWriter(reserving: body.count + 5)
        writer.append(uint32: UInt32(body.count + 1))
        writer.append(byte: kind.rawValue)
        writer.append(raw: body)
        return writer.bytes
    }
}
