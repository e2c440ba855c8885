import AWSServices
import SpotInstances
import SpotSupport
import SpotTerminal

// Names and patterns.
extension CommandContext {
    /// The machines that the words mean: names as they are, patterns after a question.
    /// - Throws: `GeneralFailure` when a pattern matches nothing or the person says no.
    func chooseMachines(
        _ words: [String],
        in directory: MachineDirectory,
        question verb: String,
        isConfirmed: Bool
    ) async throws -> [MachineName] {
        var names: [MachineName] = []
        let patterns = words.filter(NamePattern.isPattern)
        for word in words where !NamePattern.isPattern(word) { names.append(try MachineName(word)) }
        if !patterns.isEmpty {
            let found = try await directory.machines(matching: patterns) { $0 != .terminated }
            let matches = Set(found.map(\.name)).sorted()
            let list = matches.joined(separator: ", ")
            if !isConfirmed {
                guard try await prompt.confirm("\(verb) \(list)?", flag: "--yes") else {
                    throw CancellationError()
                }
            }
            names += try matches.map { try MachineName($0) }
        }
        var seen: Set<MachineName> = []
        return names.filter { seen.insert($0).inserted }
    }
}

extension MachineDirectory {
    /// The machines whose names match one of the patterns and whose states are among the wanted.
    /// - Throws: `GeneralFailure` of kind `notFound` when there is none.
    func machines(
        matching patterns: [String],
        in isWanted: (InstanceState) -> Bool
    ) async throws -> [Machine] {
        let matches = try await machines().filter { machine in
            isWanted(machine.state) && patterns.contains { NamePattern($0).matches(machine.name) }
        }
        guard !matches.isEmpty else {
            throw GeneralFailure(
                .notFound,
                "cannot find a machine that matches \(patterns.joined(separator: " "))"
            )
        }
        return matches
    }
}

/// A name with `*` for any run of characters and `?` for any one.
struct NamePattern {
    private let pattern: [Character]

    init(_ pattern: String) {
        self.pattern = Array(pattern)
    }

    static func isPattern(_ word: String) -> Bool { word.contains { "*?".contains($0) } }

    /// Linear in the name for each star: a hostile pattern costs no more than their product.
    func matches(_ name: String) -> Bool {
        let name = Array(name)
        var (at, position) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while position < name.count {
            if at < pattern.count, pattern[at] == "*" {
                star = (at, position)
                at += 1
            } else if at < pattern.count, pattern[at] == "?" || pattern[at] == name[position] {
                at += 1
                position += 1
            } else if let last = star {
                star = (last.pattern, last.name + 1)
                at = last.pattern + 1
                position = last.name + 1
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == "*" }
    }
}
