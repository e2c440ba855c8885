internal import SpotSupport
internal import SystemPackage

/// Fetches files and trees: listings, opens and reads of many files at once, each written under a
/// temporary name until it is whole.
///
/// What the server says about names is believed only as far as they stay inside the target.
final class DownloadTransfer: TransferMachine {
    /// Content that was asked for and has not come; with the channel's window it fills long lines.
    private static let bytesInFlight = Int(TransferActivity.window)
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

    let conversation = SFTPConversation()
    let leftovers: [RemotePath] = []
    private(set) var report: TransferReport?
    private let sources: [RemotePath]
    private let target: DownloadTarget
    private var progress: ProgressReporter
    var result = TransferReport()
    private var hasBegun = false
    var files: [WaitingFile] = []
    var directories: [WaitingDirectory] = []
    private var jobs: [DownloadJob] = []
    var listings = 0
    var pendingOthers = 0
    private var unconfirmedBytes = 0
    var lateModes: [(LocalDirectory, UInt32)] = []

    init(_ sources: [RemotePath], to target: DownloadTarget, progress: ProgressReporter) {
        self.sources = sources
        self.target = target
        self.progress = progress
    }

    func addInterests(to set: inout PollSet) {
        for job in jobs {
            if case .stream(let output) = job.destination { output.addInterests(to: &set) }
        }
    }

    func advance(ready: PollSet) throws(SSHError) -> Bool {
        guard let features = conversation.features, report == nil else { return false }
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
        while jobs.count < features.handles - listingsInFlight, let next = files.popLast() {
            begin(next)
            moved = true
        }
        if askForContent(size: features.readSize) { moved = true }
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
                    destination: .stream(OrderedOutput(descriptor))
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

    // MARK: Files

    private func begin(_ next: WaitingFile) {
        let temporary = TransferPlan.temporaryName()
        let mode = (next.attributes.mode ?? 0o666) & 0o777
        do throws(Errno) {
            let file = try next.directory.makeFile(temporary, mode: mode)
            open(
                DownloadJob(
                    next.source,
                    size: next.attributes.size ?? 0,
                    destination: .file(next.directory, temporary: temporary, name: next.name, file)
                )
            )
        } catch {
            note(next.source, SSHError.local(error, "write \(PrintableName.of(next.name))"))
        }
    }

    private func open(_ job: DownloadJob) {
        jobs.append(job)
        pendingOthers += 1
        conversation.send(.open(job.source.bytes, .read, SFTPAttributes())) {
            [self] response throws(SSHError) in
            pendingOthers -= 1
            switch response {
            case .handle(let handle): job.handle = handle
            case .status(let status):
                job.fail(SSHError.remote(status, "read \(job.source) on the machine"))
                end(job)
            default:
                throw SSHError.violation("it answers a request with something else than was asked")
            }
        }
    }

    private func askForContent(size: UInt32) -> Bool {
        var moved = false
        for job in jobs {
            while unconfirmedBytes < Self.bytesInFlight, let handle = job.handle,
                let (offset, count) = job.nextRequest(size: size)
            {
                unconfirmedBytes += Int(count)
                moved = true
                conversation.send(.read(handle, offset: offset, count: count)) {
                    [self] response throws(SSHError) in
                    unconfirmedBytes -= Int(count)
                    let before = job.receivedBytes
                    try job.accept(response, offset: offset, count: count)
                    progress.current.bytes += job.receivedBytes - before
                }
            }
        }
        return moved
    }

    private func finishJobs(ready: PollSet) throws(SSHError) -> Bool {
        var moved = false
        for job in jobs {
            var isDelivered = true
            if case .stream(let output) = job.destination {
                if try output.advance(ready: ready) { moved = true }
                isDelivered = output.isEmpty || job.failure != nil
            }
            guard job.isComplete, isDelivered, let handle = job.handle else { continue }
            conversation.sendForStatus(.close(handle)) { _ in }
            end(job)
        }
        let before = jobs.count
        jobs.removeAll { $0.isOver }
        return moved || jobs.count < before
    }

    private func end(_ job: DownloadJob) {
        job.settle()
        if let failure = job.failure {
            note(job.source, failure)
        } else {
            result.files += 1
            result.bytes += job.receivedBytes
            progress.current.files += 1
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
            conversation.openCount == 0
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
