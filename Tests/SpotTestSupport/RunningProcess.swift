import Dispatch
package import Glibc
import SpotSupport
import Synchronization

/// A program that was started and has not been waited for; it is killed when nobody holds it.
package final class RunningProcess: Sendable {
    package let id: pid_t
    private let what: String
    private let stage = Mutex(Stage.running)

    private enum Stage {
        case running
        case overdue
        /// Its number may belong to another process from now on.
        case ended
    }

    /// A program that took too long and was killed.
    package struct Overdue: Error, CustomStringConvertible {
        package let description: String
    }

    init(id: pid_t, what: String) {
        self.id = id
        self.what = what
    }

    deinit {
        guard stage.withLock({ $0 }) != .ended else { return }
        kill(-id, SIGKILL)
        kill(id, SIGKILL)
        waitpid(id, nil, 0)
    }

    /// Sends it a signal, as long as it is there.
    package func signal(_ number: CInt) {
        stage.withLock { stage in
            if stage != .ended { kill(id, number) }
        }
    }

    /// Waits for its end and answers its status, 128 + the signal for one that was killed.
    package func end(within limit: Duration = .seconds(60)) async throws -> Int32 {
        DispatchQueue.global().asyncAfter(deadline: .now() + limit / .seconds(1)) { [weak self] in
            self?.giveUp()
        }
        return try await BlockingPool.run { () throws(Overdue) in
            let isOverdue = self.awaitEnd()
            let status = self.reap()
            if isOverdue { throw Overdue(description: "\(self.what): not ended after \(limit)") }
            return status
        }
    }

    /// Waits for its end and blocks meanwhile, without a deadline.
    @discardableResult
    package func waitForEnd() -> Int32 {
        _ = awaitEnd()
        return reap()
    }

    /// Waits, leaves its number taken, and tells whether it was killed as overdue.
    private func awaitEnd() -> Bool {
        var fate = unsafe siginfo_t()
        while unsafe waitid(P_PID, id_t(id), &fate, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        return stage.withLock { stage in
            defer { stage = .ended }
            return stage == .overdue
        }
    }

    private func reap() -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }

    private func giveUp() {
        stage.withLock { stage in
            guard stage == .running else { return }
            stage = .overdue
            kill(-id, SIGKILL)
            kill(id, SIGKILL)
        }
    }
}
