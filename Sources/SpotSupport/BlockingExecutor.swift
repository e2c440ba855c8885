import Dispatch

/// Runs an actor on a thread of its own, so that what it does may block.
///
/// Swift's cooperative threads must never block; `poll(2)` and C libraries do. On Linux Dispatch has
/// no serial queue that is itself an executor, hence this class around one.
package final class BlockingExecutor: SerialExecutor {
    private let queue: DispatchQueue

    package init(label: String) {
        queue = DispatchQueue(label: label)
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        let executor = unsafe asUnownedSerialExecutor()
        queue.async { unsafe job.runSynchronously(on: executor) }
    }

    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }
}

/// Threads for blocking calls that belong to no actor.
package enum BlockingPool {
    /// Runs `body` on a thread that may block and hands back what it returns or throws.
    ///
    /// Each call has a serial queue of its own: Dispatch gives such a queue a thread at once, while it
    /// lets the work of a concurrent queue wait until a processor is free, and a blocked call never
    /// frees one. Callers bound how many calls they make at a time.
    package static func run<Value: Sendable, Problem: Error>(
        _ body: @escaping @Sendable () throws(Problem) -> Value
    ) async throws(Problem) -> Value {
        let result: Result<Value, Problem> = await withCheckedContinuation { continuation in
            DispatchQueue(label: "spot.blocking").async {
                do throws(Problem) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }
}
