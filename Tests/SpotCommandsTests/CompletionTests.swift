import SpotTestSupport
import SystemPackage
import Testing

struct CompletionTests {
    @Test(arguments: ["bash", "zsh", "fish"])
    func `is data that names every verb`(shell: String) async throws {
        let scenario = try CommandScenario()
        let ending = await scenario.run("completion", shell)
        #expect(ending.status == 0)
        #expect(ending.talk == "")
        for verb in ["launch", "terminate", "ssh-config", "completion", "--region"] {
            let word = shell == "fish" ? String(verb.drop { $0 == "-" }) : verb
            #expect(ending.output.contains(word))
        }
        #expect(scenario.hasAskedNobody)
    }

    @Test func `is a script that bash can read`() async throws {
        let scenario = try CommandScenario()
        try scenario.write(await scenario.run("completion", "bash").output, to: "spot.bash")
        let check = try await ChildProcess("/bin/bash", environment: [:])
            .run(["-n", scenario.home("spot.bash").string])
        #expect(check.status == 0)
        #expect(check.talk == "")
    }
}
