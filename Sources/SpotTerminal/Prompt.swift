import SpotSupport

/// Where answers come from: a terminal, or a script in tests.
package protocol AnswerSource: Sendable {
    /// Whether there is somebody to ask.
    var isAvailable: Bool { get }

    /// Shows `question` and returns the line typed, without its end; nil when the input ended instead.
    ///
    /// Nothing typed is shown where `isSecret` is true.
    func answer(to question: String, isSecret: Bool) async throws(TerminalError) -> String?
}

/// Questions to a person.
///
/// Asked on a terminal only; elsewhere each one fails and names the flag that would have answered it,
/// so that a script never hangs.
package struct Prompt: Sendable {
    private let source: any AnswerSource

    package init(_ source: any AnswerSource) {
        self.source = source
    }

    /// Whether a question would reach anybody.
    package var isPossible: Bool { source.isAvailable }

    /// "delete 3 machines? [y/N]": anything but yes is no.
    package func confirm(
        _ question: String,
        flag: String
    ) async throws(TerminalError) -> Bool {
        let answer = try await ask("\(question) [y/N] ", flag: flag, isSecret: false)
        return ["y", "yes"].contains(answer.lowercased())
    }

    /// True only when the person types `name` exactly: for what cannot be undone.
    package func confirmByTyping(
        _ name: String,
        _ question: String,
        flag: String
    ) async throws(TerminalError) -> Bool {
        let question = "\(question); type \(name.printable) to confirm: "
        return try await ask(question, flag: flag, isSecret: false) == name
    }

    /// A line of text without the spaces around it.
    package func line(_ question: String, flag: String) async throws(TerminalError) -> String {
        try await ask("\(question): ", flag: flag, isSecret: false)
    }

    /// A secret, typed unseen and returned exactly as typed.
    package func passphrase(_ question: String, flag: String) async throws(TerminalError) -> String
    {
        try await ask("\(question): ", flag: flag, isSecret: true)
    }

    private func ask(
        _ question: String,
        flag: String,
        isSecret: Bool
    ) async throws(TerminalError) -> String {
        guard source.isAvailable else {
            let subject = question.trimmingSuffix(in: " :")
            throw TerminalError(
                .nobodyToAsk,
                "cannot ask “\(subject)”: there is no terminal",
                hint: "answer in advance with \(flag)"
            )
        }
        guard let answer = try await source.answer(to: question.printable, isSecret: isSecret)
        else { throw TerminalError(.unanswered, "cannot go on: the question was not answered") }
        return isSecret ? answer : answer.trimmed
    }
}

extension String {
    fileprivate func trimmingSuffix(in characters: String) -> String {
        String(reversed().drop { characters.contains($0) }.reversed())
    }
}
