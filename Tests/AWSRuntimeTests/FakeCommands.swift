import AWSRuntime
import SpotSupport
import Synchronization

/// Programs that end as a script says; one that is not in the script cannot be started.
final class FakeCommands: CommandRunner {
    private let outcomes: [String: CommandOutcome]
    private let started = Mutex<[[String]]>([])

    init(_ outcomes: [String: CommandOutcome] = [:]) {
        self.outcomes = outcomes
    }

    /// The words of every command so far.
    var commands: [[String]] { started.withLock { $0 } }

    func run(
        _ words: [String],
        environment: [String: String],
        limit: Duration
    ) throws(CommandError) -> CommandOutcome {
        started.withLock { $0.append(words) }
        guard let outcome = outcomes[words[0]] else {
            throw CommandError(.broken, "cannot run \(words[0]): no such file or directory")
        }
        return outcome
    }
}
