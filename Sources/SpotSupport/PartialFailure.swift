/// Several subjects were worked on and some of them failed.
package struct PartialFailure: Failure {
    /// One subject that failed, and why.
    package struct Item: Sendable {
        package let subject: String
        package let failure: any Error

        package init(subject: String, failure: any Error) {
            self.subject = subject
            self.failure = failure
        }

        /// The subject is named once, by the failure itself where that does.
        package var line: String {
            let text = "\(failure)"
            let words = text.split { " ,:;()".contains($0) }
            return words.contains { $0 == subject } ? text : "\(subject): \(text)"
        }
    }

    /// In the order in which the subjects were given.
    package let items: [Item]
    package let total: Int

    package init(items: [Item], total: Int) {
        self.items = items
        self.total = total
    }

    package var kind: FailureKind { .partial }

    /// One line for the count, then one line a subject.
    package var message: String {
        (["\(items.count) of \(total) failed"] + items.map(\.line)).joined(separator: "\n")
    }
}
