internal import SpotSupport

/// Runs a transfer over a channel of the file server.
final class TransferActivity: Activity {
    /// How much of what the server sends may be on its way to us.
    static let window: UInt32 = 16 << 20
    private static let readSize = 256 << 10
    private static let readsPerRound = 16

    private(set) var output: TransferReport?
    private let machine: any TransferMachine
    private let connection: Connection
    private let setup: ChannelSetup
    private let setupDeadline: Deadline
    private var channel: Channel?
    private var isStopping = false
    private var buffer = [UInt8](repeating: 0, count: readSize)

    init(_ machine: any TransferMachine, on connection: Connection, setupDeadline: Deadline) {
        self.machine = machine
        self.connection = connection
        self.setupDeadline = setupDeadline
        setup = ChannelSetup(.subsystem("sftp"), on: connection, window: Self.window)
    }

    func addInterests(to set: inout PollSet) {
        if channel != nil, !isStopping { machine.addInterests(to: &set) }
    }

    func advance(ready: PollSet) throws(SSHError) -> Bool {
        if machine.conversation.features == nil, setupDeadline.hasPassed {
            throw SSHError(
                .timedOut,
                "cannot reach the file server: no answer within \(setupDeadline.limit.spoken)"
            )
        }
        guard let channel = try openChannel() else { return false }
        var moved = try receive(from: channel)
        if !isStopping, try machine.advance(ready: ready) { moved = true }
        if try send(to: channel) { moved = true }
        output = machine.report
        return moved
    }

    func stop(isAlone: Bool, within patience: Duration) -> Bool {
        guard channel != nil else { return false }
        isStopping = true
        machine.abort()
        return true
    }

    var hasStopped: Bool { isStopping && machine.leftovers.isEmpty }

    var remains: String? {
        let names = machine.leftovers.map(\.description).sorted()
        guard let name = names.first else { return nil }
        guard names.count > 1 else { return "left the partial file \(name) on the machine" }
        return "left \(names.count) partial files on the machine: \(name) and more like it"
    }

    func abandon() {
        setup.abandon()
        if output == nil { machine.abort() }
        if let channel = channel.take() {
            if output == nil { _ = try? send(to: channel) }
            connection.retire(channel)
        }
        machine.conversation.fallSilent()
    }

    private func openChannel() throws(SSHError) -> Channel? {
        if channel == nil, try setup.advance() { channel = setup.take() }
        return channel
    }

    private func send(to channel: Channel) throws(SSHError) -> Bool {
        var moved = false
        while !machine.conversation.outgoing.isEmpty {
            let count = try channel.write(machine.conversation.outgoing.waiting)
            if count == 0 { break }
            machine.conversation.hasSent(count)
            moved = true
        }
        return moved
    }

    private func receive(from channel: Channel) throws(SSHError) -> Bool {
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
                try machine.conversation.receive(buffer[..<count])
                moved = true
            }
        }
        return moved
    }
}
