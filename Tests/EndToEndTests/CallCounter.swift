import SpotTestSupport
import SystemPackage
import Testing

/// Runs commands and tells which calls they made: nobody else may work in the computer's region.
struct CallCounter {
    private let computer: Computer

    init(_ computer: Computer) {
        self.computer = computer
    }

    func calls(of words: String...) async throws -> CountedCalls {
        try await calls(of: words)
    }

    func calls(of words: [String]) async throws -> CountedCalls {
        try await count(words, in: computer.region) { try await run(words) }
    }

    /// The calls to all regions.
    func callsAnywhere(of words: String...) async throws -> CountedCalls {
        try await count(words, in: nil) { try await run(words) }
    }

    /// A shell needs a terminal.
    func callsOfShell(_ machine: String) async throws -> CountedCalls {
        let words = ["shell", machine]
        return try await count(words, in: computer.region) {
            let window = try PseudoTerminal()
            let process = try computer.program.start(words, onTerminal: window.path)
            try window.type("exit\r")
            #expect(try await process.end() == 0)
        }
    }

    private func run(_ words: [String]) async throws {
        let result = try await computer.program.run(
            words,
            in: computer.files.path.string,
            within: Computer.patience
        )
        #expect(result.status == 0, "\(words): \(result.talk)")
    }

    private func count(
        _ words: [String],
        in region: String?,
        _ body: () async throws -> Void
    ) async throws -> CountedCalls {
        let before = try await computer.lab.calls(in: region).last?.number ?? 0
        try await body()
        let calls = try await computer.lab.calls(in: region, after: before)
        return CountedCalls(command: words.joined(separator: " "), calls: calls)
    }
}

/// The calls that one command made.
struct CountedCalls {
    let command: String
    let calls: [LabCall]

    /// The looks at the machines after the last thing that was done to them.
    var polls: [LabCall] {
        let last = calls.lastIndex { $0.mutates && Self.isAboutMachines($0.action) }
        guard let last else { return [] }
        return calls[last...].filter { $0.action == "DescribeInstances" }
    }

    private static func isAboutMachines(_ action: String) -> Bool {
        action == "CreateFleet" || action.hasSuffix("Instances")
    }

    /// These and no others, in any order; where it polls, besides the polls, of which there must be some.
    func expect(_ actions: [String], isPolling: Bool = false) {
        let counted = calls.filter { !isPolling || !polls.contains($0) }.map(\.action)
        #expect(counted.sorted() == actions.sorted(), "\(command)")
        if isPolling { #expect(!polls.isEmpty, "\(command)") }
    }

    func expectOnlyReads(atMost most: Int) {
        #expect(calls.filter(\.mutates) == [], "\(command)")
        #expect(calls.count <= most, "\(command): \(calls.map(\.action))")
    }

    /// One look for the regions, then one at each of them.
    func expectOnePerRegion() {
        #expect(calls.first?.action == "DescribeRegions")
        let looks = calls.dropFirst()
        #expect(looks.allSatisfy { $0.action == "DescribeInstances" }, "\(looks)")
        #expect(looks.count > 10)
        #expect(Set(looks.map(\.region)).count == looks.count)
    }
}
