import SpotSupport

/// The only thing that was to be copied could not be.
struct TransferFailed: Failure {
    let cause: (any Error)?

    /// Whatever the reason beneath: "not found" would be said of the machine, "partial" of many.
    var kind: FailureKind { .broken }
    var message: String { cause.map { "\($0)" } ?? "cannot copy" }
    var hint: String? { (cause as? any Failure)?.hint }
}
