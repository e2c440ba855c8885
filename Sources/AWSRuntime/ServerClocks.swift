import FoundationEssentials
import SpotSupport
import Synchronization

/// How far the clocks of servers are from ours, host by host.
///
/// AWS refuses signatures that are some five minutes off. What it says then does not differ from what
/// it says to a wrong key; only its `Date` tells which it is.
package final class ServerClocks: Sendable {
    /// Less than this, and a refused signature has another reason.
    static let tolerance: Duration = .seconds(240)

    private struct Clock {
        /// Theirs less ours, when we last heard of it.
        var seen: Duration = .zero
        /// What signatures are made with.
        var applied: Duration = .zero
    }

    private struct State {
        var clocks: [String: Clock] = [:]
        var hasWarned = false
    }

    private let state = Mutex(State())

    package init() {}

    /// What to add to our time for a signature that `host` is to accept.
    func offset(at host: String) -> Duration {
        state.withLock { $0.clocks[host]?.applied ?? .zero }
    }

    /// Keeps what an answer tells about its sender's clock.
    /// - Returns: The offset if a person should hear of it, which is so once.
    func note(_ date: Date, of host: String, at now: Date) -> Duration? {
        let seen = Duration.seconds(date.timeIntervalSince(now))
        return state.withLock { state in
            state.clocks[host, default: Clock()].seen = seen
            guard seen.isBeyondTolerance, !state.hasWarned else { return nil }
            state.hasWarned = true
            return seen
        }
    }

    /// Corrects the time for `host` if a signature made with the offset `used` was too far off.
    /// - Returns: Whether another signature may fare better.
    func correct(_ host: String, from used: Duration) -> Bool {
        state.withLock { state in
            guard let clock = state.clocks[host], (clock.seen - used).isBeyondTolerance else {
                return false
            }
            state.clocks[host]?.applied = clock.seen
            return true
        }
    }
}

extension Duration {
    fileprivate var isBeyondTolerance: Bool {
        self > ServerClocks.tolerance || self < .zero - ServerClocks.tolerance
    }
}
