import ArgumentParser
import SpotSupport

/// The verbs at the beginning of a command line, as far as they are known.
struct VerbPath {
    /// "profile", "list": those that are known, as they were typed.
    let verbs: [String]
    /// The word where a verb was expected and none stands; nil where there is no such word.
    let stranger: String?
    /// What may have been meant by it.
    let nearest: String?

    init(_ arguments: [String]) {
        var verbs: [String] = []
        var command: any ParsableCommand.Type = Spot.self
        for word in arguments {
            let choices = command.configuration.subcommands
            guard !choices.isEmpty, !word.hasPrefix("-"), word != "help" else { break }
            guard let next = choices.first(where: { Self.names(of: $0).contains(word) }) else {
                self.verbs = verbs
                stranger = word
                nearest = NearestName.among(choices.flatMap { Self.names(of: $0) }, to: word)
                return
            }
            verbs.append(word)
            command = next
        }
        self.verbs = verbs
        stranger = nil
        nearest = nil
    }

    /// The verb and its aliases.
    private static func names(of command: any ParsableCommand.Type) -> [String] {
        [command._commandName] + command.configuration.aliases
    }
}
