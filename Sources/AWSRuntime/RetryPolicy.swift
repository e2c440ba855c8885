package import SpotSupport

/// Decides whether a failed call is made again, and after what pause.
package struct RetryPolicy: Sendable {
    /// Calls in all, the first one included.
    package let attemptsOfReads: Int
    package let attemptsOfMutations: Int
    private let throttled: Backoff
    private let other: Backoff

    package init(
        attemptsOfReads: Int = 5,
        attemptsOfMutations: Int = 3,
        throttled: Backoff = Backoff(first: .seconds(1), factor: 2, ceiling: .seconds(20)),
        other: Backoff = Backoff(first: .milliseconds(250), factor: 2, ceiling: .seconds(5))
    ) {
        self.attemptsOfReads = attemptsOfReads
        self.attemptsOfMutations = attemptsOfMutations
        self.throttled = throttled
        self.other = other
    }

    /// How long to wait before the call is made again; nil when it is not.
    ///
    /// `attempt` counts the calls that have failed so far, from 1.
    package func pause(
        after error: AWSError,
        attempt: Int,
        effect: OperationEffect
    ) -> Duration? {
        let limit = effect == .reads ? attemptsOfReads : attemptsOfMutations
        guard attempt < limit, error.isTransient else { return nil }
        guard effect != .once || !error.mayHaveTakenEffect else { return nil }
        return (error.isThrottling ? throttled : other).pause(beforeAttempt: attempt)
    }
}
