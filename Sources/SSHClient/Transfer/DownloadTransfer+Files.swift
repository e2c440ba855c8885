internal import SpotSupport

/// Content of files: the pieces of a large one come over all lanes, a small one stays in its lane.
extension DownloadTransfer {
    /// As much must be left of a file for another lane to be worth opening it again.
    private static let spreadSize: UInt64 = 4 << 20

    func begin(_ next: WaitingFile, in lane: TransferLane) {
        let place = DownloadJob.Place(
            directory: next.directory,
            name: next.name,
            mode: (next.attributes.mode ?? 0o666) & 0o777
        )
        open(
            DownloadJob(
                next.source,
                size: next.attributes.size ?? 0,
                destination: .file(place),
                in: lane
            )
        )
    }

    func open(_ job: DownloadJob) {
        jobs.append(job)
        pendingOthers += 1
        job.home.lane.conversation.send(.open(job.source.bytes, .read, SFTPAttributes())) {
            [self] response throws(SSHError) in
            pendingOthers -= 1
            switch response {
            case .handle(let handle): job.home.didOpen(handle)
            case .status(let status):
                job.home.wasRefused()
                job.fail(SSHError.remote(status, "read \(job.source) on the machine"))
                end(job)
            default:
                throw SSHError.violation("it answers a request with something else than was asked")
            }
        }
    }

    /// Opens the few files that are left in more lanes, so that each lane has something to carry.
    func spreadLargeFiles() {
        guard lanes.all.count > 1, jobs.count < lanes.all.count else { return }
        for job in jobs where job.canSpread && job.unaskedBytes >= Self.spreadSize {
            for lane in lanes.all where !job.isOpen(in: lane) { open(job, alsoIn: lane) }
        }
    }

    /// A lane that cannot have the file leaves it to the others.
    private func open(_ job: DownloadJob, alsoIn lane: TransferLane) {
        let file = OpenFile(on: lane)
        job.files.append(file)
        lane.conversation.send(.open(job.source.bytes, .read, SFTPAttributes())) {
            response throws(SSHError) in
            switch response {
            case .handle(let handle):
                file.didOpen(handle)
                if job.isOver { file.close { _ in } }
            case .status: file.wasRefused()
            default:
                throw SSHError.violation("it answers a request with something else than was asked")
            }
        }
    }

    func askForContent(size: UInt32) -> Bool {
        var moved = false
        for job in jobs where job.canAsk {
            for file in job.files {
                while file.lane.hasRoom, let handle = file.handle,
                    let piece = job.nextRequest(size: size)
                {
                    ask(for: piece, of: job, over: file, handle)
                    moved = true
                }
            }
        }
        return moved
    }

    private func ask(
        for piece: (offset: UInt64, count: UInt32),
        of job: DownloadJob,
        over file: OpenFile,
        _ handle: [UInt8]
    ) {
        let (offset, count) = piece
        file.lane.unconfirmedBytes += Int(count)
        file.lane.conversation.send(.read(handle, offset: offset, count: count)) {
            [self] response throws(SSHError) in
            file.lane.unconfirmedBytes -= Int(count)
            let before = job.receivedBytes
            try job.accept(response, offset: offset, count: count)
            progress.current.bytes += job.receivedBytes - before
        }
    }

    func finishJobs(ready: PollSet) throws(SSHError) -> Bool {
        var moved = false
        for job in jobs {
            var isDelivered = true
            if case .stream(let output) = job.destination {
                if try output.advance(ready: ready) { moved = true }
                isDelivered = output.isEmpty || job.failure != nil
            }
            guard job.isComplete, isDelivered else { continue }
            end(job)
            for file in job.files { file.close { _ in } }
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
}
