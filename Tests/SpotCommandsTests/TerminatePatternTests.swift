import AWSServices
import SpotTestSupport
import Testing

/// A pattern asks before it terminates what it matches.
struct TerminatePatternTests {
    typealias Ending = CommandScenario.Ending

    private func scenario(_ answers: ScriptedAnswers = .nobody) throws -> CommandScenario {
        var scenario = try CommandScenario { account in
            for name in ["job-2", "job-1", "web"] { account.addMachine(name) }
            account.addMachine("job-0") { $0.state = .terminated }
        }
        scenario.answers = answers
        return scenario
    }

    private func names(_ scenario: CommandScenario) -> [String] {
        scenario.ec2.account.instances.map(\.instance)
            .filter { $0.state == .running }
            .compactMap { $0.tags["spot:name"] }
    }

    @Test func `yes terminates what matches, in order`() async throws {
        let answers = ScriptedAnswers(["yes"])
        let scenario = try scenario(answers)
        await scenario.expect(
            "terminate",
            "job-*",
            "-q",
            is: Ending(0, output: "job-1\njob-2\n")
        )
        #expect(answers.questions == ["terminate job-1, job-2? [y/N] "])
        #expect(names(scenario) == ["web"])
    }

    @Test(arguments: ["no", "", "N", "yess"])
    func `anything else terminates nothing and ends with 130`(answer: String) async throws {
        let scenario = try scenario(ScriptedAnswers([answer]))
        await scenario.expect(
            "terminate",
            "job-?",
            "web",
            is: Ending(130, talk: "spot: error: cancelled\n")
        )
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `the end of the input is no answer and ends with 130`() async throws {
        let scenario = try scenario(ScriptedAnswers([nil]))
        let ending = await scenario.run("terminate", "job-*")
        #expect(ending.status == 130)
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `with nobody to ask nothing is terminated and the flag is named`() async throws {
        let scenario = try scenario()
        await scenario.expect(
            "terminate",
            "*",
            is: Ending(
                2,
                talk: """
                    spot: error: cannot ask “terminate job-1, job-2, web? [y/N]”: \
                    there is no terminal
                    spot: hint: answer in advance with --yes

                    """
            )
        )
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `the flag is the answer`() async throws {
        let answers = ScriptedAnswers([])
        let scenario = try scenario(answers)
        await scenario.expect(
            "terminate",
            "--yes",
            "-q",
            "job-*",
            is: Ending(0, output: "job-1\njob-2\n")
        )
        #expect(answers.questions.isEmpty)
    }

    @Test func `a name that a pattern also matches is terminated once`() async throws {
        let scenario = try scenario()
        await scenario.expect(
            "terminate",
            "-yq",
            "job-2",
            "job-*",
            is: Ending(0, output: "job-2\njob-1\n")
        )
    }

    @Test(arguments: ["x*", "JOB-*", "job-??", "?"])
    func `a pattern that matches nothing ends with 3`(pattern: String) async throws {
        let scenario = try scenario()
        await scenario.expect(
            "terminate",
            "-y",
            pattern,
            is: Ending(
                3,
                talk: "spot: error: cannot find a machine that matches \(pattern)\n"
            )
        )
        #expect(scenario.ec2.effects.isEmpty)
    }
}
