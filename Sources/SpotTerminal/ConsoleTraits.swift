/// The two streams a program talks on.
package enum ConsoleStream: Hashable, Sendable, CaseIterable {
    /// Standard output: data, and nothing else.
    case output
    /// Standard error: everything said to a person.
    case talk
}

/// When text is coloured.
package enum ColourChoice: String, Hashable, Sendable, CaseIterable {
    /// On a terminal, unless the environment says otherwise.
    case auto
    case always
    case never
}

/// What is known about the two streams before anything is written: a pure decision over the
/// environment.
package struct ConsoleTraits: Hashable, Sendable {
    package var format: OutputFormat
    package var verbosity: Verbosity
    package let outputIsTerminal: Bool
    package let talkIsTerminal: Bool
    package let outputHasColour: Bool
    package let talkHasColour: Bool
    /// Whether a line on standard error may be drawn over.
    package let canRedraw: Bool

    /// Applies the rules of `NO_COLOR` (no-color.org), `CLICOLOR` and `CLICOLOR_FORCE` (bixense.com)
    /// and `TERM=dumb`; `NO_COLOR` wins over `CLICOLOR_FORCE`, an explicit `colour` over both.
    package init(
        environment: [String: String] = [:],
        outputIsTerminal: Bool,
        talkIsTerminal: Bool,
        colour: ColourChoice = .auto,
        format: OutputFormat = .text,
        verbosity: Verbosity = .normal
    ) {
        self.format = format
        self.verbosity = verbosity
        self.outputIsTerminal = outputIsTerminal
        self.talkIsTerminal = talkIsTerminal
        let isDumb = environment["TERM"] == "dumb"
        canRedraw = talkIsTerminal && !isDumb
        let wants = { (isTerminal: Bool) -> Bool in
            switch colour {
            case .always: return true
            case .never: return false
            case .auto: break
            }
            if environment["NO_COLOR", default: ""] != "" { return false }
            if !["", "0"].contains(environment["CLICOLOR_FORCE", default: ""]) { return true }
            return isTerminal && !isDumb && environment["CLICOLOR"] != "0"
        }
        outputHasColour = wants(outputIsTerminal)
        talkHasColour = wants(talkIsTerminal)
    }

    package func isTerminal(_ stream: ConsoleStream) -> Bool {
        stream == .output ? outputIsTerminal : talkIsTerminal
    }

    package func hasColour(_ stream: ConsoleStream) -> Bool {
        stream == .output ? outputHasColour : talkHasColour
    }
}
