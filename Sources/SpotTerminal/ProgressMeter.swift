package import SpotSupport
import Synchronization

/// Counts a transfer and says how it goes: on one live line, as a plain line every ten seconds, or as
/// one JSON object a line, always on standard error.
///
/// Its methods may be called from any thread, as often as one likes.
package final class ProgressMeter: Sendable {
    /// What has been moved so far.
    package struct Snapshot: Encodable, Hashable, Sendable {
        package var bytes: Int64 = 0
        package var totalBytes: Int64?
        package var files = 0
        package var totalFiles: Int?
        /// The file under way.
        package var file: String?
        package var bytesPerSecond: Double?
        package var secondsLeft: Double?
        package var secondsElapsed: Double = 0
    }

    private struct State {
        var snapshot = Snapshot()
        var rate: TransferRate
        var shownAt: Duration?
        var isOver = false
    }

    private let verb: Verb
    private let console: any Console
    private let time: any TimeSource
    private let began: Duration
    private let state: Mutex<State>

    /// "uploading" while it runs, "uploaded" at the end.
    package struct Verb: Hashable, Sendable {
        package static let upload = Verb(doing: "uploading", done: "uploaded")
        package static let download = Verb(doing: "downloading", done: "downloaded")

        package let doing: String
        package let done: String

        package init(doing: String, done: String) {
            self.doing = doing
            self.done = done
        }
    }

    package init(
        _ verb: Verb,
        on console: any Console,
        time: any TimeSource,
        totalBytes: Int64? = nil,
        totalFiles: Int? = nil
    ) {
        self.verb = verb
        self.console = console
        self.time = time
        began = time.uptime
        var snapshot = Snapshot()
        snapshot.totalBytes = totalBytes
        snapshot.totalFiles = totalFiles
        state = Mutex(State(snapshot: snapshot, rate: TransferRate(from: began)))
    }

    /// What there is to move, once it is known.
    package func expect(bytes: Int64?, files: Int?) {
        update { state, _ in
            state.snapshot.totalBytes = bytes
            state.snapshot.totalFiles = files
        }
    }

    package func beginFile(_ name: String) {
        update { state, _ in state.snapshot.file = name }
    }

    package func add(bytes: Int64) {
        update { state, now in
            state.snapshot.bytes += bytes
            state.rate.note(total: state.snapshot.bytes, at: now)
        }
    }

    /// Bytes that were there already (a resumed file): they count, but not for the rate.
    package func skip(bytes: Int64) {
        update { state, _ in
            state.snapshot.bytes += bytes
            state.rate.skip(bytes)
        }
    }

    package func endFile() {
        update { state, _ in state.snapshot.files += 1 }
    }

    /// Draws again though nothing moved, so that a stall shows.
    package func refresh() { update { _, _ in } }

    /// Clears the live line and, where all went well, says the final one.
    @discardableResult
    package func finish(successfully: Bool = true) -> Snapshot {
        let (snapshot, wasOver) = state.withLock { state in
            let wasOver = state.isOver
            state.isOver = true
            return (measured(state, time.uptime), wasOver)
        }
        guard !wasOver else { return snapshot }
        console.setLiveLine(nil)
        guard successfully, console.traits.verbosity > .quiet else { return snapshot }
        if console.traits.format == .json {
            tell(Event(event: "finished", progress: snapshot))
        } else {
            console.talk(ProgressText.final(snapshot, verb))
        }
        return snapshot
    }

    private var interval: Duration {
        console.traits.format == .json || console.traits.canRedraw
            ? console.traits.format == .json ? .seconds(1) : StatusLine.redrawInterval
            : StatusLine.plainInterval
    }

    private func update(_ change: (inout State, Duration) -> Void) {
        let due: Snapshot? = state.withLock { state in
            let now = time.uptime
            change(&state, now)
            guard !state.isOver, now - (state.shownAt ?? began) >= interval else { return nil }
            state.shownAt = now
            return measured(state, now)
        }
        guard let due, console.traits.verbosity > .quiet else { return }
        if console.traits.format == .json {
            tell(Event(event: "progress", progress: due))
        } else if console.traits.canRedraw {
            console.setLiveLine(ProgressText.live(due, verb))
        } else {
            console.talk(ProgressText.live(due, verb))
        }
    }

    private func measured(_ state: State, _ now: Duration) -> Snapshot {
        var snapshot = state.snapshot
        snapshot.secondsElapsed = (now - began).seconds
        snapshot.bytesPerSecond =
            state.isOver ? state.rate.overall(at: now) : state.rate.recent(at: now)
        if let total = snapshot.totalBytes, let rate = snapshot.bytesPerSecond, rate > 0 {
            snapshot.secondsLeft = Double(max(0, total - snapshot.bytes)) / rate
        }
        return snapshot
    }

    private struct Event: Encodable {
        let event: String
        let progress: Snapshot
    }

    private func tell(_ event: Event) {
        console.talk(json: event)
    }
}
