import AWSRuntime
import AWSServices
import SpotSupport
import SpotTestSupport
import Testing

struct TerminateTests {
    typealias Ending = CommandScenario.Ending

    private static let removedWeb =
        "spot: web: removed instance i-00000000000000001, spot request sir-00000000000000001, "
        + "security group sg-00000000000000001\n"

    @Test func `says what was removed`() async throws {
        let scenario = try CommandScenario { $0.addMachine("web") }
        let ending = await scenario.run("terminate", "web")
        #expect(ending.status == 0)
        #expect(ending.output == "")
        #expect(ending.talk.hasSuffix(Self.removedWeb))
        #expect(
            scenario.ec2.effects == [
                .cancelSpotInstanceRequests, .terminateInstances, .deleteSecurityGroup,
            ]
        )
    }

    @Test func `twice is harmless`() async throws {
        let scenario = try CommandScenario { $0.addMachine("web") }
        _ = await scenario.run("down", "web")
        let effects = scenario.ec2.effects.count
        await scenario.expect(
            "rm",
            "web",
            is: Ending(0, talk: "spot: web: there was nothing to remove\n")
        )
        #expect(scenario.ec2.effects.count == effects)
    }

    @Test func `of what never was is done already`() async throws {
        try await CommandScenario().expect(
            "terminate",
            "web",
            is: Ending(0, talk: "spot: web: there was nothing to remove\n")
        )
    }

    @Test func `as JSON tells what was removed`() async throws {
        let scenario = try CommandScenario { $0.addMachine("web") }
        let ending = await scenario.run("terminate", "web", "--json")
        #expect(
            ending.output
                == #"[{"instances":["i-00000000000000001"],"name":"web","#
                + #""securityGroups":["sg-00000000000000001"],"#
                + #""spotRequests":["sir-00000000000000001"]}]"# + "\n"
        )
    }

    @Test func `in silence prints the names`() async throws {
        let scenario = try CommandScenario { account in
            account.addMachine("web")
            account.addMachine("api")
        }
        await scenario.expect("terminate", "web", "api", "-q", is: Ending(0, output: "web\napi\n"))
        #expect(scenario.ec2.account.living.isEmpty)
    }

    @Test func `of one name given twice removes it once`() async throws {
        let scenario = try CommandScenario { $0.addMachine("web") }
        await scenario.expect("terminate", "web", "web", "-q", is: Ending(0, output: "web\n"))
        #expect(scenario.ec2.count(.terminateInstances) == 1)
    }

    @Test func `by id removes the instance alone`() async throws {
        let scenario = try CommandScenario { $0.addMachine("web") }
        let ending = await scenario.run("terminate", "--id", "i-00000000000000001")
        #expect(ending.status == 0)
        #expect(
            ending.talk.hasSuffix(
                "spot: web: removed instance i-00000000000000001, "
                    + "spot request sir-00000000000000001\n"
            )
        )
        #expect(scenario.ec2.count(.deleteSecurityGroup) == 0)
    }

    @Test func `by an id that nobody has ends with 3`() async throws {
        try await CommandScenario().expect(
            "terminate",
            "--id",
            "i-1",
            "-q",
            is: Ending(
                3,
                talk: "spot: error: EC2 refused DescribeInstances: i-1 does not exist "
                    + "(InvalidInstanceID.NotFound)\n"
            )
        )
    }

    @Test func `of some that fail removes the others and ends with 8`() async throws {
        let scenario = try CommandScenario { account in
            account.addMachine("web")
            account.addMachine("api") { $0.requestType = nil }
        }
        scenario.ec2.refuse(.cancelSpotInstanceRequests, with: .unauthorizedOperation)
        await scenario.expect(
            "terminate",
            "web",
            "api",
            "-q",
            is: Ending(
                8,
                output: "web\napi\n",
                talk: """
                    spot: error: 1 of 2 failed
                      cannot remove all of web: cannot cancel the spot request \
                    sir-00000000000000001: EC2 refused CancelSpotInstanceRequests: as the test \
                    says (UnauthorizedOperation)

                    """
            )
        )
        #expect(scenario.ec2.account.living == [])
    }

    @Test func `of the only one that fails ends with that failure's status`() async throws {
        let scenario = try CommandScenario { $0.addMachine("web") }
        scenario.ec2.refuse(.terminateInstances, with: .unauthorizedOperation)
        let ending = await scenario.run("terminate", "web", "-q")
        #expect(ending.status == 4)
    }
}
