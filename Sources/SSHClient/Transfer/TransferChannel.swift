internal import SpotSupport

/// A channel of the file server that carries one lane.
final class TransferChannel {
    private static let readsPerRound = 4

    let lane: TransferLane
    private let connection: Connection
    private let setup: ChannelSetup
    private var channel: Channel?

    /// - Parameters:
    ///   - window: As much of what the server sends as may be on its way to us.
    ///   - isFirst: Without this one there is no transfer.
    init(_ lane: TransferLane, on connection: Connection, window: Int, isFirst: Bool) {
        self.lane = lane
        self.connection = connection
        setup =
            isFirst
            ? ChannelSetup(.subsystem("sftp"), on: connection, window: UInt32(window))
            : ChannelSetup(.subsystem("sftp"), on: connection, window: UInt32(window), tries: 0)
    }

    /// The peer has agreed to the channel; what is to run on it may still be refused.
    var hasOpened: Bool { setup.hasOpened }
    /// The file server can be talked to.
    var isOpen: Bool { channel != nil }
    var hasGreeted: Bool { lane.conversation.features != nil }

    /// Goes on opening; true once it is open.
    func open() throws(SSHError) -> Bool {
        if channel == nil, try setup.advance() { channel = setup.take() }
        return channel != nil
    }

    /// True if anything moved.
    func send() throws(SSHError) -> Bool {
        guard let channel else { return false }
        var moved = false
        while !lane.conversation.outgoing.isEmpty {
            let count = try channel.write(lane.conversation.outgoing.waiting)
            if count == 0 { break }
            lane.conversation.hasSent(count)
            moved = true
        }
        return moved
    }

    /// True if anything moved.
    func receive(with buffer: inout [UInt8]) throws(SSHError) -> Bool {
        guard let channel else { return false }
        var moved = false
        for _ in 0..<Self.readsPerRound {
            switch try channel.read(.output, into: &buffer) {
            case .nothingYet:
                // Whatever the file server complains about is not for us, but must not stand in its
                // way.
                if case .bytes = try channel.read(.errors, into: &buffer) { moved = true }
                return moved
            case .end:
                throw SSHError(.connectionLost, "the transfer was cut off: the file server ended")
            case .bytes(let count):
                try lane.conversation.receive(buffer[..<count])
                moved = true
            }
        }
        return moved
    }

    /// Gives the channel back.
    /// - Parameter saying: Whether what waits is sent first, as far as that goes without waiting.
    func abandon(saying: Bool) {
        setup.abandon()
        if let channel = channel {
            if saying { _ = try? send() }
            self.channel = nil
            connection.retire(channel)
        }
        lane.conversation.fallSilent()
    }
}
