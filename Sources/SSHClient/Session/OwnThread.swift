internal import Glibc

/// Starts threads that may block for as long as they live.
///
/// A connection lives for hours and sleeps in system calls, which no shared pool is made for.
enum OwnThread {
    private final class Work {
        let body: @Sendable () -> Void

        init(_ body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }

    /// Runs `body` on a new thread (`pthread_create`), on which a closed pipe is an error and not a
    /// signal.
    /// - Throws: `SSHError` when the system has no more threads.
    static func run(_ body: @escaping @Sendable () -> Void) throws(SSHError) {
        let work = unsafe Unmanaged.passRetained(Work(body))
        var thread: pthread_t = 0
        let code = unsafe pthread_create(
            &thread,
            nil,
            { context in
                var set = sigset_t()
                unsafe sigfillset(&set)
                _ = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body()
                return nil
            },
            work.toOpaque()
        )
        guard code == 0 else {
            unsafe work.release()
            throw SSHError(.closed, "cannot start a thread for the connection: error \(code)")
        }
        _ = pthread_detach(thread)
    }
}
