/// The pauses between looks at something that changes slowly: growing, bounded and jittered.
///
/// Jitter keeps many clients that started together from asking together.
package struct Backoff: Sendable {
    package let first: Duration
    package let factor: Double
    package let ceiling: Duration
    /// A number in 0..<1; injected so that tests know the pauses.
    private let random: @Sendable () -> Double

    package init(
        first: Duration,
        factor: Double = 1.5,
        ceiling: Duration,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) }
    ) {
        self.first = first
        self.factor = factor
        self.ceiling = ceiling
        self.random = random
    }

    /// The pause before attempt `attempt` (the first retry is 1): between 75 % and 100 % of
    /// `first` × `factor`ⁿ, and never above `ceiling`.
    package func pause(beforeAttempt attempt: Int) -> Duration {
        var pause = first
        for _ in 1..<max(attempt, 1) where pause < ceiling {
            pause = pause * factor
        }
        return min(pause, ceiling) * (0.75 + 0.25 * random())
    }
}
