import AWSServices
import FoundationEssentials
import SSHKeys
import SpotInstances
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct InstanceLauncherTests {
    @Test func `nothing there: a machine is launched, and all it needs is made before`()
        async throws
    {
        let scenario = try LaunchScenario()
        let outcome = try await scenario.launch()
        #expect(outcome.isNew)
        #expect(outcome.machine.name == "web")
        #expect(outcome.machine.state == .running)
        #expect(outcome.machine.address == "203.0.113.10")
        #expect(outcome.machine.generation == 1)
        #expect(scenario.ec2.account.living.count == 1)

        let effects = scenario.ec2.effects
        #expect(
            effects == [
                .importKeyPair, .createSecurityGroup, .authorizeSecurityGroupIngress,
                .createLaunchTemplate, .createFleet, .deleteLaunchTemplate,
            ]
        )
    }

    @Test func `a launch takes thirteen calls besides polling, and one more at the first login`()
        async throws
    {
        let scenario = try LaunchScenario()
        _ = try await scenario.launch()
        #expect(scenario.callsBesidesPolling == 13)
    }

    @Test func `the group lets the caller in on the SSH port and nobody else`() async throws {
        let scenario = try LaunchScenario()
        let outcome = try await scenario.launch()
        let group = try #require(scenario.ec2.account.groups.first)
        #expect(group.name == "spot-web")
        #expect(group.vpc == FakeCatalogue.vpc)
        #expect(group.tags.marks(try MachineName("web")))
        #expect(
            group.ingress == [
                IPPermission(
                    protocol: "tcp",
                    ports: 22...22,
                    ipv4: [.init("198.51.100.7/32", description: "spot: ada@desk")]
                )
            ]
        )
        #expect(outcome.machine.instance.groups.map(\.id) == [group.id])
    }

    @Test func `the key is here before EC2 hears of it, and is the one EC2 has`() async throws {
        let scenario = try LaunchScenario()
        let keys = scenario.keys
        let wasHere = KeyWitness()
        scenario.ec2.justBefore(.importKeyPair) { _ in
            wasHere.saw((try? keys.key(for: MachineName("web")))?.publicKey)
        }
        _ = try await scenario.launch()
        let pair = try #require(scenario.ec2.account.keyPairs.first)
        #expect(pair.name.rawValue == "web")
        #expect(try PublicKey(line: pair.publicKey ?? "") == wasHere.key)
        #expect(pair.tags.marks(try MachineName("web")))
    }

    @Test func `a key that cannot be written ends the launch before anything is made`()
        async throws
    {
        let scenario = try LaunchScenario()
        let inTheWay = scenario.computer("keys").appending("web.pub")
        try PrivateFile.write("in the way".utf8, to: inTheWay)
        await #expect(throws: GeneralFailure.self) { try await scenario.launch() }
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `the first-boot key is kept until the machine was met`() async throws {
        let scenario = try LaunchScenario()
        let outcome = try await scenario.launch()
        let name = try MachineName("web")
        #expect(try scenario.records.hostKey(name, generation: outcome.machine.generation) != nil)
    }

    @Test(arguments: [InstanceState.running, .pending])
    func `alive: the machine is found again and nothing is made`(state: InstanceState) async throws
    {
        let scenario = try LaunchScenario()
        scenario.ec2.change { $0.addMachine("web") { $0.state = state } }
        let outcome = try await scenario.launch()
        #expect(!outcome.isNew)
        #expect(outcome.machine.state == .running)
        #expect(outcome.machine.address != nil)
        #expect(scenario.ec2.effects == [.authorizeSecurityGroupIngress])
    }

    @Test func `a key that was copied here is noted as in use where the machine is`() async throws {
        let scenario = try LaunchScenario()
        let name = try MachineName("web")
        scenario.ec2.change { $0.addMachine("web") }
        _ = try await scenario.launch()
        #expect(try scenario.keys.places(of: name) == [])
        #expect(try scenario.keys.key(for: name) == nil)
        _ = try scenario.keys.keyOrNew(for: name)
        _ = try await scenario.launch()
        let place = KeyPlace(owner: FakeSTS.arn, region: .usEast1)
        #expect(try scenario.keys.places(of: name) == [place])
    }

    @Test func `on a running machine that knows us a launch takes three calls at most`()
        async throws
    {
        let scenario = try LaunchScenario()
        scenario.ec2.change { $0.addMachine("web") }
        _ = try await scenario.launch()
        let before = scenario.ec2.calls.count
        _ = try await scenario.launch()
        #expect(scenario.ec2.calls.count - before <= 3)
        #expect(scenario.ssm.calls.isEmpty)
        #expect(scenario.sts.calls == 0)
    }

    @Test(arguments: [InstanceState.stopped, .stopping])
    func `stopped or stopping: the same machine is started, at its new address`(
        state: InstanceState
    ) async throws {
        let scenario = try LaunchScenario()
        scenario.ec2.change {
            $0.addMachine("web") {
                $0.state = state
                $0.requestType = nil
            }
        }
        let id = scenario.ec2.account.living[0]
        let outcome = try await scenario.launch()
        #expect(outcome.machine.id == id)
        #expect(outcome.machine.state == .running)
        #expect(outcome.machine.address != "203.0.113.10")
        #expect(!outcome.isNew)
        #expect(scenario.ec2.count(.startInstances) == 1)
        #expect(scenario.ec2.launches.isEmpty)
    }

    @Test(arguments: [InstanceState.terminated, .shuttingDown])
    func `dead: another machine is launched under the name, one generation on`(
        state: InstanceState
    ) async throws {
        let scenario = try LaunchScenario()
        scenario.ec2.change {
            $0.addMachine("web") {
                $0.state = state
                $0.tags = ["spot:generation": "4"]
            }
        }
        let dead = scenario.ec2.account.instances[0].instance.id
        let outcome = try await scenario.launch()
        #expect(outcome.isNew)
        #expect(outcome.machine.id != dead)
        #expect(outcome.machine.generation == 5)
    }

    @Test func `a group remembers the generation of machines that EC2 has forgotten`() async throws
    {
        let scenario = try LaunchScenario()
        scenario.ec2.change { account in
            account.addMachine("web")
            account.groups[0].tags["spot:generation"] = "9"
            account.instances = []
        }
        #expect(try await scenario.launch().machine.generation == 10)
    }

    @Test func `two live machines of one name are refused with both ids`() async throws {
        let scenario = try LaunchScenario()
        scenario.ec2.change { account in
            account.addMachine("web") { $0.id = "i-b" }
            account.addMachine("web") { $0.id = "i-a" }
        }
        await #expect {
            try await scenario.launch()
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .conflict
                && failure?.message.contains("i-a and i-b are both alive") == true
                && failure?.hint?.contains("spot terminate --id i-a") == true
        }
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `a caller who moved is let in and the old address is shut out`() async throws {
        let scenario = try LaunchScenario()
        _ = try await scenario.launch()
        scenario.address.move(to: "2001:db8::7")
        _ = try await scenario.launch()
        let ingress = try #require(scenario.ec2.account.groups.first?.ingress)
        #expect(ingress.flatMap(\.ipv4).isEmpty)
        #expect(ingress.flatMap(\.ipv6).map(\.cidr) == ["2001:db8::7/128"])
        #expect(
            scenario.ec2.effects.suffix(2) == [
                .authorizeSecurityGroupIngress, .revokeSecurityGroupIngress,
            ]
        )
    }

    @Test func `an old rule that somebody else closes in this moment is as good as closed`()
        async throws
    {
        let scenario = try LaunchScenario()
        let fields = ["firewall": ["tcp:80:me"]]
        _ = try await scenario.launch(fields)
        scenario.address.move(to: "198.51.100.8")
        scenario.ec2.justBefore(.revokeSecurityGroupIngress) { account in
            account.groups[0].ingress.removeAll {
                $0.ports == 22...22 && $0.ipv4.map(\.cidr) == ["198.51.100.7/32"]
            }
        }
        _ = try await scenario.launch(fields)
        let ingress = scenario.ec2.account.groups[0].ingress
        #expect(Set(ingress.flatMap(\.ipv4).map(\.cidr)) == ["198.51.100.8/32"])
    }

    @Test func `a profile's own group is used as it is`() async throws {
        let scenario = try LaunchScenario()
        scenario.ec2.change {
            $0.groups.append(SecurityGroup(id: SecurityGroupID("sg-mine"), name: "mine"))
        }
        let outcome = try await scenario.launch(["security_group": ["sg-mine"]])
        #expect(outcome.machine.instance.groups.map(\.id) == [SecurityGroupID("sg-mine")])
        #expect(scenario.ec2.account.groups.map(\.ingress) == [[]])
        #expect(scenario.address.requests.isEmpty)
    }

    @Test func `the profile's tags reach all that the launch makes`() async throws {
        let scenario = try LaunchScenario()
        _ = try await scenario.launch(["tags": ["team=search", "spot-like=yes"]])
        let account = scenario.ec2.account
        let rules = scenario.ec2.calls.compactMap { call -> [String: String]? in
            guard case .authorizeSecurityGroupIngress(let request) = call else { return nil }
            return request.tags
        }
        let made =
            account.instances.map(\.instance.tags) + account.groups.map(\.tags)
            + account.keyPairs.map(\.tags) + account.requests.map(\.tags) + rules
        #expect(made.count == 5)
        #expect(made.map { $0["team"] } == Array(repeating: "search", count: 5))
        #expect(made.allSatisfy { $0["spot:name"] == "web" && $0["Name"] == "web" })
    }

    @Test func `ttl becomes the moment at which the machine expires`() async throws {
        let scenario = try LaunchScenario()
        let machine = try await scenario.launch(["ttl": ["2h"]]).machine
        let expected = ManualTime().now.addingTimeInterval(7200)
        #expect(machine.expires == expected)
    }

    @Test func `a machine that dies at birth ends the wait with its reason`() async throws {
        let scenario = try LaunchScenario()
        scenario.ec2.change {
            $0.stillborn = [
                StateReason(code: "Client.InternalError", message: "Client error on launch")
            ]
        }
        await #expect {
            try await scenario.launch()
        } throws: { error in
            let death = error as? MachineDeath
            return death?.kind == .broken
                && death?.hint?.contains("AWSServiceRoleForEC2Spot") == true
        }
    }
}
