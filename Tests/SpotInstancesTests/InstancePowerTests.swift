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

    @Test func `a caller who moved is let in to what it had opened, and nobody else is touched`()
        async throws
    {
        let fields = ["firewall": ["tcp:80:me", "tcp:443:192.0.2.0/24"]]
        let machine = try await scenario.launch(fields).machine
        scenario.address.move(to: "198.51.100.8")
        try await scenario.launcher.admitCaller(to: machine)
        let rules = scenario.ec2.account.groups[0].ingress.flatMap { permission in
            permission.ipv4.map { "\(permission.ports?.lowerBound ?? 0) \($0.cidr)" }
        }
        #expect(
            rules.sorted() == ["22 198.51.100.8/32", "443 192.0.2.0/24", "80 198.51.100.8/32"]
        )
        let before = scenario.ec2.effects.count
        try await scenario.launcher.admitCaller(to: machine)
        #expect(scenario.ec2.effects.count == before)
    }

    @Test func `a group of the person's own is left alone`() async throws {
        scenario.ec2.change {
            $0.groups.append(SecurityGroup(id: SecurityGroupID("sg-mine"), name: "mine"))
        }
        let machine = try await scenario.launch(["security_group": ["sg-mine"]]).machine
        try await scenario.launcher.admitCaller(to: machine)
        #expect(scenario.ec2.account.groups.map(\.ingress) == [[]])
        #expect(scenario.address.requests.isEmpty)
    }
}
