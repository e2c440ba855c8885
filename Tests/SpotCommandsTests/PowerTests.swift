import AWSRuntime
import AWSServices
import SpotSupport
import SpotTestSupport
import Testing

/// `stop`, `start` and `wait`.
struct PowerTests {
    typealias Ending = CommandScenario.Ending

    private static let stopped =
        "spot: web is stopped; its disk stays and bills until 'spot terminate web'\n"

    private func onDemand(_ state: InstanceState) throws -> CommandScenario {
        try CommandScenario { account in
            account.addMachine("web") { fixture in
                fixture.requestType = nil
                fixture.state = state
            }
        }
    }

    @Test func `stop waits until the machine is stopped`() async throws {
        let scenario = try onDemand(.running)
        let ending = await scenario.run("stop", "web")
        #expect(ending.status == 0)
        #expect(ending.output == "")
        #expect(ending.talk.hasSuffix(Self.stopped))
        #expect(scenario.ec2.effects == [.stopInstances])
        #expect(scenario.ec2.account.instances.map(\.instance.state) == [.stopped])
    }

    @Test func `stop of a stopped machine does nothing`() async throws {
        let scenario = try onDemand(.stopped)
        await scenario.expect("stop", "web", is: Ending(0, talk: Self.stopped))
        await scenario.expect("stop", "web", "-q", is: Ending(0, output: "web\n"))
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `stop of a one-time spot machine explains why not`() async throws {
        let scenario = try CommandScenario { $0.addMachine("web") }
        await scenario.expect(
            "stop",
            "web",
            "-v",
            is: Ending(
                1,
                talk: """
                    spot: error: cannot stop web: AWS stops no one-time spot machine
                    spot: hint: 'spot terminate web' ends it; a machine launched with \
                    --market on-demand can be stopped
                    spot: cause: EC2 refused StopInstances: as the test says (UnsupportedOperation)
                    spot: request: request-of-the-test

                    """
            )
        )
    }

    @Test(arguments: ["stop", "start", "wait"])
    func `what is not there ends with 3`(verb: String) async throws {
        let scenario = try CommandScenario()
        await scenario.expect(
            verb,
            "web",
            is: Ending(
                3,
                talk: """
                    spot: error: cannot find a machine named web in us-east-1
                    spot: hint: 'spot list' shows what there is; --region looks elsewhere

                    """
            )
        )
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `start starts, and ends with 7 where this computer has no key`() async throws {
        let scenario = try onDemand(.stopped)
        let ending = await scenario.run("start", "web")
        #expect(ending.status == 7)
        #expect(
            ending.talk.hasSuffix(
                """
                spot: error: cannot log in to web: its private key is not on this computer
                spot: hint: copy it from the computer that launched web to \
                /home/ada/.local/state/spot/keys/web

                """
            )
        )
        #expect(scenario.ec2.effects == [.startInstances, .authorizeSecurityGroupIngress])
    }

    @Test func `start that gets no capacity ends with 5`() async throws {
        let scenario = try onDemand(.stopped)
        scenario.ec2.refuse(.startInstances, with: .insufficientInstanceCapacity)
        await scenario.expect(
            "start",
            "web",
            "-q",
            is: Ending(
                5,
                talk: "spot: error: EC2 refused StartInstances: as the test says "
                    + "(InsufficientInstanceCapacity)\n"
            )
        )
    }

    @Test func `wait for a state that is there returns at once`() async throws {
        let scenario = try onDemand(.stopped)
        await scenario.expect("wait", "web", "--for", "stopped", "-q", is: Ending(0))
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `wait for the end of what never was returns at once`() async throws {
        try await CommandScenario().expect("wait", "web", "--for", "terminated", is: Ending(0))
    }

    @Test func `wait for a machine that is taken back meanwhile ends with 6`() async throws {
        let scenario = try onDemand(.pending)
        let reason = StateReason(code: "Server.SpotInstanceTermination", message: "taken back")
        scenario.ec2.change { account in
            account.instances[0].fate = reason
            account.instances[0].upcoming = [.pending, .shuttingDown]
        }
        await scenario.expect(
            "wait",
            "web",
            "-q",
            is: Ending(
                6,
                talk: """
                    spot: error: cannot use web: i-00000000000000001 is shutting-down \
                    (Server.SpotInstanceTermination: taken back)
                    spot: hint: 'spot launch web' tries again

                    """
            )
        )
    }

    @Test func `wait for what does not come ends with 124 at its own limit`() async throws {
        let scenario = try onDemand(.running)
        await scenario.expect(
            "wait",
            "web",
            "--for",
            "stopped",
            "-q",
            is: Ending(
                124,
                talk: "spot: error: gave up waiting for i-00000000000000001 to be stopped "
                    + "after 10 min\n"
            )
        )
    }

    @Test func `a timeout of one's own ends with 124`() async throws {
        let time = ManualTime(.standing)
        let scenario = try CommandScenario(time: time) { account in
            account.addMachine("web") { $0.requestType = nil }
        }
        async let ending = scenario.run("wait", "web", "--for=stopped", "--timeout=90s", "-q")
        // One pause between two looks, one deadline.
        await time.untilAsleep(2)
        time.advance(by: .seconds(90))
        #expect(
            await ending
                == Ending(124, talk: "spot: error: gave up waiting for web after 1 min 30 s\n")
        )
    }
}
