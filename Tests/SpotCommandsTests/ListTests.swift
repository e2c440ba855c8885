import AWSServices
import FoundationEssentials
import SpotTestSupport
import Testing

struct ListTests {
    typealias Ending = CommandScenario.Ending

    /// Three machines, out of order, and one that is gone.
    private func scenario() throws -> CommandScenario {
        try CommandScenario { account in
            account.addMachine("web") { $0.tags["spot:expires"] = "2026-01-02T11:04:05Z" }
            account.addMachine("api") { fixture in
                fixture.state = .stopped
                fixture.requestType = nil
                fixture.launched = Date(timeIntervalSince1970: 1_767_150_000)
            }
            account.addMachine("gone") { $0.state = .terminated }
            account.addMachine("batch") { fixture in
                fixture.state = .shuttingDown
                fixture.stateReason = StateReason(
                    code: "Server.SpotInstanceTermination",
                    message: "Server.SpotInstanceTermination: Spot instance termination"
                )
            }
        }
    }

    @Test func `for a pipe is sorted lines of tabs with full times`() async throws {
        try await scenario().expect(
            "list",
            is: Ending(
                0,
                output: """
                    api\tstopped\tt3.small\tus-east-1a\t\t2025-12-31T03:00:00Z\t0.0062\t\t\
                    i-00000000000000002
                    batch\tinterrupted\tt3.small\tus-east-1a\t\t2026-01-02T02:04:05Z\t0.0062\t\t\
                    i-00000000000000004
                    web\trunning\tt3.small\tus-east-1a\t203.0.113.10\t2026-01-02T02:04:05Z\t0.0062\t\
                    2026-01-02T11:04:05Z\ti-00000000000000001

                    """
            )
        )
    }

    @Test func `for a person is a table with ages`() async throws {
        var scenario = try scenario()
        scenario.isTerminal = true
        scenario.environment["NO_COLOR"] = "1"
        await scenario.expect(
            "ls",
            is: Ending(
                0,
                output: """
                    NAME   STATE        TYPE      ZONE        ADDRESS        UP     $/H  LEFT  ID
                    api    stopped      t3.small  us-east-1a  –             2 d  0.0062     –  i-00000000000000002
                    batch  interrupted  t3.small  us-east-1a  –             1 h  0.0062     –  i-00000000000000004
                    web    running      t3.small  us-east-1a  203.0.113.10  1 h  0.0062   8 h  i-00000000000000001

                    """
            )
        )
    }

    @Test func `with --all shows what is gone`() async throws {
        let ending = try await scenario().run("list", "--all", "--quiet")
        #expect(ending == Ending(0, output: "api\nbatch\ngone\nweb\n"))
    }

    @Test func `as JSON is one array with every value`() async throws {
        let scenario = try CommandScenario { account in
            account.addMachine("web") { $0.tags["spot:expires"] = "2026-01-02T11:04:05Z" }
        }
        await scenario.expect(
            "list",
            "--json",
            is: Ending(
                0,
                output: #"[{"address":"203.0.113.10","expires":"2026-01-02T11:04:05Z","#
                    + #""id":"i-00000000000000001","launchPrice":"0.0062","#
                    + #""launched":"2026-01-02T02:04:05Z","market":"spot","name":"web","#
                    + #""owner":"arn:aws:iam::123456789012:user/ada","profile":"t3.small","#
                    + #""region":"us-east-1","state":"running","type":"t3.small","#
                    + #""user":"ec2-user","wasInterrupted":false,"zone":"us-east-1a"}]"# + "\n"
            )
        )
    }

    @Test func `of nothing says so to people and answers programs`() async throws {
        let notice = "spot: no machines in us-east-1\n"
        let scenario = try CommandScenario()
        await scenario.expect("list", is: Ending(0, talk: notice))
        await scenario.expect("list", "--json", is: Ending(0, output: "[]\n", talk: notice))
        await scenario.expect("list", "--quiet", is: Ending(0))
    }

    @Test func `shows only machines of ours`() async throws {
        let scenario = try CommandScenario { account in
            account.addMachine("web")
            account.addMachine("other")
            account.instances[1].instance.tags["spot:managed"] = nil
        }
        await scenario.expect("list", "-q", is: Ending(0, output: "web\n"))
    }

    @Test func `changes nothing`() async throws {
        let scenario = try scenario()
        _ = await scenario.run("list")
        #expect(scenario.ec2.effects.isEmpty)
        #expect(scenario.ec2.calls.count == 1)
    }
}
