import SpotTerminal
import Testing

struct ConsoleTraitsTests {
    private func hasColour(
        _ environment: [String: String],
        isTerminal: Bool = true,
        choice: ColourChoice = .auto
    ) -> Bool {
        ConsoleTraits(
            environment: environment,
            outputIsTerminal: isTerminal,
            talkIsTerminal: false,
            colour: choice
        ).outputHasColour
    }

    @Test(
        arguments: [
            ([:], true), (["NO_COLOR": "1"], false), (["NO_COLOR": ""], true),
            (["CLICOLOR": "0"], false),
            (["TERM": "dumb"], false), (["TERM": "xterm"], true),
            (["NO_COLOR": "1", "CLICOLOR_FORCE": "1"], false),
        ] as [([String: String], Bool)]
    )
    func `a terminal is coloured unless the environment says no`(
        environment: [String: String],
        expected: Bool
    ) {
        #expect(hasColour(environment) == expected)
    }

    @Test(
        arguments: [
            ([:], false), (["CLICOLOR_FORCE": "1"], true), (["CLICOLOR_FORCE": "0"], false),
            (["CLICOLOR_FORCE": ""], false), (["CLICOLOR_FORCE": "1", "TERM": "dumb"], true),
        ] as [([String: String], Bool)]
    )
    func `a pipe is coloured only when forced`(environment: [String: String], expected: Bool) {
        #expect(hasColour(environment, isTerminal: false) == expected)
    }

    @Test func `an explicit choice wins over the environment`() {
        #expect(hasColour(["NO_COLOR": "1"], isTerminal: false, choice: .always))
        #expect(!hasColour(["CLICOLOR_FORCE": "1"], choice: .never))
    }

    @Test func `the two streams are judged apart`() {
        let traits = ConsoleTraits(outputIsTerminal: false, talkIsTerminal: true)
        #expect(!traits.hasColour(.output) && traits.hasColour(.talk))
        #expect(!traits.isTerminal(.output) && traits.isTerminal(.talk))
    }

    @Test(arguments: [(true, "xterm", true), (true, "dumb", false), (false, "xterm", false)])
    func `lines are redrawn only on a terminal that can`(
        isTerminal: Bool,
        term: String,
        expected: Bool
    ) {
        let traits = ConsoleTraits(
            environment: ["TERM": term],
            outputIsTerminal: true,
            talkIsTerminal: isTerminal
        )
        #expect(traits.canRedraw == expected)
    }
}
