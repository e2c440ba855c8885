/// Decides whether a failed call is made again, and after what pause.
///
/// The pauses are those of AWS's standard mode: full jitter, so that many clients that failed together
/// do not come back together.
package struct RetryPolicy: Sendable {
    private static let ceiling: Duration = .seconds(20)

    /// Calls in all, the first one included.
    package let attemptsOfReads: Int
    package let attemptsOfMutations: Int
    /// A number in 0..<1; injected so that tests know the pauses.
    private let random: @Sendable () -> Double

    package init(
        attemptsOfReads: Int = 5,
        attemptsOfMutations: Int = 3,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.attemptsOfReads = attemptsOfReads
        self.attemptsOfMutations = attemptsOfMutations
        self.random = random
    }

    /// How long to wait before the call is made again; nil when it is not.
    ///
    /// What the server asks for is the least, up to 20 s, which no pause exceeds.
    ///
    /// - Parameter attempt: The calls that have failed so far, from 1.
    package func pause(
        after error: AWSError,
        attempt: Int,
        effect: OperationEffect
    ) -> Duration? {
        let limit = effect == .reads ? attemptsOfReads : attemptsOfMutations
        guard attempt < limit, error.isTransient else { return nil }
        guard effect != .once || !error.mayHaveTakenEffect else { return nil }
        let longest = min(Self.ceiling, .seconds(1) * (1 << min(attempt - 1, 5)))
        return max(longest * random(), min(error.retryAfter ?? .zero, Self.ceiling))
    }
}
