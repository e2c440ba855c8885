internal import SpotSupport

/// One direction of a transfer as a state machine over conversations; it knows no channel and so can
/// be driven by any server.
protocol TransferMachine: AnyObject {
    /// Those it may use; it begins with one.
    var lanes: TransferLanes { get }
    /// Set when everything has been tried.
    var report: TransferReport? { get }
    /// Files and bytes known and not yet there.
    var outstanding: (files: Int, bytes: UInt64) { get }
    /// Bytes that arrived.
    var movedBytes: UInt64 { get }

    /// Takes a further lane, whose server has greeted.
    func add(_ lane: TransferLane)
    func addInterests(to set: inout PollSet)
    /// Asks for as much as may be on its way; true if anything was asked or moved.
    func advance(ready: PollSet) throws(SSHError) -> Bool
    /// Begins to take back what is incomplete; from then on only answers matter.
    func abort()
    /// What is incomplete on the other side, or may be.
    var leftovers: [RemotePath] { get }
}

extension TransferMachine {
    /// The first lane's.
    var conversation: SFTPConversation { lanes.first.conversation }
}

/// Reports progress ten times a second at most, and once at the end.
struct ProgressReporter {
    private static let interval = Duration.milliseconds(100)

    var current = TransferProgress()

    /// What is known and not yet there.
    var outstanding: (files: Int, bytes: UInt64) {
        (
            max(0, current.expectedFiles - current.files),
            current.expectedBytes - min(current.bytes, current.expectedBytes)
        )
    }

    private let handler: @Sendable (TransferProgress) -> Void
    private let time: any TimeSource
    private var last: Duration?

    init(time: any TimeSource, _ handler: @escaping @Sendable (TransferProgress) -> Void) {
        self.time = time
        self.handler = handler
    }

    mutating func tell() {
        let now = time.uptime
        if let last, now - last < Self.interval { return }
        last = now
        handler(current)
    }

    mutating func finish() {
        current.isComplete = true
        handler(current)
    }
}
