import AWSRuntime
import AWSServices
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

/// What is taken back of a launch that no machine came of.
struct LaunchUndoTests {
    private let scenario: LaunchScenario
    private let name: MachineName

    init() throws {
        scenario = try LaunchScenario(allowsFleets: false)
        name = try MachineName("web")
    }

    /// Launches web, which must fail, and takes back what it made.
    private func undoneLaunch(_ fields: [String: [String]] = [:]) async throws
        -> InstanceLauncher.Aftermath
    {
        await #expect(throws: (any Error).self) { try await scenario.launch(fields) }
        return try await scenario.launcher.undo(name, scenario.journal)
    }

    @Test func `a launch that is refused leaves nothing, here or there`() async throws {
        scenario.ec2.refuse(.runInstances, with: .unauthorizedOperation)
        #expect(try await undoneLaunch() == .nothing)
        #expect(scenario.ec2.account.groups.isEmpty)
        #expect(scenario.ec2.account.keyPairs.isEmpty)
        #expect(try scenario.keys.key(for: name) == nil)
        #expect(try scenario.keys.places(of: name) == [])
    }

    @Test func `a key that was here before stays`() async throws {
        let key = try scenario.keys.keyOrNew(for: name)
        scenario.ec2.refuse(.runInstances, with: .unauthorizedOperation)
        #expect(try await undoneLaunch() == .nothing)
        #expect(try scenario.keys.key(for: name) == key)
        #expect(try scenario.keys.places(of: name) == [])
    }

    @Test func `a key that another region has begun to use in between stays`() async throws {
        let other = KeyPlace(account: "210987654321", region: .usEast1)
        scenario.ec2.refuse(.runInstances, with: .unauthorizedOperation)
        await #expect(throws: AWSError.self) { try await scenario.launch() }
        _ = try await scenario.keys.claim(name, for: other)
        #expect(try await scenario.launcher.undo(name, scenario.journal) == .nothing)
        #expect(try scenario.keys.key(for: name) != nil)
        #expect(try scenario.keys.places(of: name) == [other])
    }

    /// The machine that RunInstances started although its answer was lost.
    private func launchWithoutAnswer(_ fields: [String: [String]] = [:]) async throws
        -> InstanceLauncher.Aftermath
    {
        scenario.ec2.refuse(.runInstances, with: .noAnswer, takingEffect: true)
        // Its tags are not visible yet: only the token leads to it.
        await #expect(throws: AWSError.self) { try await scenario.launch(fields) }
        scenario.ec2.change { account in
            for index in account.instances.indices { account.instances[index].instance.tags = [:] }
        }
        return try await scenario.launcher.undo(name, scenario.journal)
    }

    private func expectEverythingIsKept() throws {
        #expect(scenario.ec2.account.living.count == 1)
        #expect(scenario.ec2.account.keyPairs.count == 1)
        #expect(try scenario.keys.key(for: name) != nil)
    }

    @Test func `a machine whose answer was lost keeps its key`() async throws {
        #expect(try await launchWithoutAnswer() == .machine)
        try expectEverythingIsKept()
    }

    @Test func `a machine in a group of the person's whose answer was lost keeps its key`()
        async throws
    {
        scenario.ec2.change {
            $0.groups.append(SecurityGroup(id: SecurityGroupID("sg-mine"), name: "mine"))
        }
        #expect(try await launchWithoutAnswer(["security_group": ["sg-mine"]]) == .machine)
        try expectEverythingIsKept()
    }

    @Test func `a machine whose group and key were there before keeps both`() async throws {
        try scenario.haveKeyPair()
        scenario.ec2.change { account in
            account.addMachine("web")
            account.instances = []
        }
        #expect(try await launchWithoutAnswer() == .machine)
        try expectEverythingIsKept()
    }

    @Test func `where no group of ours can tell, a lost request counts as a machine`() async throws
    {
        scenario.ec2.change {
            $0.groups.append(SecurityGroup(id: SecurityGroupID("sg-mine"), name: "mine"))
        }
        scenario.ec2.refuse(.runInstances, with: .noAnswer)
        #expect(try await undoneLaunch(["security_group": ["sg-mine"]]) == .machine)
        #expect(scenario.ec2.account.keyPairs.count == 1)
        #expect(try scenario.keys.key(for: name) != nil)
        #expect(!scenario.time.slept.isEmpty)
    }

    @Test func `a lost request that started nothing leaves nothing, when its group can go`()
        async throws
    {
        scenario.ec2.refuse(.runInstances, with: .noAnswer)
        #expect(try await undoneLaunch() == .nothing)
        #expect(scenario.ec2.account.groups.isEmpty)
        #expect(scenario.ec2.account.keyPairs.isEmpty)
    }

    @Test func `a machine that died at birth leaves nothing`() async throws {
        scenario.ec2.change {
            $0.stillborn = [StateReason(code: "Server.InternalError", message: "Internal error")]
        }
        #expect(try await undoneLaunch() == .nothing)
        #expect(scenario.ec2.account.groups.isEmpty)
        #expect(scenario.ec2.account.keyPairs.isEmpty)
    }

    @Test func `a machine that was accepted and is not shown counts as one`() async throws {
        scenario.ec2.change { account in
            account.stillborn = [StateReason(code: "Server.InternalError", message: "broken")]
        }
        await #expect(throws: MachineDeath.self) { try await scenario.launch() }
        scenario.ec2.change { $0.instances = [] }
        #expect(try await scenario.launcher.undo(name, scenario.journal) == .machine)
        #expect(scenario.ec2.account.keyPairs.count == 1)
    }
}
