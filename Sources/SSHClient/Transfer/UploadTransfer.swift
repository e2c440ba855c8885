internal import SpotSupport

/// Sends a tree: directories from the top down, many files at once, each under a temporary name until
/// it is whole.
final class UploadTransfer: TransferMachine {
    /// Content that is on its way and not yet confirmed.
    private static let bytesInFlight = 8 << 20
    /// What waits for the channel; above this nothing more is read from files.
    private static let outgoingHighWater = 1 << 20

    let conversation = SFTPConversation()
    private(set) var report: TransferReport?
    private let tree: LocalTree
    private let destination: RemotePath
    private var progress: ProgressReporter
    private var result = TransferReport()
    private var hasAskedDestination = false
    /// Where an item goes, once its directory is there.
    private var ready: [(index: Int, target: RemotePath)] = []
    private var jobs: [UploadJob] = []
    /// Directories and links that the server has not confirmed.
    private var pendingOthers = 0
    private var unconfirmedBytes = 0
    /// Directories whose own permissions would have kept us out.
    private var lateModes: [(RemotePath, UInt32)] = []
    private var hasSetLateModes = false
    /// What was made under a temporary name and has no other yet, by the number of the request.
    private var temporaries: [RemotePath: UInt32] = [:]
    private var isAborting = false

    init(_ tree: LocalTree, to destination: RemotePath, progress: ProgressReporter) {
        self.tree = tree
        self.destination = destination
        self.progress = progress
        self.progress.current.expectedFiles = tree.fileCount
        self.progress.current.expectedBytes = tree.byteCount
        result.problems = tree.problems
    }

    func addInterests(to set: inout PollSet) {
        for job in jobs { job.addInterests(to: &set) }
    }

    func advance(ready set: PollSet) throws(SSHError) -> Bool {
        guard let features = conversation.features, report == nil else { return false }
        if !hasAskedDestination {
            askDestination()
            return true
        }
        var moved = false
        jobs.removeAll { $0.isOver }
        while jobs.count < features.handles, pendingOthers < 1024, let next = ready.popLast() {
            start(next.index, at: next.target)
            moved = true
        }
        for job in jobs where job.canSend {
            guard conversation.outgoing.count < Self.outgoingHighWater,
                unconfirmedBytes < Self.bytesInFlight
            else { break }
            if sendContent(of: job, ready: set, size: Int(features.writeSize)) { moved = true }
        }
        progress.tell()
        finishIfDone()
        return moved
    }

    var leftovers: [RemotePath] { Array(temporaries.keys) }

    func abort() {
        guard !isAborting else { return }
        isAborting = true
        let unsent = conversation.takeBackUnsent()
        for (path, request) in temporaries {
            if unsent.contains(request) {
                temporaries[path] = nil
            } else if !conversation.awaits(request) {
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

    private func start(_ index: Int, at target: RemotePath) {
        let item = tree.items[index]
        switch item.content {
        case .directory(let children): makeDirectory(item, children, at: target)
        case .link(let linkTarget): makeLink(item, to: linkTarget, at: target)
        case .file: startFile(item, at: target)
        case .stream(let descriptor):
            open(UploadJob(item, target: target, source: .stream(InputStreamReader(descriptor))))
        }
    }

    // MARK: Directories and links

    private func makeDirectory(
        _ item: LocalTree.Item,
        _ children: Range<Int>,
        at target: RemotePath
    ) {
        pendingOthers += 1
        let attributes = SFTPAttributes(mode: item.mode | 0o700)
        conversation.sendForStatus(.makeDirectory(target.bytes, attributes)) {
            [self] status throws(SSHError) in
            pendingOthers -= 1
            if status == .ok {
                if item.mode & 0o700 != 0o700 { lateModes.append((target, item.mode)) }
                enter(children, of: target)
            } else {
                checkDirectory(item, children, at: target, after: status)
            }
        }
    }

    /// The server could not make it: perhaps because it is there already.
    private func checkDirectory(
        _ item: LocalTree.Item,
        _ children: Range<Int>,
        at target: RemotePath,
        after status: SFTPStatus
    ) {
        pendingOthers += 1
        conversation.send(.status(target.bytes)) { [self] response throws(SSHError) in
            pendingOthers -= 1
            if case .attributes(let attributes) = response, attributes.kind == .directory {
                enter(children, of: target)
            } else if case .attributes = response {
                note(
                    item,
                    SSHError(.badRequest, "cannot make the directory \(target): a file is there")
                )
            } else {
                note(item, SSHError.remote(status, "make the directory \(target)"))
            }
        }
    }

    private func enter(_ children: Range<Int>, of target: RemotePath) {
        result.directories += 1
        for child in children.reversed() {
            ready.append((child, target.appending(tree.items[child].name)))
        }
    }

    private func makeLink(_ item: LocalTree.Item, to linkTarget: [UInt8], at target: RemotePath) {
        let temporary = target.parent.appending(TransferPlan.temporaryName())
        pendingOthers += 1
        let request = SFTPRequest.makeLink(to: linkTarget, at: temporary.bytes)
        temporaries[temporary] = conversation.sendForStatus(request) {
            [self] status throws(SSHError) in
            guard status == .ok else {
                temporaries[temporary] = nil
                pendingOthers -= 1
                note(item, SSHError.remote(status, "make the link \(target)"))
                return
            }
            settle(temporary, at: target) { [self] status in
                pendingOthers -= 1
                if status == .ok {
                    result.links += 1
                } else {
                    note(item, SSHError.remote(status, "make the link \(target)"))
                }
            }
        }
    }

    // MARK: Files

    private func startFile(_ item: LocalTree.Item, at target: RemotePath) {
        do throws(SSHError) {
            open(UploadJob(item, target: target, source: try .opening(item)))
        } catch {
            note(item, error)
        }
    }

    private func open(_ job: UploadJob) {
        jobs.append(job)
        let attributes = SFTPAttributes(mode: job.item.mode)
        let request = SFTPRequest.open(
            job.temporary.bytes,
            [.write, .create, .exclusive],
            attributes
        )
        temporaries[job.temporary] = conversation.send(request) {
            [self] response throws(SSHError) in
            switch response {
            case .handle(let handle):
                job.handle = handle
                if isAborting { remove(job.temporary) }
            case .status(let status):
                temporaries[job.temporary] = nil
                end(job, with: SSHError.remote(status, "write \(job.target) on the machine"))
            default:
                throw SSHError.violation("it answers a request with something else than was asked")
            }
        }
    }

    private func sendContent(of job: UploadJob, ready set: PollSet, size: Int) -> Bool {
        guard let handle = job.handle else { return false }
        do throws(SSHError) {
            switch try job.read(size, ready: set) {
            case .nothingYet:
                return false
            case .end:
                close(job, handle)
            case .content(let bytes, let offset):
                unconfirmedBytes += bytes.count
                job.unconfirmed += 1
                conversation.sendWrite(bytes, to: handle, at: offset) {
                    [self, count = bytes.count] response throws(SSHError) in
                    try confirm(count, of: job, response)
                }
            }
        } catch {
            job.failure = error
            close(job, handle)
        }
        return true
    }

    private func confirm(_ count: Int, of job: UploadJob, _ response: SFTPResponse)
        throws(SSHError)
    {
        guard case .status(let status) = response else {
            throw SSHError.violation("it answers a write with something else than a status")
        }
        unconfirmedBytes -= count
        job.unconfirmed -= 1
        if status == .ok {
            job.confirmedBytes += UInt64(count)
            progress.current.bytes += UInt64(count)
        } else if job.failure == nil {
            job.failure = SSHError.remote(status, "write \(job.target) on the machine")
            if let handle = job.handle { close(job, handle) }
        }
        settleIfComplete(job)
    }

    private func close(_ job: UploadJob, _ handle: [UInt8]) {
        guard !job.isClosing, !isAborting else { return }
        job.isClosing = true
        conversation.sendForStatus(.close(handle)) { [self] status throws(SSHError) in
            job.isClosed = true
            if status != .ok, job.failure == nil {
                job.failure = SSHError.remote(status, "write \(job.target) on the machine")
            }
            settleIfComplete(job)
        }
    }

    private func settleIfComplete(_ job: UploadJob) {
        guard job.isClosed, job.unconfirmed == 0, !job.isSettling, !isAborting else { return }
        job.isSettling = true
        if let failure = job.failure {
            remove(job.temporary)
            end(job, with: failure)
            return
        }
        settle(job.temporary, at: job.target) { [self] status in
            if status == .ok {
                end(job, with: nil)
            } else {
                end(job, with: SSHError.remote(status, "put \(job.target) in its place"))
            }
        }
    }

    private func end(_ job: UploadJob, with failure: SSHError?) {
        job.isOver = true
        if let failure {
            note(job.item, failure)
        } else {
            result.files += 1
            result.bytes += job.confirmedBytes
            progress.current.files += 1
        }
    }

    // MARK: Names

    /// Gives something complete its name, over what had it before; else removes it.
    private func settle(
        _ temporary: RemotePath,
        at target: RemotePath,
        then reaction: @escaping (SFTPStatus) -> Void
    ) {
        guard !isAborting else { return remove(temporary) }
        let canReplace = conversation.features?.canReplace ?? false
        let first: SFTPRequest =
            canReplace
            ? .replace(temporary.bytes, target.bytes) : .rename(temporary.bytes, target.bytes)
        conversation.sendForStatus(first) { [self] status throws(SSHError) in
            if status == .ok || canReplace {
                haveSettled(temporary, status)
                return reaction(status)
            }
            guard !isAborting else { return }
            // Version 3 renames over nothing: the old file must go first.
            conversation.sendForStatus(.remove(target.bytes)) { _ in }
            conversation.sendForStatus(first) { [self] status throws(SSHError) in
                haveSettled(temporary, status)
                reaction(status)
            }
        }
    }

    private func haveSettled(_ temporary: RemotePath, _ status: SFTPStatus) {
        if status == .ok {
            temporaries[temporary] = nil
        } else {
            remove(temporary)
        }
    }

    private func remove(_ temporary: RemotePath) {
        conversation.sendForStatus(.remove(temporary.bytes)) { [self] status throws(SSHError) in
            if status == .ok || status == .noSuchFile { temporaries[temporary] = nil }
        }
    }

    // MARK: The end

    private func note(_ item: LocalTree.Item, _ failure: SSHError) {
        let subject = LocalPath.shown(item.path)
        result.problems.append(PartialFailure.Item(subject: subject, failure: failure))
    }

    private func finishIfDone() {
        guard ready.isEmpty, jobs.isEmpty, pendingOthers == 0, conversation.openCount == 0 else {
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
