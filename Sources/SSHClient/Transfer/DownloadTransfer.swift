internal import SpotSupport
internal import SystemPackage

/// Fetches files and trees: listings, opens and reads of many files at once, each written under a
/// temporary name until it is whole.
///
/// What the server says about names is believed only as far as they stay inside the target.
final class DownloadTransfer: TransferMachine {
    private static let mostListings = 16
    /// Files known and not begun; above this no more directories are listed.
    private static let waitingHighWater = 512
    /// A server that has more to complain about than this is not worth listening to.
    private static let mostProblems = 10_000

    struct WaitingFile {
        let source: RemotePath
        let directory: LocalDirectory
        let name: [UInt8]
        let attributes: SFTPAttributes
    }

    struct WaitingDirectory {
        let source: RemotePath
        let parent: LocalDirectory
        let name: [UInt8]
        let mode: UInt32
    }

    /// As much content is asked for as the channel's window takes: that fills long lines.
    var lanes = TransferLanes(
        first: TransferLane(SFTPConversation(), bytesInFlight: LaneSize.firstWindow)
    )
    let leftovers: [RemotePath] = []
    private(set) var report: TransferReport?
    private let sources: [RemotePath]
    private let target: DownloadTarget
    var progress: ProgressReporter
    var result = TransferReport()
    private var hasBegun = false
    var files: [WaitingFile] = []
    var directories: [WaitingDirectory] = []
    var jobs: [DownloadJob] = []
    var listings = 0
    var pendingOthers = 0
    var lateModes: [(LocalDirectory, UInt32)] = []

    init(_ sources: [RemotePath], to target: DownloadTarget, progress: ProgressReporter) {
        self.sources = sources
        self.target = target
        self.progress = progress
    }

    var outstanding: (files: Int, bytes: UInt64) { progress.outstanding }
    var movedBytes: UInt64 { progress.current.bytes }

    func add(_ lane: TransferLane) {
        lanes.add(lane)
    }

    func addInterests(to set: inout PollSet) {
        for job in jobs {
            if case .stream(let output) = job.destination { output.addInterests(to: &set) }
        }
    }

    func advance(ready: PollSet) throws(SSHError) -> Bool {
        guard let features = lanes.features, report == nil else { return false }
        if !hasBegun {
            hasBegun = true
            for source in sources { lookAt(source) }
            return true
        }
        var moved = false
        // Listings and files share the handles that the server gives.
        let listingsInFlight = min(Self.mostListings, features.handles / 2)
        while listings < listingsInFlight, files.count < Self.waitingHighWater,
            let next = directories.popLast()
        {
            enter(next)
            moved = true
        }
        while let lane = lanes.idlest(handles: features.handles - listingsInFlight),
            let next = files.popLast()
        {
            begin(next, in: lane)
            moved = true
        }
        spreadLargeFiles()
        if askForContent(size: features.readSize) { moved = true }
        lanes.rotate()
        if try finishJobs(ready: ready) { moved = true }
        progress.tell()
        finishIfDone()
        guard result.problems.count <= Self.mostProblems else {
            throw SSHError.violation("more than \(Self.mostProblems) of its files failed")
        }
        return moved
    }

    func abort() {
        for job in jobs { job.discard() }
    }

    // MARK: What was named

    private func lookAt(_ source: RemotePath) {
        pendingOthers += 1
        conversation.send(.status(source.bytes)) { [self] response throws(SSHError) in
            pendingOthers -= 1
            switch response {
            case .attributes(let attributes):
                try plan(source, attributes)
            case .status(let status):
                note(source, SSHError.remote(status, "read \(source) on the machine"))
            default:
                throw SSHError.violation("it answers a request with something else than was asked")
            }
        }
    }

    private func plan(_ source: RemotePath, _ attributes: SFTPAttributes) throws(SSHError) {
        let kind = attributes.kind ?? .file
        switch target {
        case .stream(let descriptor):
            guard kind == .file || kind == .special, sources.count == 1 else {
                throw SSHError(
                    .badRequest,
                    "cannot send \(source) to the standard output: it is not one plain file"
                )
            }
            expect(attributes)
            open(
                DownloadJob(
                    source,
                    size: attributes.size ?? 0,
                    destination: .stream(OrderedOutput(descriptor)),
                    in: lanes.first
                )
            )
        case .path(let path):
            guard kind != .special else { return noteSpecial(source) }
            do throws(SSHError) {
                try plan(source, attributes, isDirectory: kind == .directory, into: path)
            } catch {
                note(source, error)
            }
        }
    }

    private func plan(
        _ source: RemotePath,
        _ attributes: SFTPAttributes,
        isDirectory: Bool,
        into path: FilePath
    ) throws(SSHError) {
        let destination = RemotePath(bytes: LocalPath.bytes(path))
        let goal = try TransferPlan.target(
            of: source,
            isDirectory: isDirectory,
            amongMany: sources.count > 1,
            to: destination,
            which: LocalPath.destination(path)
        )
        if isDirectory, LocalPath.destination(LocalPath.path(goal.bytes)) == .directory {
            result.directories += 1
            list(source, into: try .named(goal))
        } else if isDirectory {
            directories.append(
                WaitingDirectory(
                    source: source,
                    parent: try .named(goal.parent),
                    name: goal.name,
                    mode: attributes.mode ?? 0o777
                )
            )
        } else {
            files.append(
                WaitingFile(
                    source: source,
                    directory: try .named(goal.parent),
                    name: goal.name,
                    attributes: attributes
                )
            )
            expect(attributes)
        }
    }

    // MARK: The end

    func expect(_ attributes: SFTPAttributes) {
        progress.current.expectedFiles += 1
        progress.current.expectedBytes &+= attributes.size ?? 0
    }

    func noteSpecial(_ path: RemotePath) {
        note(path, SSHError(.skipped, "left out \(path): it is not a file or directory"))
    }

    func note(_ path: RemotePath, _ failure: SSHError) {
        result.problems.append(PartialFailure.Item(subject: path.description, failure: failure))
    }

    private func finishIfDone() {
        guard files.isEmpty, directories.isEmpty, jobs.isEmpty, listings == 0, pendingOthers == 0,
            lanes.areQuiet
        else { return }
        for (directory, mode) in lateModes.reversed() { directory.setMode(mode) }
        progress.finish()
        report = result
    }
}

extension LocalDirectory {
    /// Opens a directory that stands in a plan.
    static func named(_ path: RemotePath) throws(SSHError) -> LocalDirectory {
        do throws(Errno) {
            return try open(LocalPath.path(path.bytes))
        } catch {
            throw SSHError.local(error, "write to \(path)")
        }
    }
}
