internal import SpotSupport

extension SSHSession {
    /// Sends files and directories as `cp -R` would, each file under a temporary name until it is
    /// whole.
    ///
    /// What is left out or fails does not stop the rest: it stands in the report.
    /// - Throws: `SSHError` where nothing can be done at all; `.badRequest` for a destination that
    ///   `cp` refuses too.
    package func upload(
        _ sources: [UploadSource],
        to destination: RemotePath,
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws(SSHError) -> TransferReport {
        let tree = await BlockingPool.run { () throws(Never) in LocalTree(sources) }
        return try await transfer { time in
            UploadTransfer(tree, to: destination, progress: ProgressReporter(time: time, progress))
        }
    }

    /// Fetches files and directories as `cp -R` would, each file under a temporary name until it is
    /// whole.
    ///
    /// What is left out or fails does not stop the rest: it stands in the report. Nothing is written
    /// outside the target, whatever names the server sends.
    /// - Throws: `SSHError` where nothing can be done at all.
    package func download(
        _ sources: [RemotePath],
        to target: DownloadTarget,
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws(SSHError) -> TransferReport {
        try await transfer { time in
            DownloadTransfer(sources, to: target, progress: ProgressReporter(time: time, progress))
        }
    }

    private func transfer(
        _ make: @escaping @Sendable (SystemTime) -> any TransferMachine
    ) async throws(SSHError) -> TransferReport {
        let limit = deadlines.channel
        return try await perform { connection in
            let time = SystemTime()
            return TransferActivity(
                make(time),
                on: connection,
                setupDeadline: Deadline(in: limit, of: time),
                time: time
            )
        }
    }
}
