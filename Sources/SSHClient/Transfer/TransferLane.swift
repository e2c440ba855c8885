/// One of a transfer's ways to the other side: a conversation with a file server of its own, and how
/// much is under way in it.
///
/// Handles of files belong to one lane, names of files to all.
final class TransferLane {
    let conversation: SFTPConversation
    /// As much content as may be under way at once.
    let bytesInFlight: Int
    /// Content that is on its way and not yet confirmed, or asked for and not here.
    var unconfirmedBytes = 0
    /// Files that are open, or about to be.
    var openFiles = 0

    init(_ conversation: SFTPConversation, bytesInFlight: Int) {
        self.conversation = conversation
        self.bytesInFlight = bytesInFlight
    }

    var hasRoom: Bool { unconfirmedBytes < bytesInFlight }
}

/// The lanes that a transfer has by now; there is always a first one, which carries all that is not
/// content.
struct TransferLanes {
    let first: TransferLane
    private(set) var all: [TransferLane]

    init(first: TransferLane) {
        self.first = first
        all = [first]
    }

    mutating func add(_ lane: TransferLane) {
        all.append(lane)
    }

    /// Sizes and abilities, which are those of the server and so of every lane.
    var features: SFTPConversation.Features? { first.conversation.features }

    /// No request waits for its answer.
    var areQuiet: Bool { all.allSatisfy { $0.conversation.openCount == 0 } }

    /// The lane with the fewest files open, if it takes one more.
    func idlest(handles: Int) -> TransferLane? {
        guard let idlest = all.min(by: { $0.openFiles < $1.openFiles }),
            idlest.openFiles < handles
        else { return nil }
        return idlest
    }

    /// Has another lane go first where several could; all share one connection, whose room the one
    /// before the others would take.
    mutating func rotate() {
        guard all.count > 1 else { return }
        all.append(all.removeFirst())
    }
}

/// A file of the other side as one lane has it open.
final class OpenFile {
    enum State {
        case asked
        case open(handle: [UInt8])
        case closing
        /// Closed, or never opened.
        case over
    }

    let lane: TransferLane
    private(set) var state = State.asked
    /// Requests about its content without an answer.
    var openRequests = 0

    init(on lane: TransferLane) {
        self.lane = lane
        lane.openFiles += 1
    }

    var handle: [UInt8]? {
        if case .open(let handle) = state { handle } else { nil }
    }

    var isOver: Bool {
        if case .over = state { openRequests == 0 } else { false }
    }

    func didOpen(_ handle: [UInt8]) {
        state = .open(handle: handle)
    }

    /// The server did not open it.
    func wasRefused() {
        end()
    }

    /// Asks the server to close it, if it is open.
    func close(then reaction: @escaping (SFTPStatus) throws(SSHError) -> Void) {
        guard case .open(let handle) = state else { return }
        state = .closing
        lane.conversation.sendForStatus(.close(handle)) { [self] status throws(SSHError) in
            end()
            try reaction(status)
        }
    }

    private func end() {
        state = .over
        lane.openFiles -= 1
    }
}
