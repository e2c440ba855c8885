import FoundationEssentials
import SpotSupport
import Synchronization

/// Time that stands still except where a sleep or a test moves it; sleeps take none.
final class InstantTime: TimeSource {
    private struct State {
        var uptime: Duration = .zero
        var sleeps: [Duration] = []
    }

    private static let start = Date(timeIntervalSince1970: 1_795_258_327)

    private let state = Mutex(State())

    var now: Date { Self.start.addingTimeInterval(uptime.seconds) }

    var uptime: Duration { state.withLock { $0.uptime } }

    /// Every pause that was asked for, in order.
    var sleeps: [Duration] { state.withLock { $0.sleeps } }

    func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        state.withLock { state in
            state.uptime += duration
            state.sleeps.append(duration)
        }
    }

    func advance(by duration: Duration) {
        state.withLock { $0.uptime += duration }
    }
}
