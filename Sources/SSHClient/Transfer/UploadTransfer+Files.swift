internal import SpotSupport

/// Content of files: the pieces of a large one go over all lanes, a small one stays in its lane.
extension UploadTransfer {
    /// What waits for a channel; above this nothing more is read from files.
    private static let outgoingHighWater = 512 << 10
    /// As much must be left of a file for another lane to be worth opening it again.
    private static let spreadSize: UInt64 = 2 << 20

    func open(_ job: UploadJob) {
        jobs.append(job)
        let attributes = SFTPAttributes(mode: job.item.mode)
        let request = SFTPRequest.open(
            job.temporary.bytes,
            [.write, .create, .exclusive],
            attributes
        )
        let lane = job.home.lane
        let number = lane.conversation.send(request) { [self] response throws(SSHError) in
            switch response {
            case .handle(let handle):
                job.home.didOpen(handle)
                if isAborting { remove(job.temporary) }
            case .status(let status):
                job.home.wasRefused()
                temporaries[job.temporary] = nil
                end(job, with: SSHError.remote(status, "write \(job.target) on the machine"))
            default:
                throw SSHError.violation("it answers a request with something else than was asked")
            }
        }
        temporaries[job.temporary] = Making(lane: lane, request: number)
    }

    /// Opens the few files that are left in more lanes, so that each lane has something to carry.
    func spreadLargeFiles() {
        guard lanes.all.count > 1, jobs.count < lanes.all.count else { return }
        for job in jobs where job.canSend && job.unreadBytes >= Self.spreadSize {
            for lane in lanes.all where !job.isOpen(in: lane) { open(job, alsoIn: lane) }
        }
    }

    /// A lane that cannot have the file leaves it to the others.
    private func open(_ job: UploadJob, alsoIn lane: TransferLane) {
        let file = OpenFile(on: lane)
        job.files.append(file)
        let request = SFTPRequest.open(job.temporary.bytes, .write, SFTPAttributes())
        lane.conversation.send(request) { [self] response throws(SSHError) in
            switch response {
            case .handle(let handle):
                file.didOpen(handle)
                if job.isClosing { close(file, of: job) }
            case .status:
                file.wasRefused()
                settleIfComplete(job)
            default:
                throw SSHError.violation("it answers a request with something else than was asked")
            }
        }
    }

    func sendContent(ready set: PollSet, size: Int) -> Bool {
        var moved = false
        for job in jobs where job.canSend {
            for file in job.files where file.handle != nil && job.canSend {
                guard file.lane.conversation.outgoing.count < Self.outgoingHighWater,
                    file.lane.hasRoom
                else { continue }
                if sendPiece(of: job, over: file, ready: set, size: size) { moved = true }
            }
        }
        return moved
    }

    private func sendPiece(
        of job: UploadJob,
        over file: OpenFile,
        ready set: PollSet,
        size: Int
    ) -> Bool {
        guard let handle = file.handle else { return false }
        do throws(SSHError) {
            switch try job.read(size, ready: set) {
            case .nothingYet:
                return false
            case .end:
                close(job)
            case .content(let bytes, let offset):
                file.lane.unconfirmedBytes += bytes.count
                file.openRequests += 1
                file.lane.conversation.sendWrite(bytes, to: handle, at: offset) {
                    [self, count = bytes.count] response throws(SSHError) in
                    try confirm(count, of: job, over: file, response)
                }
            }
        } catch {
            job.failure = error
            close(job)
        }
        return true
    }

    private func confirm(
        _ count: Int,
        of job: UploadJob,
        over file: OpenFile,
        _ response: SFTPResponse
    ) throws(SSHError) {
        guard case .status(let status) = response else {
            throw SSHError.violation("it answers a write with something else than a status")
        }
        file.lane.unconfirmedBytes -= count
        file.openRequests -= 1
        if status == .ok {
            job.confirmedBytes += UInt64(count)
            progress.current.bytes += UInt64(count)
        } else if job.failure == nil {
            job.failure = SSHError.remote(status, "write \(job.target) on the machine")
            close(job)
        }
        settleIfComplete(job)
    }

    private func close(_ job: UploadJob) {
        guard !job.isClosing, !isAborting else { return }
        job.isClosing = true
        for file in job.files { close(file, of: job) }
    }

    private func close(_ file: OpenFile, of job: UploadJob) {
        guard !isAborting else { return }
        file.close { [self] status throws(SSHError) in
            if status != .ok, job.failure == nil {
                job.failure = SSHError.remote(status, "write \(job.target) on the machine")
            }
            settleIfComplete(job)
        }
    }

    private func settleIfComplete(_ job: UploadJob) {
        guard job.isClosing, !job.isSettling, !isAborting, job.files.allSatisfy(\.isOver) else {
            return
        }
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
}
