package import SpotSupport
package import SystemPackage

/// A failure of the terminal, of a stream, or of a question nobody could answer.
package struct TerminalError: Failure {
    package enum Problem: Hashable, Sendable {
        /// There is no terminal to ask the question on.
        case nobodyToAsk
        /// The person ended the input instead of answering, or the task was cancelled.
        case unanswered
        /// The reader of our output has gone.
        case brokenPipe
        /// A system call failed.
        case system(Errno)
    }

    package let problem: Problem
    package let message: String
    package let hint: String?

    package init(_ problem: Problem, _ message: String, hint: String? = nil) {
        self.problem = problem
        self.message = message
        self.hint = hint
    }

    /// A failed system call: "cannot {action}: {errno's text}".
    package init(_ errno: Errno, _ action: String) {
        self.init(
            errno == .brokenPipe ? .brokenPipe : .system(errno),
            "cannot \(action): \(errno.description.lowercased())"
        )
    }

    package var kind: FailureKind {
        switch problem {
        case .nobodyToAsk: .usage
        case .unanswered: .cancelled
        case .brokenPipe, .system: .broken
        }
    }
}
