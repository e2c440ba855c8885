internal import SpotSupport

/// Runs a transfer over a channel of the file server, and over more of them where that pays.
final class TransferActivity: Activity {
    private static let readSize = 256 << 10

    private(set) var output: TransferReport?
    private let machine: any TransferMachine
    private let connection: Connection
    private let setupDeadline: Deadline
    private let first: TransferChannel
    private var others: [TransferChannel] = []
    private var pace: TransferPace
    /// The server has refused a channel; it will refuse the next one too.
    private var isRefused = false
    private var isStopping = false
    private var buffer = [UInt8](repeating: 0, count: readSize)

    init(
        _ machine: any TransferMachine,
        on connection: Connection,
        setupDeadline: Deadline,
        time: any TimeSource
    ) {
        self.machine = machine
        self.connection = connection
        self.setupDeadline = setupDeadline
        pace = TransferPace(time: time)
        let lane = machine.lanes.first
        first = TransferChannel(
            lane,
            on: connection,
            window: LaneSize.firstWindow,
            isFirst: true
        )
    }

    func addInterests(to set: inout PollSet) {
        if first.isOpen, !isStopping { machine.addInterests(to: &set) }
    }

    func advance(ready: PollSet) throws(SSHError) -> Bool {
        if !first.hasGreeted, setupDeadline.hasPassed {
            throw SSHError(
                .timedOut,
                "cannot reach the file server: no answer within \(setupDeadline.limit.spoken)"
            )
        }
        let isOpen = try first.open()
        if first.hasOpened { pace.didOpen() }
        var moved = try advanceOthers()
        guard isOpen else { return moved }
        if try first.receive(with: &buffer) { moved = true }
        if !isStopping, try machine.advance(ready: ready) { moved = true }
        for lane in machine.lanes.all {
            if try channel(of: lane).send() { moved = true }
        }
        pace.note(machine.movedBytes)
        output = machine.report
        return moved
    }

    func stop(isAlone: Bool, within patience: Duration) -> Bool {
        guard first.isOpen else { return false }
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
        if output == nil { machine.abort() }
        for channel in others { giveBack(channel) }
        others.removeAll()
        first.abandon(saying: output == nil)
    }

    // MARK: Further channels

    private func channel(of lane: TransferLane) -> TransferChannel {
        others.first { $0.lane === lane } ?? first
    }

    /// Opens more channels where that pays and goes on with those there are.
    private func advanceOthers() throws(SSHError) -> Bool {
        openMore()
        var moved = false
        for channel in others {
            guard channel.hasGreeted else {
                if try greet(channel) { moved = true }
                continue
            }
            if try channel.receive(with: &buffer) { moved = true }
        }
        return moved
    }

    /// Starts the next one once the one before is opened: a connection opens one channel at a time.
    private func openMore() {
        guard !isStopping, !isRefused, let roundTrip = pace.roundTrip,
            connection.furtherLanes < LanePolicy.most - 1, others.last?.hasOpened ?? true
        else { return }
        let outstanding = machine.outstanding
        let wanted = LanePolicy.lanes(
            files: outstanding.files,
            bytes: outstanding.bytes,
            roundTrip: roundTrip,
            rate: pace.rate
        )
        guard others.count + 1 < wanted else { return }
        connection.furtherLanes += 1
        let lane = TransferLane(
            SFTPConversation(asksForLimits: false),
            bytesInFlight: LaneSize.furtherWindow
        )
        others.append(
            TransferChannel(
                lane,
                on: connection,
                window: LaneSize.furtherWindow,
                isFirst: false
            )
        )
    }

    /// Goes on towards the greeting; a channel that the server does not give is no failure.
    private func greet(_ channel: TransferChannel) throws(SSHError) -> Bool {
        do throws(SSHError) {
            guard try channel.open() else { return false }
            var moved = try channel.send()
            if try channel.receive(with: &buffer) { moved = true }
            if channel.hasGreeted, !isStopping { machine.add(channel.lane) }
            return moved
        } catch {
            let stream = connection.stream
            guard stream.failure == nil, !stream.hasEnded else { throw error }
            isRefused = true
            giveBack(channel)
            others.removeAll { $0 === channel }
            return true
        }
    }

    private func giveBack(_ channel: TransferChannel) {
        connection.furtherLanes -= 1
        channel.abandon(saying: output == nil)
    }
}

/// How much may be under way in a lane.
///
/// What the server sends may all have to be kept here, so these add up to the memory that a transfer
/// takes: 16 MiB and seven times 4 MiB at most.
enum LaneSize {
    static let firstWindow = 16 << 20
    static let furtherWindow = 4 << 20
}
