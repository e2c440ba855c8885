import AWSRuntime
import AWSServices
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

struct InstanceWaiterTests {
    private let scenario: LaunchScenario

    init() throws { scenario = try LaunchScenario() }

    private func add(_ change: @Sendable (inout FakeAccount.Fixture) -> Void) -> InstanceID {
        scenario.ec2.change { $0.addMachine("web", change) }
        return scenario.ec2.account.instances[0].instance.id
    }

    @Test func `each look is reported until the machine runs`() async throws {
        let id = add { $0.state = .pending }
        let machine = try await scenario.waiter.running(id, report: scenario.phases.report)
        #expect(machine.state == .running)
        #expect(scenario.phases.texts == ["\(id) is pending", "\(id) is running"])
    }

    @Test func `a machine without an address is not there yet`() async throws {
        let id = add { $0.address = "203.0.113.5" }
        scenario.ec2.change { $0.instances[0].instance.publicAddress = nil }
        scenario.ec2.change { $0.instances[0].upcoming = [.running] }
        #expect(
            try await scenario.waiter.running(id, report: { _ in }).address == "203.0.113.5"
        )
    }

    @Test(arguments: [
        ("Server.SpotInstanceTermination", FailureKind.interrupted),
        ("Server.SpotInstanceShutdown", .interrupted),
        ("Server.InsufficientInstanceCapacity", .capacity),
        ("Server.InternalError", .broken),
    ])
    func `a machine that dies says why`(code: String, kind: FailureKind) async {
        let id = add {
            $0.state = .shuttingDown
            $0.stateReason = StateReason(code: code, message: "as AWS says")
        }
        await #expect {
            try await scenario.waiter.running(id, report: { _ in })
        } throws: { error in
            let death = error as? MachineDeath
            return death?.kind == kind
                && death?.message
                    == "cannot use web: \(id) is shutting-down (\(code): as AWS says)"
                && death?.hint == "'spot launch web' tries again"
        }
    }

    @Test func `a machine for which there is no disk says whose quota that is`() async {
        let id = add {
            $0.state = .shuttingDown
            $0.stateReason = StateReason(code: "Client.VolumeLimitExceeded", message: "too many")
        }
        await #expect {
            try await scenario.waiter.running(id, report: { _ in })
        } throws: { error in
            let death = error as? MachineDeath
            return death?.kind == .capacity && death?.hint?.contains("quota of volumes") == true
        }
    }

    @Test func `a machine that never gets an address is told so after a minute`() async {
        let id = add { $0.state = .running }
        scenario.ec2.change { $0.instances[0].instance.publicAddress = nil }
        await #expect {
            try await scenario.waiter.running(id, report: { _ in })
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.message.contains("\(id) runs without a public address in subnet-a")
                == true && failure?.hint?.contains("internet gateway") == true
        }
        #expect(scenario.time.uptime >= .seconds(60) && scenario.time.uptime < .seconds(90))
    }

    @Test func `a machine that stops while it starts ends the wait`() async {
        let id = add { $0.state = .pending }
        scenario.ec2.change { $0.instances[0].upcoming = [.stopped] }
        await #expect {
            try await scenario.waiter.running(id, report: { _ in })
        } throws: {
            ($0 as? MachineDeath)?.message.contains("\(id) is stopped") == true
        }
        #expect(scenario.time.uptime < .seconds(30))
    }

    @Test func `a machine that is shown stopped a little longer is waited for`() async throws {
        let id = add { $0.state = .stopped }
        scenario.ec2.change { $0.instances[0].upcoming = [.stopped, .pending, .running] }
        #expect(try await scenario.waiter.running(id, report: { _ in }).state == .running)
    }

    @Test func `a machine that was made a moment ago may be invisible for a while`() async throws {
        let id = add { $0.state = .pending }
        scenario.ec2.refuse(.describeInstances, with: .instanceNotFound, times: 5)
        #expect(try await scenario.waiter.running(id, report: { _ in }).id == id)
    }

    @Test func `a machine that stays invisible is missing after two minutes`() async {
        let id = InstanceID("i-none")
        await #expect {
            try await scenario.waiter.running(id, report: { _ in })
        } throws: {
            ($0 as? GeneralFailure)?.message == "cannot find instance i-none"
        }
        #expect(scenario.time.uptime >= .seconds(120))
        #expect(scenario.time.uptime < .seconds(150))
    }

    @Test func `a wait that is too long names what was awaited`() async {
        let id = add {
            $0.id = "i-slow"
            $0.state = .pending
        }
        scenario.ec2.change { $0.instances[0].upcoming = [] }
        await #expect {
            try await scenario.waiter.running(id, report: { _ in })
        } throws: { error in
            (error as? WaitTimedOut)?.message
                == "gave up waiting for i-slow to be running after 5 min"
        }
        #expect(scenario.ec2.calls.count < 60)
    }

    @Test func `stopped is awaited through stopping, and refused for what is ending`() async throws
    {
        let id = add { $0.state = .stopping }
        #expect(try await scenario.waiter.stopped(id, report: { _ in }).state == .stopped)
        scenario.ec2.change { $0.instances[0].enter(.terminated) }
        await #expect(throws: MachineDeath.self) {
            try await scenario.waiter.stopped(id, report: { _ in })
        }
    }

    @Test func `terminated is awaited through shutting down`() async throws {
        let id = add { $0.state = .shuttingDown }
        try await scenario.waiter.terminated(id, report: scenario.phases.report)
        #expect(scenario.phases.texts.last == "\(id) is terminated")
    }

    @Test func `a machine that EC2 has forgotten is as good as terminated`() async throws {
        try await scenario.waiter.terminated(InstanceID("i-gone"), report: { _ in })
        #expect(scenario.time.uptime >= .seconds(120))
    }

    @Test func `any other refusal ends the wait`() async {
        let id = add { $0.state = .pending }
        scenario.ec2.refuse(.describeInstances, with: .unauthorizedOperation)
        await #expect {
            try await scenario.waiter.running(id, report: { _ in })
        } throws: {
            ($0 as? any Failure)?.kind == .denied
        }
        #expect(scenario.ec2.calls.count == 1)
    }
}
