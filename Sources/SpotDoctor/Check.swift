package import SpotSupport

/// One thing to look at; it changes nothing.
package struct Check: Sendable {
    package let name: String
    /// What it throws counts as a problem.
    let look: @Sendable () async throws -> Verdict

    package init(_ name: String, _ look: @escaping @Sendable () async throws -> Verdict) {
        self.name = name
        self.look = look
    }

    /// The same check, not made.
    package func skipped(_ reason: String) -> Diagnosis {
        Diagnosis(name, .skipped(reason))
    }
}

/// Makes checks that do not depend on each other at the same time, each with its own deadline.
package struct Examination: Sendable {
    private let time: any TimeSource
    private let limit: Duration

    package init(time: any TimeSource, limit: Duration = .seconds(30)) {
        self.time = time
        self.limit = limit
    }

    /// - Returns: The diagnoses in the order of the checks.
    /// - Throws: `CancellationError` only.
    package func make(_ checks: [Check]) async throws -> [Diagnosis] {
        let found = await withTaskGroup(of: (Int, Verdict).self) { group in
            for (index, check) in checks.enumerated() {
                group.addTask { (index, await verdict(of: check)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        try Task.checkCancellation()
        return checks.enumerated().compactMap { index, check in
            found[index].map { Diagnosis(check.name, $0) }
        }
    }

    private func verdict(of check: Check) async -> Verdict {
        do {
            return try await time.limited("the check of \(check.name)", limit, check.look)
        } catch {
            return Verdict(error)
        }
    }
}
