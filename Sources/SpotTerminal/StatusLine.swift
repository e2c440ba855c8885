package import SpotSupport
import Synchronization

/// Says what is being waited for, on one live line: "waiting for web: pending… 12 s (spot $0.0062/h
/// in us-east-1a)".
///
/// Where lines cannot be redrawn, a plain line appears at each change of phase and then at most every
/// ten seconds. With `--quiet` nothing appears.
package final class StatusLine: Sendable {
    private let console: any Console
    private let time: any TimeSource
    private let state = Mutex(State())

    private struct State {
        var phase: String?
        var note: String?
        var phaseBegan = Duration.zero
        var shown: String?
        var shownAt: Duration?
        var isOver = false
    }

    /// The shortest time between two drawings.
    package static let redrawInterval = Duration.milliseconds(100)
    /// The shortest time between two plain lines of one phase.
    package static let plainInterval = Duration.seconds(10)

    private init(_ console: any Console, time: any TimeSource) {
        self.console = console
        self.time = time
    }

    /// Runs `body` with a status line, keeps its elapsed time fresh meanwhile, and clears it
    /// afterwards, whatever happens.
    ///
    /// Elapsed time is measured with `time`; `cadence` paces the redrawing, apart from `time`, so that a
    /// test whose time jumps from sleep to sleep is not driven by the drawing.
    package static func whileRunning<Value>(
        on console: any Console,
        time: any TimeSource,
        cadence: any TimeSource = SystemTime(),
        _ body: (StatusLine) async throws -> Value
    ) async rethrows -> Value {
        let line = StatusLine(console, time: time)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await line.keepFresh(cadence) }
            defer {
                line.finish()
                group.cancelAll()
            }
            return try await body(line)
        }
    }

    /// Says what is awaited from now on; `note` follows in parentheses.
    ///
    /// May be called as often as one likes: the same phase again changes only the note.
    package func show(_ phase: String, note: String? = nil) {
        refresh { state, now in
            state.note = note
            guard state.phase != phase else { return }
            state.phase = phase
            state.phaseBegan = now
            if !self.console.traits.canRedraw { state.shownAt = nil }
        }
    }

    private func keepFresh(_ cadence: any TimeSource) async throws {
        guard console.traits.verbosity > .quiet else { return }
        let pause = console.traits.canRedraw ? Self.redrawInterval : .seconds(1)
        while true {
            try await cadence.sleep(for: pause)
            refresh { _, _ in }
        }
    }

    private func finish() {
        state.withLock { state in
            state.isOver = true
            if state.shown != nil { console.setLiveLine(nil) }
        }
    }

    private func refresh(_ change: (inout State, Duration) -> Void) {
        state.withLock { state in
            let now = time.uptime
            change(&state, now)
            guard !state.isOver, let phase = state.phase, console.traits.verbosity > .quiet,
                isDue(state, now)
            else { return }
            let text = Self.text(phase, note: state.note, elapsed: now - state.phaseBegan)
            guard text != state.shown else { return }
            state.shown = text
            state.shownAt = now
            if console.traits.canRedraw {
                console.setLiveLine(text)
            } else {
                console.talk(text)
            }
        }
    }

    private func isDue(_ state: State, _ now: Duration) -> Bool {
        guard let shownAt = state.shownAt else { return true }
        let interval = console.traits.canRedraw ? Self.redrawInterval : Self.plainInterval
        return now - shownAt >= interval
    }

    static func text(_ phase: String, note: String?, elapsed: Duration) -> String {
        let elapsed = elapsed < .seconds(1) ? "" : " \(elapsed.spoken)"
        return "\(phase)…\(elapsed)" + (note.map { " (\($0))" } ?? "")
    }
}
