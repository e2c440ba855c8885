internal import SpotSupport

/// Sends a tree: directories from the top down, many files at once, each under a temporary name until
/// it is whole.
final class UploadTransfer: TransferMachine {
    /// A request that made something under a temporary name.
    struct Making {
        let lane: TransferLane
        let request: UInt32
    }

    /// Content that is on its way in one lane; more than a server's window with what waits here.
    private static let bytesInFlight = 4 << 20

    var lanes = TransferLanes(
        first: TransferLane(SFTPConversation(), bytesInFlight: bytesInFlight)
    )
    private(set) var report: TransferReport?
    let tree: LocalTree
    private let destination: RemotePath
    var progress: ProgressReporter
    var result = TransferReport()
    private var hasAskedDestination = false
    /// Where an item goes, once its directory is there.
    var ready: [(index: Int, target: RemotePath)] = []
    var jobs: [UploadJob] = []
    /// Directories and links that the server has not confirmed.
    var pendingOthers = 0
    /// Directories whose own permissions would have kept us out.
    var lateModes: [(RemotePath, UInt32)] = []
    private var hasSetLateModes = false
    /// What has a temporary name and no other yet, by how it was made.
    var temporaries: [RemotePath: Making] = [:]
    private(set) var isAborting = false

    init(_ tree: LocalTree, to destination: RemotePath, progress: ProgressReporter) {
        self.tree = tree
        self.destination = destination
        self.progress = progress
        self.progress.current.expectedFiles = tree.fileCount
        self.progress.current.expectedBytes = tree.byteCount
        result.problems = tree.problems
    }

    var outstanding: (files: Int, bytes: UInt64) { progress.outstanding }
    var movedBytes: UInt64 { progress.current.bytes }

    func add(_ lane: TransferLane) {
        lanes.add(lane)
    }

    func addInterests(to set: inout PollSet) {
        for job in jobs { job.addInterests(to: &set) }
    }

    func advance(ready set: PollSet) throws(SSHError) -> Bool {
        guard let features = lanes.features, report == nil else { return false }
        if !hasAskedDestination {
            askDestination()
            return true
        }
        var moved = false
        jobs.removeAll { $0.isOver }
        while pendingOthers < 1024, let lane = lanes.idlest(handles: features.handles),
            let next = ready.popLast()
        {
            start(next.index, at: next.target, in: lane)
            moved = true
        }
        spreadLargeFiles()
        if sendContent(ready: set, size: Int(features.writeSize)) { moved = true }
        lanes.rotate()
        progress.tell()
        finishIfDone()
        return moved
    }

    var leftovers: [RemotePath] { Array(temporaries.keys) }

    func abort() {
        guard !isAborting else { return }
        isAborting = true
        // All before the first removal is asked for, which goes over one of them.
        let unsent = lanes.all.map { (lane: $0, requests: $0.conversation.takeBackUnsent()) }
        for (path, making) in temporaries {
            if unsent.contains(where: {
                $0.lane === making.lane && $0.requests.contains(making.request)
            }) {
                temporaries[path] = nil
            } else if !making.lane.conversation.awaits(making.request) {
                remove(path)
            }
        }
    }

    // MARK: The plan

    private func askDestination() {
        hasAskedDestination = true
        pendingOthers += 1
        conversation.send(.status(destination.bytes)) { [self] response throws(SSHError) in
            pendingOthers -= 1
            switch response {
            case .attributes(let attributes):
                try plan(attributes.kind == .directory ? .directory : .file)
            case .status(.noSuchFile):
                try plan(.missing)
            case .status(let status):
                throw SSHError.remote(status, "look at \(destination) on the machine")
            default:
                throw SSHError.violation("it answers a request with something else than was asked")
            }
        }
    }

    private func plan(_ found: TransferPlan.Destination) throws(SSHError) {
        for index in 0..<tree.namedCount {
            let item = tree.items[index]
            var isDirectory = false
            if case .directory = item.content { isDirectory = true }
            if case .stream = item.content, found == .directory {
                throw SSHError(
                    .badRequest,
                    "cannot send the standard input to \(destination): it is a directory",
                    hint: "name the file to write"
                )
            }
            let target = try TransferPlan.target(
                of: RemotePath(bytes: item.name),
                isDirectory: isDirectory,
                amongMany: tree.sourceCount > 1,
                to: destination,
                which: found
            )
            ready.append((index, target))
        }
        ready.reverse()
    }

    private func start(_ index: Int, at target: RemotePath, in lane: TransferLane) {
        let item = tree.items[index]
        switch item.content {
        case .directory(let children): makeDirectory(item, children, at: target)
        case .link(let linkTarget): makeLink(item, to: linkTarget, at: target)
        case .file: open(UploadJob(item, target: target, source: .file, in: lane))
        case .stream(let descriptor):
            let source = UploadJob.Source.stream(InputStreamReader(descriptor))
            open(UploadJob(item, target: target, source: source, in: lane))
        }
    }

    // MARK: The end

    func note(_ item: LocalTree.Item, _ failure: SSHError) {
        let subject = LocalPath.shown(item.path)
        result.problems.append(PartialFailure.Item(subject: subject, failure: failure))
    }

    private func finishIfDone() {
        guard ready.isEmpty, jobs.isEmpty, pendingOthers == 0, lanes.areQuiet else {
            return
        }
        if !hasSetLateModes, !lateModes.isEmpty {
            hasSetLateModes = true
            for (path, mode) in lateModes.reversed() {
                let attributes = SFTPAttributes(mode: mode)
                conversation.sendForStatus(.setAttributes(path.bytes, attributes)) { _ in }
            }
            return
        }
        progress.finish()
        report = result
    }
}
