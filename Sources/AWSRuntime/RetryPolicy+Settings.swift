extension AWSSettings {
    /// What `AWS_MAX_ATTEMPTS` and `AWS_RETRY_MODE`, or `max_attempts` and `retry_mode` of the profile,
    /// say about retries.
    ///
    /// A number of attempts holds for reads and mutations alike. Every mode means the standard one:
    /// `legacy` differs little, and the rate limit of `adaptive` serves programs that call all day.
    /// - Throws: where a value is none that AWS's tools know.
    package func retryPolicy() throws(AWSConfigurationError) -> RetryPolicy {
        let mode = retryValue("AWS_RETRY_MODE", "retry_mode") ?? "standard"
        guard ["legacy", "standard", "adaptive"].contains(mode) else {
            throw AWSConfigurationError(
                "cannot use \(mode) as a retry mode",
                hint: "AWS_RETRY_MODE and retry_mode take legacy, standard or adaptive"
            )
        }
        guard let text = retryValue("AWS_MAX_ATTEMPTS", "max_attempts") else {
            return RetryPolicy()
        }
        guard let attempts = Int(text), attempts > 0 else {
            throw AWSConfigurationError(
                "cannot use \(text) as a number of attempts",
                hint: "AWS_MAX_ATTEMPTS and max_attempts take a whole number from 1"
            )
        }
        return RetryPolicy(attemptsOfReads: attempts, attemptsOfMutations: attempts)
    }

    private func retryValue(_ variable: String, _ key: String) -> String? {
        environment[variable].flatMap { $0.isEmpty ? nil : $0 } ?? profile?[key]
    }
}
