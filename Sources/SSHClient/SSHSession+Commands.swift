internal import SpotSupport
internal import Synchronization

extension SSHSession {
    /// Runs a command to its end.
    ///
    /// A status other than zero is returned, not thrown.
    ///
    /// Cancelling the calling task closes the command's channel, which hangs up on a command with a
    /// terminal and leaves one without to find its streams closed, unless it `endsWithCaller`: then
    /// it is sent TERM, also when `limit` has passed, and has a few seconds to end.
    /// - Throws: `SSHError`; `.timedOut` when `limit` passes first.
    package func run(
        _ command: RemoteCommand,
        input: InputSource = .none,
        output: OutputSink = .discard,
        errors: OutputSink = .discard,
        limit: Duration? = nil,
        endsWithCaller: Bool = false
    ) async throws(SSHError) -> RemoteExit {
        let channelLimit = deadlines.channel
        let end = try await perform(limit: limit) { connection in
            CommandActivity(
                command,
                input: input,
                output: output,
                errors: errors,
                endsWithCaller: endsWithCaller,
                on: connection,
                setupDeadline: Deadline(in: channelLimit, of: SystemTime())
            )
        }
        guard case .exited(let exit) = end else {
            throw SSHError(.cancelled, "left the remote command")
        }
        return exit
    }

    /// Runs a command to its end and answers what it said.
    /// - Throws: `SSHError`; `.protocolViolation` when a stream is longer than `maximum` bytes.
    package func capture(
        _ command: RemoteCommand,
        input: InputSource = .none,
        maximum: Int = 1 << 20,
        limit: Duration? = nil
    ) async throws(SSHError) -> CapturedOutput {
        let output = Collector(maximum: maximum)
        let errors = Collector(maximum: maximum)
        let exit = try await run(
            command,
            input: input,
            output: .handler { output.append($0) },
            errors: .handler { errors.append($0) },
            limit: limit
        )
        return CapturedOutput(
            exit: exit,
            output: try output.collected(),
            errors: try errors.collected()
        )
    }

    /// Runs a command that takes back what went wrong before, also for a task that was cancelled.
    ///
    /// Nothing depends on whether it works.
    package func tidy(with command: RemoteCommand, limit: Duration) async {
        let channelLimit = deadlines.channel
        _ = try? await performUncancelled(limit: limit) { connection in
            CommandActivity(
                command,
                input: .none,
                output: .discard,
                errors: .discard,
                on: connection,
                setupDeadline: Deadline(in: channelLimit, of: SystemTime())
            )
        }
    }

    /// Gives the person a shell, or one command, on a terminal of the other side.
    ///
    /// The caller has put its terminal into raw mode; every byte passes both ways but for the escapes.
    package func interact(
        on terminal: InteractiveTerminal,
        command: String? = nil,
        environment: [(name: String, value: String)] = []
    ) async throws(SSHError) -> InteractiveEnd {
        let channelLimit = deadlines.channel
        return try await perform { connection in
            CommandActivity(
                on: terminal,
                command: command,
                environment: environment,
                on: connection,
                setupDeadline: Deadline(in: channelLimit, of: SystemTime())
            )
        }
    }
}

/// Keeps a stream's bytes up to a size.
private final class Collector: Sendable {
    private let maximum: Int
    private let bytes = Mutex<[UInt8]>([])

    init(maximum: Int) {
        self.maximum = maximum
    }

    func append(_ more: ArraySlice<UInt8>) {
        bytes.withLock { bytes in
            if bytes.count <= maximum { bytes += more }
        }
    }

    func collected() throws(SSHError) -> [UInt8] {
        let bytes = bytes.withLock { $0 }
        guard bytes.count <= maximum else {
            throw SSHError(
                .protocolViolation,
                "cannot keep the remote command's output: it is longer than \(maximum) bytes"
            )
        }
        return bytes
    }
}
