import AWSServices
import SpotTestSupport
import Testing

struct StatusTests {
    typealias Ending = CommandScenario.Ending

    @Test func `is a fact a line, with the price of this moment`() async throws {
        let scenario = try CommandScenario { account in
            account.addMachine("web") { $0.tags["spot:expires"] = "2026-01-02T11:04:05Z" }
        }
        await scenario.expect(
            "status",
            "web",
            is: Ending(
                0,
                output: """
                    name\tweb
                    state\trunning
                    reason\t
                    notice\t
                    id\ti-00000000000000001
                    type\tt3.small
                    market\tspot
                    price $/h\t0.0074
                    price at launch $/h\t0.0062
                    zone\tus-east-1a
                    address\t203.0.113.10
                    private address\t
                    user\tec2-user
                    launched\t2026-01-02T02:04:05Z
                    time left\t2026-01-02T11:04:05Z
                    profile\tt3.small
                    image\tami-0a
                    security groups\tsg-00000000000000001
                    spot request\tsir-00000000000000001
                    owner\tarn:aws:iam::123456789012:user/ada

                    """
            )
        )
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `as JSON is one flat object`() async throws {
        let scenario = try CommandScenario { $0.addMachine("web") { $0.requestType = nil } }
        await scenario.expect(
            "status",
            "web",
            "--json",
            is: Ending(
                0,
                output: #"{"address":"203.0.113.10","id":"i-00000000000000001","#
                    + #""imageID":"ami-0a","launchPrice":"0.0062","#
                    + #""launched":"2026-01-02T02:04:05Z","market":"on-demand","name":"web","#
                    + #""owner":"arn:aws:iam::123456789012:user/ada","profile":"t3.small","#
                    + #""region":"us-east-1","securityGroups":["sg-00000000000000001"],"#
                    + #""state":"running","type":"t3.small","user":"ec2-user","#
                    + #""wasInterrupted":false,"zone":"us-east-1a"}"# + "\n"
            )
        )
    }

    @Test func `of a machine that never was ends with 3`() async throws {
        try await CommandScenario().expect(
            "status",
            "web",
            is: Ending(
                3,
                talk: """
                    spot: error: cannot find a machine named web in us-east-1
                    spot: hint: 'spot list' shows what there is; --region looks elsewhere

                    """
            )
        )
    }

    @Test func `of a machine that is gone ends with 3`() async throws {
        let scenario = try CommandScenario { $0.addMachine("web") { $0.state = .terminated } }
        await scenario.expect(
            "status",
            "web",
            is: Ending(
                3,
                output: """
                    name\tweb
                    state\tterminated
                    reason\t
                    notice\t
                    id\ti-00000000000000001
                    type\tt3.small
                    market\tspot
                    price $/h\t
                    price at launch $/h\t0.0062
                    zone\tus-east-1a
                    address\t
                    private address\t
                    user\tec2-user
                    launched\t2026-01-02T02:04:05Z
                    time left\t
                    profile\tt3.small
                    image\tami-0a
                    security groups\t
                    spot request\tsir-00000000000000001
                    owner\tarn:aws:iam::123456789012:user/ada

                    """,
                talk: "spot: warning: web is no more: 'spot launch web' starts it anew\n"
            )
        )
    }

    @Test func `of a machine that AWS took back ends with 6`() async throws {
        let scenario = try CommandScenario { account in
            account.addMachine("web") { fixture in
                fixture.state = .terminated
                fixture.stateReason = StateReason(
                    code: "Server.SpotInstanceTermination",
                    message: "Spot instance termination"
                )
            }
        }
        await scenario.expect(
            "status",
            "web",
            is: Ending(
                6,
                output: """
                    name\tweb
                    state\tinterrupted
                    reason\tSpot instance termination
                    notice\t
                    id\ti-00000000000000001
                    type\tt3.small
                    market\tspot
                    price $/h\t
                    price at launch $/h\t0.0062
                    zone\tus-east-1a
                    address\t
                    private address\t
                    user\tec2-user
                    launched\t2026-01-02T02:04:05Z
                    time left\t
                    profile\tt3.small
                    image\tami-0a
                    security groups\t
                    spot request\tsir-00000000000000001
                    owner\tarn:aws:iam::123456789012:user/ada

                    """,
                talk: "spot: warning: AWS took web back: 'spot launch web' starts it anew\n"
            )
        )
    }

    @Test func `of a name that two machines bear ends with 1 and names both`() async throws {
        let scenario = try CommandScenario { account in
            account.addMachine("web")
            account.addMachine("web")
        }
        await scenario.expect(
            "status",
            "web",
            is: Ending(
                1,
                talk: """
                    spot: error: cannot tell which web is meant: i-00000000000000001 and \
                    i-00000000000000002 are both alive
                    spot: hint: 'spot terminate --id i-00000000000000001' removes one of them

                    """
            )
        )
    }
}
