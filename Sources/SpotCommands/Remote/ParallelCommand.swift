import SSHClient
import SpotInstances
import SpotSupport
import SpotTerminal

/// One command on all the machines that a pattern matches, many at a time.
struct ParallelCommand: Sendable {
    private let line: String
    private let width: Int
    private let context: CommandContext

    /// - Parameter width: How many machines work at a time.
    init(_ line: String, width: Int, _ context: CommandContext) {
        self.line = line
        self.width = width
        self.context = context
    }

    /// All the machines of one name: one, unless something went wrong.
    private struct Candidate: Sendable {
        let name: String
        let machines: [Machine]
    }

    /// Tells each machine's lines and failures as they come, and the aggregate status.
    func run(on pattern: String) async throws -> Int32 {
        let cloud = try await context.cloud()
        let found = try await cloud.directory.machines(matching: [pattern]) { $0.isAlive }
        let candidates = Dictionary(grouping: found, by: \.name)
            .map { Candidate(name: $0.key, machines: $0.value) }
            .sorted { $0.name < $1.name }
        let outcomes = await outcomes(of: candidates, cloud)
        try checkCancellation(outcomes)
        let status = ExitStatus.common(of: outcomes.map(\.status))
        if outcomes.contains(where: { $0.status != status }) {
            context.console.report(
                GeneralFailure(.partial, MachineOutcome.summary(of: outcomes))
            )
        }
        return status
    }

    /// In the order of the candidates.
    private func outcomes(of candidates: [Candidate], _ cloud: Cloud) async -> [MachineOutcome] {
        let labelWidth = candidates.map(\.name.printable.displayWidth).max() ?? 0
        return await withTaskGroup(of: MachineOutcome.self) { group in
            var waiting = candidates.makeIterator()
            var outcomes: [MachineOutcome] = []
            func startNext() {
                guard let candidate = waiting.next() else { return }
                group.addTask { await outcome(of: candidate, labelWidth, cloud) }
            }
            for _ in 0..<min(width, candidates.count) { startNext() }
            while let outcome = await group.next() {
                startNext()
                tell(outcome)
                outcomes.append(outcome)
            }
            return outcomes.sorted { $0.name < $1.name }
        }
    }

    private func outcome(of candidate: Candidate, _ labelWidth: Int, _ cloud: Cloud) async
        -> MachineOutcome
    {
        do {
            let status = try await run(on: candidate, labelWidth, cloud)
            return MachineOutcome(name: candidate.name, end: .exited(status))
        } catch {
            return MachineOutcome(name: candidate.name, end: .failed(error))
        }
    }

    private func run(on candidate: Candidate, _ labelWidth: Int, _ cloud: Cloud) async throws
        -> Int32
    {
        try Task.checkCancellation()
        let name = try MachineName(candidate.name)
        guard let machine = candidate.machines.first, candidate.machines.count == 1 else {
            throw MachineDirectory.ambiguous(name, candidate.machines)
        }
        let streams = LabelledStreams(
            label: name.text.padded(toWidth: labelWidth),
            console: context.console,
            output: isJSON ? .talk : .output
        )
        let work = try await MachineWork.on(machine, cloud, context)
        return try await streams.whileOpen { output, errors in
            try await work.exec(line, input: .none, output, errors)
        }
    }

    private var isJSON: Bool { context.console.traits.format == .json }

    /// What was cancelled is no machine's failure, and is told once at the end.
    private func tell(_ outcome: MachineOutcome) {
        if isJSON { try? context.console.data(json: outcome) }
        guard let failure = outcome.failure, failure.kind != .cancelled else { return }
        context.console.report(failure)
    }

    /// - Throws: `GeneralFailure` that names the machines where the command may be running still.
    private func checkCancellation(_ outcomes: [MachineOutcome]) throws {
        guard Task.isCancelled else { return }
        let left = outcomes.filter { $0.failure?.kind == .cancelled && $0.failure?.hint != nil }
        guard !left.isEmpty else { throw CancellationError() }
        let names = left.map(\.name).joined(separator: ", ")
        throw GeneralFailure(
            .cancelled,
            "stopped before the end",
            hint: "the remote command may still be running on \(names)"
        )
    }
}
