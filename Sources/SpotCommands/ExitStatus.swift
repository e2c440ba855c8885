package import SpotSupport

/// The status a command ends with, and the one place where a failure becomes one.
package enum ExitStatus {
    package static let success: Int32 = 0
    package static let failure: Int32 = 1
    package static let usage: Int32 = 2
    package static let notFound: Int32 = 3
    package static let denied: Int32 = 4
    package static let noCapacity: Int32 = 5
    package static let interrupted: Int32 = 6
    package static let transport: Int32 = 7
    package static let partial: Int32 = 8
    package static let timedOut: Int32 = 124
    package static let cancelled: Int32 = 130
    /// What `ssh` itself answers when it is ssh that failed.
    package static let sshFailure: Int32 = 255

    /// What a verb promises about its status.
    package enum Convention: Sendable {
        /// The table of docs/exit-codes.md.
        case verb
        /// `exec`, `run`, `shell`, `wait RUN`: the remote status to the letter, and 255 for what
        /// kept us from getting one, as `ssh` does.
        case remoteCommand
        /// `exec` with a pattern: the status that all the machines have in common, else
        /// `partial`; and `notFound` where nothing matches.
        case remoteCommands
    }

    /// The meaning of each status of `Convention.verb`, for help texts and documents.
    package static let table: [(status: Int32, meaning: String)] = [
        (success, "done"),
        (failure, "failed for another reason"),
        (usage, "usage: bad flag, bad value, unknown profile"),
        (notFound, "no such machine or file system"),
        (denied, "credentials or permission"),
        (noCapacity, "no capacity, price too low, quota"),
        (interrupted, "the machine was interrupted by AWS"),
        (transport, "transport or host-key failure"),
        (partial, "partial: some of many failed"),
        (timedOut, "timed out"),
        (cancelled, "cancelled"),
    ]

    /// The status for a failure.
    package static func status(of error: any Error, under convention: Convention) -> Int32 {
        if error is CancellationError { return cancelled }
        let kind = (error as? any Failure)?.kind ?? .broken
        switch convention {
        case .verb: return verbStatus(kind)
        case .remoteCommand: return remoteCommandStatus(kind)
        case .remoteCommands: return kind == .notFound ? notFound : remoteCommandStatus(kind)
        }
    }

    /// The status of one command on several machines, from that of each.
    package static func common(of statuses: [Int32]) -> Int32 {
        guard let first = statuses.first else { return success }
        return statuses.allSatisfy { $0 == first } ? first : partial
    }

    /// The status of a verb that reports failures of this kind without failing itself.
    package static func status(of kind: FailureKind) -> Int32 { verbStatus(kind) }

    private static func verbStatus(_ kind: FailureKind) -> Int32 {
        switch kind {
        case .conflict, .broken: failure
        case .usage: usage
        case .notFound: notFound
        case .denied: denied
        case .capacity: noCapacity
        case .interrupted: interrupted
        case .transport: transport
        case .partial: partial
        case .timedOut: timedOut
        case .cancelled: cancelled
        case .remoteStatus(let status): status
        }
    }

    /// Only a transport failure, a time-out and a cancellation have statuses of their own here: any
    /// other of our failures could be mistaken for the command's own, and so is 255 as well, except
    /// usage, which is found before anything is contacted.
    private static func remoteCommandStatus(_ kind: FailureKind) -> Int32 {
        switch kind {
        case .usage: usage
        case .timedOut: timedOut
        case .cancelled: cancelled
        case .remoteStatus(let status): status
        case .conflict, .broken, .notFound, .denied, .capacity, .interrupted, .transport, .partial:
            sshFailure
        }
    }
}

extension ExitStatus {
    /// The table as `spot --help` shows it.
    package static let helpText: String = {
        let rows = table.map { row in
            let status = String(row.status)
            return "  " + String(repeating: " ", count: 3 - status.count) + status + "  "
                + row.meaning
        }
        return
            (["EXIT STATUS:"] + rows + [
                "  exec, run and shell end with the remote status to the letter; 255 is ours.",
                "  exec with a pattern ends with the status that all have in common, or with 8.",
            ]).joined(separator: "\n")
    }()
}
