import Dispatch

/// Threads for calls that block (`poll(2)`, C libraries): Swift's cooperative threads never must.
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
