import AWSServices
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

struct MachineDirectoryTests {
    private let scenario: LaunchScenario
    private let name: MachineName

    init() throws {
        scenario = try LaunchScenario()
        name = try MachineName("web")
    }

    @Test func `only our own machines of the name are found, in one call`() async throws {
        scenario.ec2.change { account in
            account.addMachine("web") { $0.id = "i-ours" }
            account.addMachine("db") { $0.id = "i-db" }
            account.addMachine("web") { $0.id = "i-theirs" }
            account.instances[2].instance.tags = ["Name": "web", "spot:name": "web"]
        }
        #expect(try await scenario.directory.machines(named: name).map(\.id.rawValue) == ["i-ours"])
        #expect(try await scenario.directory.machines().map(\.id.rawValue) == ["i-ours", "i-db"])
        #expect(scenario.ec2.calls.count == 2)
    }

    @Test func `a live machine is found beside its dead predecessors`() async throws {
        scenario.ec2.change { account in
            account.addMachine("web") { $0.state = .terminated }
            account.addMachine("web") { $0.id = "i-alive" }
        }
        #expect(try await scenario.directory.machine(named: name).id == InstanceID("i-alive"))
    }

    @Test func `nothing of the name is told with the region`() async {
        await #expect {
            try await scenario.directory.machine(named: name)
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .notFound
                && failure?.message == "cannot find a machine named web in us-east-1"
                && failure?.hint?.contains("spot list") == true
        }
    }

    @Test func `a machine that AWS took back is told as interrupted`() async {
        scenario.ec2.change {
            $0.addMachine("web") {
                $0.id = "i-lost"
                $0.state = .terminated
                $0.stateReason = StateReason(code: "Server.SpotInstanceTermination", message: "")
            }
        }
        await #expect {
            try await scenario.directory.machine(named: name)
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .interrupted
                && failure?.message == "cannot use web: AWS took i-lost back"
        }
    }

    @Test func `a machine that a person ended is not found`() async {
        scenario.ec2.change {
            $0.addMachine("web") {
                $0.state = .terminated
                $0.stateReason = StateReason(code: "Client.UserInitiatedShutdown", message: "")
            }
        }
        await #expect {
            try await scenario.directory.machine(named: name)
        } throws: {
            ($0 as? GeneralFailure)?.kind == .notFound
        }
    }
}
