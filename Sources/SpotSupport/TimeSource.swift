package import struct FoundationEssentials.Date

/// Where time comes from, so that tests of waits take none.
package protocol TimeSource: Sendable {
    /// The time of day, for timestamps and signatures; it may jump.
    var now: Date { get }
    /// Time since some fixed moment; it never goes back.
    var uptime: Duration { get }
    /// Waits, and throws `CancellationError` at once when the task is cancelled.
    func sleep(for duration: Duration) async throws
}

/// The machine's own clocks.
package struct SystemTime: TimeSource {
    private static let origin = ContinuousClock.now

    package init() {}

    package var now: Date { Date() }

    package var uptime: Duration { Self.origin.duration(to: .now) }

    package func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }
}
