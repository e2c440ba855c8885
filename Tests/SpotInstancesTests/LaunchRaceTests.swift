import AWSRuntime
import AWSServices
import FoundationEssentials
import SSHKeys
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

/// What happens when others launch the same name, or have long ago.
struct LaunchRaceTests {
    private let name: MachineName

    init() throws { name = try MachineName("web") }

    /// Somebody else has just used this very token with other words.
    private static func stolen(_ request: RunInstances, _ account: inout FakeAccount) -> InstanceID?
    {
        guard let token = request.clientToken else { return nil }
        let id = account.addMachine("web")
        account.instances[account.instances.count - 1].instance.clientToken = token
        account.tokens[token] = (RunInstances(LaunchTemplateData(image: ImageID("ami-0a"))), id)
        return id
    }

    /// Launches once in a cloud of its own only to learn the request.
    private func rehearsal() async throws -> RunInstances {
        let scenario = try LaunchScenario(allowsFleets: false)
        _ = try await scenario.launch()
        return try #require(scenario.ec2.launches.first)
    }

    @Test func `a machine that another launch made with our token is the one`() async throws {
        let request = try await rehearsal()
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.justBefore(.runInstances) { _ = Self.stolen(request, &$0) }
        let outcome = try await scenario.launch()
        #expect(scenario.ec2.account.living == [outcome.machine.id])
        #expect(scenario.ec2.launches.count == 1)
        #expect(scenario.ec2.count(.terminateInstances) == 0)
    }

    @Test func `an adopted machine has not the host key that we made`() async throws {
        let request = try await rehearsal()
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.justBefore(.runInstances) { _ = Self.stolen(request, &$0) }
        let machine = try await scenario.launch().machine
        #expect(try scenario.records.hostKey(name, generation: machine.generation) == nil)
    }

    @Test func `a token of a forgotten machine with other words leads to the next generation`()
        async throws
    {
        let request = try await rehearsal()
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.justBefore(.runInstances) { account in
            _ = Self.stolen(request, &account)
            account.instances = []
        }
        let machine = try await scenario.launch().machine
        #expect(machine.generation == 2)
        #expect(scenario.ec2.launches.count == 2)
        #expect(scenario.ec2.account.living == [machine.id])
    }

    @Test(arguments: [false, true])
    func `a token that brings back an old machine leads to the next generation`(
        allowsFleets: Bool
    ) async throws {
        var scenario = try LaunchScenario(allowsFleets: allowsFleets)
        _ = try await scenario.launch()
        // An hour later EC2 shows the dead machine no longer, but still knows its token.
        scenario.ec2.change { account in
            account.instances[0].enter(.terminated)
            account.instances[0].instance.tags = [:]
            account.instances[0].instance.launchTime.addTimeInterval(-3600)
        }
        scenario.journal = LaunchJournal()
        let machine = try await scenario.launch().machine
        #expect(machine.generation == 2)
        #expect(scenario.ec2.account.living == [machine.id])
        #expect(try scenario.records.hostKey(name, generation: 1) == nil)
        #expect(try scenario.records.hostKey(name, generation: 2) != nil)
    }

    @Test func `a machine that seems old by a fast clock is the one, and no second is bought`()
        async throws
    {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.change { $0.clockOffset = -7200 }
        let machine = try await scenario.launch().machine
        #expect(machine.generation == 1)
        #expect(scenario.ec2.launches.count == 1)
        #expect(scenario.ec2.account.living == [machine.id])
        #expect(try scenario.records.hostKey(name, generation: 1) != nil)
    }

    @Test func `no more than three generations are tried`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        // Whatever is launched is an old machine that nobody shows any longer.
        scenario.ec2.change { account in
            account.clockOffset = -7200
            account.forgetsLaunches = true
        }
        await #expect {
            try await scenario.launch()
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .conflict && failure?.message.contains("3 times") == true
        }
        #expect(scenario.ec2.launches.count == 3)
    }

    @Test func `of two machines the older stays and only ours is terminated`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.justBefore(.runInstances) { account in
            account.addMachine("web") { $0.id = "i-older" }
        }
        let outcome = try await scenario.launch()
        #expect(outcome.machine.id == InstanceID("i-older"))
        #expect(scenario.ec2.account.living == [InstanceID("i-older")])
        let ended = scenario.ec2.calls.compactMap { call -> [InstanceID]? in
            guard case .terminateInstances(let ids) = call else { return nil }
            return ids
        }
        #expect(ended.count == 1)
        #expect(ended.first?.contains(InstanceID("i-older")) == false)
    }

    @Test func `our first-boot key is not expected of the machine that stays`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.justBefore(.runInstances) { account in
            account.addMachine("web") { $0.id = "i-older" }
        }
        let machine = try await scenario.launch().machine
        #expect(machine.id == InstanceID("i-older"))
        #expect(try scenario.records.hostKey(name, generation: machine.generation) == nil)
    }

    @Test func `a machine that is younger than ours is left to its own launch`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.justBefore(.runInstances) { account in
            account.addMachine("web") {
                $0.id = "i-younger"
                $0.launched = ManualTime().now.addingTimeInterval(60)
            }
        }
        let outcome = try await scenario.launch()
        #expect(outcome.machine.id != InstanceID("i-younger"))
        #expect(scenario.ec2.count(.terminateInstances) == 0)
    }

    @Test func `a group that another launch makes in this moment is used`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.justBefore(.createSecurityGroup) { account in
            account.groups.append(
                SecurityGroup(
                    id: SecurityGroupID("sg-theirs"),
                    name: "spot-web",
                    vpc: FakeCatalogue.vpc,
                    tags: ["spot:managed": "1", "spot:name": "web"]
                )
            )
        }
        let outcome = try await scenario.launch()
        #expect(outcome.machine.instance.groups.map(\.id) == [SecurityGroupID("sg-theirs")])
    }

    @Test func `a group that is not ours is refused, and no machine is made`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.change {
            $0.groups.append(
                SecurityGroup(
                    id: SecurityGroupID("sg-x"),
                    name: "spot-web",
                    vpc: FakeCatalogue.vpc
                )
            )
        }
        await #expect {
            try await scenario.launch()
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .conflict && failure?.hint?.contains("sg-x") == true
        }
        #expect(scenario.ec2.launches.isEmpty)
    }

    @Test func `a group that is not visible yet is tried again`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.refuse(.authorizeSecurityGroupIngress, with: .groupNotFound, times: 3)
        _ = try await scenario.launch()
        #expect(scenario.ec2.account.groups[0].ingress.count == 1)
    }

    @Test func `row 30: a rule that is there already does not keep others out`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.justBefore(.authorizeSecurityGroupIngress) { account in
            account.groups[0].ingress = [
                IPPermission(protocol: "tcp", ports: 22...22, ipv4: [.init("198.51.100.7/32")])
            ]
        }
        _ = try await scenario.launch(["firewall": ["tcp:80:me", "tcp:443:me"]])
        let ports = scenario.ec2.account.groups[0].ingress.compactMap(\.ports?.lowerBound)
        #expect(ports.sorted() == [22, 80, 443])
    }

    @Test func `the same key that another launch imports in this moment is no conflict`()
        async throws
    {
        let scenario = try LaunchScenario(allowsFleets: false)
        let key = try scenario.keys.keyOrNew(for: name)
        let line = key.publicKey.authorizedKeysLine
        scenario.ec2.justBefore(.importKeyPair) { $0.addKeyPair("web", publicKey: line) }
        _ = try await scenario.launch()
        #expect(scenario.ec2.account.keyPairs.count == 1)
    }

    @Test func `another key that is imported in this moment is a conflict, and nothing starts`()
        async throws
    {
        let scenario = try LaunchScenario(allowsFleets: false)
        let other = try PrivateKey.generateEd25519(comment: "").publicKey.authorizedKeysLine
        scenario.ec2.justBefore(.importKeyPair) { $0.addKeyPair("web", publicKey: other) }
        await #expect {
            try await scenario.launch()
        } throws: {
            ($0 as? GeneralFailure)?.kind == .conflict
        }
        #expect(scenario.ec2.launches.isEmpty)
    }
}
