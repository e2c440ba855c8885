package import SpotSupport

/// A removal of which some steps failed; the others were done all the same.
package struct UnfinishedRemoval: Failure {
    /// What was removed.
    package let removal: Teardown.Removal
    /// Why the rest was not, each naming what is left; never empty.
    package let failures: [any Failure]
    /// Whether the same command would find the rest.
    private let isRepeatable: Bool

    package init(
        removal: Teardown.Removal,
        failures: [any Failure],
        isRepeatable: Bool = true
    ) {
        self.removal = removal
        self.failures = failures
        self.isRepeatable = isRepeatable
    }

    /// Partial where at least the machine is gone, which is what bills.
    package var kind: FailureKind { removal.instances.isEmpty ? failures[0].kind : .partial }

    package var message: String {
        "cannot remove all of \(removal.name): "
            + failures.map(\.message).joined(separator: "; ")
    }

    package var hint: String? {
        let hints =
            failures.compactMap(\.hint)
            + (isRepeatable ? ["the same command removes the rest later"] : [])
        return hints.isEmpty ? nil : hints.joined(separator: "; ")
    }

    package var cause: (any Error)? { failures.first }
}
