import SpotSupport

extension AWSError {
    /// Nobody waits for the next try any more.
    static func cancelled(after failure: AWSError) -> AWSError {
        let cause = GeneralFailure(
            .cancelled,
            "stopped waiting for \(failure.service)",
            cause: failure
        )
        return failure.followed(by: cause)
    }

    /// The credentials have expired, and there are no new ones to be had.
    static func unrenewed(after failure: AWSError, cause: AWSConfigurationError) -> AWSError {
        failure.followed(by: cause)
    }

    /// The same, with the way to new credentials where they are known to have expired.
    func advised(to provider: String) -> AWSError {
        var error = self
        error.advice =
            "the credentials from \(provider) have expired: renew them there, for example with "
            + "'aws sso login' or 'aws login', and repeat the command"
        return error
    }

    /// What kept the next try from being sent.
    private func followed(by cause: any Failure) -> AWSError {
        AWSError(.notSent, cause.message, service: service, operation: operation, cause: cause)
    }
}
