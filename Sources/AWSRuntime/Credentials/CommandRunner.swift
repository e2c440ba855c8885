package import SpotSupport

/// Runs programs that a configuration file names.
package protocol CommandRunner: Sendable {
    /// Runs `words` with this environment to its end, reading nothing and talking to nobody.
    ///
    /// - Throws: where the program cannot be started, or was ended at `limit` or by cancellation.
    func run(
        _ words: [String],
        environment: [String: String],
        limit: Duration
    ) async throws(CommandError) -> CommandOutcome
}

/// What a program left behind.
package struct CommandOutcome: Sendable {
    /// 128 + the signal for one that was killed, as a shell says it.
    package let status: Int32
    package let output: [UInt8]
    package let talk: [UInt8]

    package init(status: Int32, output: [UInt8], talk: [UInt8] = []) {
        self.status = status
        self.output = output
        self.talk = talk
    }
}

/// A program did not run to its end.
package struct CommandError: Failure {
    package let kind: FailureKind
    package let message: String

    package init(_ kind: FailureKind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
