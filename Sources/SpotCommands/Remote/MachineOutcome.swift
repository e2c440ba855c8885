import SpotSupport
import SpotTerminal

/// How a command that runs on several machines ended on one of them.
struct MachineOutcome: Sendable {
    enum End: Sendable {
        case exited(Int32)
        /// It could not be started, or its end is not known.
        case failed(any Error)
    }

    let name: String
    let end: End

    /// The status that `exec` on this machine alone would have.
    var status: Int32 {
        switch end {
        case .exited(let status): status
        case .failed(let error): ExitStatus.status(of: error, under: .remoteCommand)
        }
    }

    /// Our own failure, which names the machine.
    var failure: GeneralFailure? {
        guard case .failed(let error) = end else { return nil }
        let failure = error as? any Failure
        return GeneralFailure(
            failure?.kind ?? (error is CancellationError ? .cancelled : .broken),
            PartialFailure.Item(subject: name.printable, failure: error).line,
            hint: failure?.hint,
            cause: failure?.cause
        )
    }

    /// Who failed how, all those together that failed alike.
    static func summary(of outcomes: [MachineOutcome]) -> String {
        let failed = outcomes.filter { $0.status != ExitStatus.success }
        var ways: [(how: String, names: [String])] = []
        for outcome in failed {
            if let index = ways.firstIndex(where: { $0.how == outcome.how }) {
                ways[index].names.append(outcome.name.printable)
            } else {
                ways.append((outcome.how, [outcome.name.printable]))
            }
        }
        let account = ways.map { "\($0.names.joined(separator: ", ")) \($0.how)" }
        return "\(failed.count) of \(outcomes.count) failed: \(account.joined(separator: "; "))"
    }

    private var how: String {
        switch end {
        case .exited(let status): "ended with \(status)"
        case .failed: "could not be seen through"
        }
    }
}

extension MachineOutcome: Encodable {
    private enum CodingKeys: CodingKey { case name, status, error }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(status, forKey: .status)
        try container.encodeIfPresent(failure.map(FailureReport.init), forKey: .error)
    }
}
