import SpotSupport
import SpotTerminal
import SpotTestSupport
import Testing

struct PromptTests {
    @Test(arguments: [
        ("y", true), ("YES", true), (" yes ", true), ("n", false), ("", false), ("yep", false),
    ])
    func `only yes is yes`(answer: String, expected: Bool) async throws {
        let person = ScriptedAnswers([answer])
        let confirmed = try await Prompt(person).confirm("delete 3 machines?", flag: "--yes")
        #expect(confirmed == expected)
        #expect(person.questions == ["delete 3 machines? [y/N] "])
    }

    @Test(arguments: [("data", true), ("Data", false), ("", false), ("y", false)])
    func `what cannot be undone needs the name itself`(answer: String, expected: Bool) async throws
    {
        let prompt = Prompt(ScriptedAnswers([answer]))
        let confirmed = try await prompt.confirmByTyping(
            "data",
            "deleting data loses 3 GiB",
            flag: "--yes"
        )
        #expect(confirmed == expected)
    }

    @Test func `a passphrase is returned exactly as typed`() async throws {
        let prompt = Prompt(ScriptedAnswers([" two  words "]))
        #expect(try await prompt.passphrase("passphrase", flag: "--key") == " two  words ")
    }

    @Test func `a line loses the spaces around it`() async throws {
        #expect(try await Prompt(ScriptedAnswers(["  web "])).line("name", flag: "NAME") == "web")
    }

    @Test func `without a terminal the failure names the flag that would answer`() async {
        let prompt = Prompt(ScriptedAnswers.nobody)
        let error = await #expect(throws: TerminalError.self) {
            try await prompt.confirm("delete 3 machines?", flag: "--yes")
        }
        #expect(error?.kind == .usage)
        #expect(error?.message == "cannot ask “delete 3 machines? [y/N]”: there is no terminal")
        #expect(error?.hint == "answer in advance with --yes")
        #expect(!prompt.isPossible)
    }

    @Test func `a question left unanswered cancels`() async {
        let error = await #expect(throws: TerminalError.self) {
            try await Prompt(ScriptedAnswers([nil])).confirm("go on?", flag: "--yes")
        }
        #expect(error?.kind == .cancelled)
    }

    @Test func `a name in a question cannot steer the terminal`() async throws {
        let person = ScriptedAnswers(["x"])
        _ = try await Prompt(person).line("\u{1b}[2Jname", flag: "NAME")
        #expect(person.questions == ["\\x1b[2Jname: "])
    }
}
