package import SpotSupport

/// The environment or a configuration file says something that cannot be used, or too little.
package struct AWSConfigurationError: Failure {
    package let kind: FailureKind
    package let message: String
    package let hint: String?
    package let cause: (any Error)?

    /// The kind is `.usage` for what is wrong, `.denied` for credentials that are not there.
    package init(
        _ message: String,
        kind: FailureKind = .usage,
        hint: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.kind = kind
        self.message = message
        self.hint = hint
        self.cause = cause
    }
}
