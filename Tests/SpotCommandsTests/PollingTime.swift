import FoundationEssentials
import SpotSupport
import SpotTestSupport

/// Time for verbs, in which a wait races its deadline: pauses between two looks take no time, deadlines
/// never come unless the pauses add up to them.
struct PollingTime: TimeSource {
    /// No pause between two looks is as long, no deadline of a verb is as short.
    private static let shortestDeadline = Duration.seconds(30)

    private let pauses = ManualTime(.jumping)
    private let deadlines = ManualTime(.standing)

    var now: Date { pauses.now }
    var uptime: Duration { pauses.uptime }

    func sleep(for duration: Duration) async throws {
        let time = duration < Self.shortestDeadline ? pauses : deadlines
        try await time.sleep(for: duration)
    }
}
