package import FoundationEssentials
import SpotSupport
import Synchronization

/// Time that moves only when a test says so.
///
/// `.jumping` suits waits of one task: a sleep takes no time and moves the clocks on by its length.
/// `.standing` suits everything else: a sleep lasts until `advance(by:)` reaches its end.
package final class ManualTime: TimeSource {
    package enum Habit: Sendable {
        case jumping
        case standing
    }

    private struct Sleeper {
        let id: Int
        let end: Duration
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var uptime = Duration.zero
        var nextID = 0
        var sleepers: [Sleeper] = []
        var cancelled: Set<Int> = []
        var slept: [Duration] = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    /// The time of day at the beginning: 2026-01-02 03:04:05 UTC unless told otherwise.
    private let beginning: Date
    private let habit: Habit
    private let state = Mutex(State())

    package init(
        _ habit: Habit = .jumping,
        at beginning: Date = Date(timeIntervalSince1970: 1_767_323_045)
    ) {
        self.habit = habit
        self.beginning = beginning
    }

    package var now: Date { beginning.addingTimeInterval(uptime.seconds) }

    package var uptime: Duration { state.withLock { $0.uptime } }

    /// The length of every sleep so far, in the order in which they began.
    package var slept: [Duration] { state.withLock { $0.slept } }

    package func sleep(for duration: Duration) async throws {
        try Task.checkCancellation()
        guard habit == .standing else {
            state.withLock { state in
                state.slept.append(duration)
                state.uptime += duration
            }
            return
        }
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                enter(id, duration, continuation)
            }
        } onCancel: {
            cancel(id)
        }
    }

    /// Moves the clocks on and wakes whoever has slept long enough, in the order of their ends.
    package func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.uptime += duration
            let now = state.uptime
            let woken = state.sleepers.filter { $0.end <= now }.sorted { $0.end < $1.end }
            state.sleepers.removeAll { $0.end <= now }
            return woken
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }

    /// Returns once `count` tasks are asleep: the moment from which `advance(by:)` is sure to meet them.
    package func untilAsleep(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isSo = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isSo { continuation.resume() }
        }
    }

    private func enter(
        _ id: Int,
        _ duration: Duration,
        _ continuation: CheckedContinuation<Void, any Error>
    ) {
        enum Fate {
            case cancelled
            case atOnce
            case asleep([CheckedContinuation<Void, Never>])
        }
        let fate: Fate = state.withLock { state in
            state.slept.append(duration)
            if state.cancelled.remove(id) != nil { return .cancelled }
            guard duration > .zero else { return .atOnce }
            state.sleepers.append(
                Sleeper(id: id, end: state.uptime + duration, continuation: continuation)
            )
            let count = state.sleepers.count
            let satisfied = state.watchers.filter { $0.count <= count }.map(\.continuation)
            state.watchers.removeAll { $0.count <= count }
            return .asleep(satisfied)
        }
        switch fate {
        case .cancelled: continuation.resume(throwing: CancellationError())
        case .atOnce: continuation.resume()
        case .asleep(let watchers): for watcher in watchers { watcher.resume() }
        }
    }

    private func cancel(_ id: Int) {
        let sleeper = state.withLock { state -> Sleeper? in
            guard let index = state.sleepers.firstIndex(where: { $0.id == id }) else {
                state.cancelled.insert(id)
                return nil
            }
            return state.sleepers.remove(at: index)
        }
        sleeper?.continuation.resume(throwing: CancellationError())
    }
}
