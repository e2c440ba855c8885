import Synchronization

/// What a verb wants done if it fails or is cancelled, run outside the task that was cancelled.
package final class UndoStack: Sendable {
    package typealias Step = @Sendable () async throws -> Void

    private let steps = Mutex<[Step]>([])

    package init() {}

    /// Has `step` run, before all that were pushed earlier, unless the verb ends well.
    func push(_ step: @escaping Step) {
        steps.withLock { $0.append(step) }
    }

    /// What is done so far stays.
    func clear() {
        steps.withLock { $0 = [] }
    }

    /// Runs every step, the last one first, whatever becomes of the others; each runs once.
    /// - Returns: What went wrong meanwhile.
    func run() async -> [any Error] {
        let pending = steps.withLock { steps in
            defer { steps = [] }
            return Array(steps.reversed())
        }
        var failures: [any Error] = []
        for step in pending {
            do { try await step() } catch { failures.append(error) }
        }
        return failures
    }
}
