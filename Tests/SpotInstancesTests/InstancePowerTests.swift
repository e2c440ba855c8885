import AWSServices
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

struct InstancePowerTests {
    private let scenario: LaunchScenario
    private let name: MachineName

    init() throws {
        scenario = try LaunchScenario()
        name = try MachineName("web")
    }

    private var power: InstancePower {
        InstancePower(
            ec2: scenario.ec2,
            directory: scenario.directory,
            waiter: scenario.waiter
        )
    }

    private func add(_ state: InstanceState, _ type: SpotOptions.RequestType? = nil) {
        scenario.ec2.change {
            $0.addMachine("web") {
                $0.state = state
                $0.requestType = type
            }
        }
    }

    @Test(arguments: [SpotOptions.RequestType.persistent, nil])
    func `a machine that AWS can stop is stopped`(type: SpotOptions.RequestType?) async throws {
        add(.running, type)
        #expect(try await power.stop(name, report: { _ in }).state == .stopped)
        #expect(scenario.ec2.effects == [.stopInstances])
    }

    @Test func `a one-time spot machine is refused with both ways out`() async {
        add(.running, .oneTime)
        await #expect {
            try await power.stop(name, report: { _ in })
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .conflict
                && failure?.hint?.contains("spot terminate web") == true
                && failure?.hint?.contains("--market on-demand") == true
        }
    }

    @Test(arguments: [InstanceState.stopped, .stopping])
    func `what is stopped or stopping is not stopped again`(state: InstanceState) async throws {
        add(state)
        #expect(try await power.stop(name, report: { _ in }).state == .stopped)
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test(arguments: [InstanceState.stopped, .stopping])
    func `what is stopped or stopping is started`(state: InstanceState) async throws {
        add(state)
        #expect(try await power.start(name, report: { _ in }).state == .running)
        #expect(scenario.ec2.effects == [.startInstances])
    }

    @Test(arguments: [InstanceState.running, .pending])
    func `what runs or will run is not started again`(state: InstanceState) async throws {
        add(state)
        #expect(try await power.start(name, report: { _ in }).state == .running)
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `nothing of the name is not found`() async {
        await #expect {
            try await power.start(name, report: { _ in })
        } throws: {
            ($0 as? GeneralFailure)?.kind == .notFound
        }
    }
}
