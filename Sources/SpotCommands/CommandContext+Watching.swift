import SpotInstances
import SpotProfiles
import SpotRemote
import SpotSupport
import SpotTerminal
import SystemPackage

// Waiting in front of a person.
extension CommandContext {
    /// Runs `body` under a status line that shows each phase it reports, for at most `limit`.
    func watching<Value: Sendable>(
        _ subject: some CustomStringConvertible,
        limit: Duration?,
        _ body: @escaping @Sendable (Watch) async throws -> Value
    ) async throws -> Value {
        let subject = subject.description
        return try await StatusLine.whileRunning(on: console, time: time) { line in
            let watch = Watch(subject: subject, line: line, console: console)
            guard let limit else { return try await body(watch) }
            return try await limited(subject, limit) { try await body(watch) }
        }
    }

    /// The work and the clock race; the loser is cancelled.
    func limited<Value: Sendable>(
        _ subject: String,
        _ limit: Duration,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await time.limited(subject, limit, body)
    }

    /// Holds the machine's lock on this computer: what changes one name goes one after the other.
    func locked<Value: Sendable>(
        _ name: MachineName,
        _ watch: Watch? = nil,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let path = directories.state.value.appending("locks").appending(name.text)
        let waiter = Waiter(
            for: "another spot to finish with \(name)",
            limit: settings.readyTimeout.value,
            backoff: Backoff(first: .milliseconds(100), ceiling: .seconds(1)),
            time: time
        )
        return try await waiter.holding(
            { () throws(SystemCallError) -> FileLock? in
                try FileLock.tryLock(path)
            },
            whileWaiting: {
                watch?.line.show("waiting for another spot that is working on \(name)")
            },
            body
        )
    }

    /// Holds the locks of all these machines, which everybody takes in the order of their names.
    func locked<Value: Sendable>(
        _ names: ArraySlice<MachineName>,
        _ watch: Watch,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        guard let name = names.first else { return try await body() }
        return try await locked(name, watch) {
            try await locked(names.dropFirst(), watch, body)
        }
    }
}

/// What is shown while something is awaited.
struct Watch: Sendable {
    let subject: String
    let line: StatusLine
    let console: any Console

    var launch: LaunchReporter {
        { phase in
            let text = "\(subject): \(phase.text)"
            // A refusal stays on the screen; the next request follows at once.
            switch phase {
            case .refused, .refusedByAll: console.notice(text)
            default: line.show(text)
            }
        }
    }

    var readiness: ReadinessReporter {
        { phase in
            if case .warning(let text) = phase {
                console.warning("\(subject): \(text)")
            } else {
                line.show("\(subject): \(phase.text)")
            }
        }
    }
}
