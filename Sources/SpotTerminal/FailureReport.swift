import SpotSupport

/// What is told about a failure, as a value: printed for people, encoded with `--json`.
package struct FailureReport: Encodable, Hashable, Sendable {
    /// The failure's kind in one word, for programs.
    package let kind: String
    package let message: String
    package let hint: String?
    /// The identifier under which AWS logged the request.
    package let requestID: String?
    /// From the nearest to the deepest; shown with `--verbose`.
    package let causes: [String]

    package init(_ error: any Error) {
        let failure = error as? any Failure
        kind = FailureReport.name(
            of: failure?.kind ?? (error is CancellationError ? .cancelled : .broken)
        )
        message = FailureReport.text(of: error)
        hint = failure?.hint
        requestID = failure?.requestID
        var causes: [String] = []
        var next = failure?.cause
        while let cause = next, causes.count < FailureReport.deepest {
            causes.append(FailureReport.text(of: cause))
            next = (cause as? any Failure)?.cause
        }
        self.causes = causes
    }

    /// More causes than this tell nobody anything.
    private static let deepest = 8

    private static func text(of error: any Error) -> String {
        switch error {
        case let failure as any Failure: failure.message
        case is CancellationError: "cancelled"
        default: "\(error)"
        }
    }

    private static func name(of kind: FailureKind) -> String {
        switch kind {
        case .usage: "usage"
        case .notFound: "not-found"
        case .conflict: "conflict"
        case .denied: "denied"
        case .capacity: "capacity"
        case .interrupted: "interrupted"
        case .transport: "transport"
        case .partial: "partial"
        case .timedOut: "timed-out"
        case .cancelled: "cancelled"
        case .remoteStatus: "remote-status"
        case .broken: "failed"
        }
    }
}
