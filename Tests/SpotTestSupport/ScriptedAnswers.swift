package import SpotTerminal
import Synchronization

/// A person who gives these answers in turn, or nobody at all.
package final class ScriptedAnswers: AnswerSource {
    package let isAvailable: Bool
    private let state: Mutex<State>

    private struct State {
        var answers: [String?]
        var questions: [String] = []
    }

    /// A nil answer ends the input, as Ctrl-D does; so does every question after the last answer.
    package init(_ answers: [String?]) {
        isAvailable = true
        state = Mutex(State(answers: answers))
    }

    private init() {
        isAvailable = false
        state = Mutex(State(answers: []))
    }

    /// No terminal anywhere.
    package static var nobody: ScriptedAnswers { ScriptedAnswers() }

    /// What was asked, as it was shown.
    package var questions: [String] { state.withLock { $0.questions } }

    package func answer(to question: String, isSecret: Bool) async throws(TerminalError) -> String?
    {
        state.withLock { state in
            state.questions.append(question)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
    }
}
