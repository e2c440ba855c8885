import AWSRuntime
import AWSServices
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

struct TeardownTests {
    private let scenario: LaunchScenario
    private let name: MachineName

    init() throws {
        scenario = try LaunchScenario()
        name = try MachineName("web")
    }

    private func terminate() async throws -> Teardown.Removal {
        let teardown = Teardown(
            ec2: scenario.ec2,
            keys: scenario.keys,
            region: .usEast1,
            time: scenario.time
        )
        let machines = try await scenario.directory.machines(named: name)
        return try await teardown.terminate(machines, name, report: scenario.phases.report)
    }

    @Test func `requests go first, then machines, then the group, then the key pair`() async throws
    {
        try scenario.haveKeyPair()
        scenario.ec2.change { $0.addMachine("web") { $0.requestType = .persistent } }
        let removal = try await terminate()
        #expect(
            scenario.ec2.effects == [
                .cancelSpotInstanceRequests, .terminateInstances, .deleteSecurityGroup,
                .deleteKeyPair,
            ]
        )
        let account = scenario.ec2.account
        #expect(account.living.isEmpty)
        #expect(account.groups.isEmpty)
        #expect(account.keyPairs.isEmpty)
        #expect(account.requests.map(\.state) == [.cancelled])
        #expect(removal.instances == [account.instances[0].instance.id.rawValue])
        #expect(removal.spotRequests == [account.requests[0].id.rawValue])
        #expect(removal.securityGroups.count == 1)
        #expect(removal.keyPair == "web")
    }

    @Test func `the sentence says what was removed`() async throws {
        scenario.ec2.change { $0.addMachine("web") { $0.id = "i-1" } }
        let removal = try await terminate()
        let request = scenario.ec2.account.requests[0].id
        #expect(
            removal.sentence
                == "web: removed instance i-1, spot request \(request), "
                + "security group \(removal.securityGroups[0])"
        )
    }

    @Test func `the second time there is nothing to remove`() async throws {
        try scenario.haveKeyPair()
        scenario.ec2.change { $0.addMachine("web") }
        _ = try await terminate()
        let before = scenario.ec2.effects.count
        let removal = try await terminate()
        #expect(removal.isNothing)
        #expect(removal.sentence == "web: there was nothing to remove")
        #expect(scenario.ec2.effects.count == before)
    }

    @Test func `row 29: a group that is still in use is tried again`() async throws {
        scenario.ec2.change { $0.addMachine("web") }
        scenario.ec2.refuse(.deleteSecurityGroup, with: .dependencyViolation, times: 4)
        #expect(try await terminate().securityGroups.count == 1)
        #expect(scenario.ec2.count(.deleteSecurityGroup) == 5)
        #expect(scenario.ec2.account.groups.isEmpty)
    }

    @Test func `a group that stays in use is given up by name after ten minutes`() async throws {
        scenario.ec2.change { $0.addMachine("web") }
        scenario.ec2.refuse(.deleteSecurityGroup, with: .dependencyViolation, times: 10_000)
        let group = scenario.ec2.account.groups[0].id
        try scenario.haveKeyPair()
        await #expect {
            try await terminate()
        } throws: { error in
            let failure = error as? UnfinishedRemoval
            return failure?.kind == .partial
                && failure?.message
                    == "cannot remove all of web: "
                    + "gave up waiting for security group \(group) to be free after 10 min"
                && failure?.removal.instances.count == 1
                && failure?.removal.keyPair == "web"
                && failure?.removal.securityGroups == []
                && failure?.hint?.contains("describe-network-interfaces") == true
        }
        #expect(scenario.ec2.account.keyPairs.isEmpty)
    }

    @Test func `a request that AWS has forgotten does not keep the machine alive`() async throws {
        scenario.ec2.change { account in
            account.addMachine("web")
            account.addMachine("web")
            account.requests.removeFirst()
        }
        let removal = try await terminate()
        #expect(removal.instances.count == 2)
        #expect(removal.spotRequests == scenario.ec2.account.requests.map(\.id.rawValue))
        #expect(scenario.ec2.account.living.isEmpty)
    }

    @Test func `groups that cannot be listed do not hide what was removed`() async throws {
        try scenario.haveKeyPair()
        scenario.ec2.change { $0.addMachine("web") }
        scenario.ec2.refuse(.describeSecurityGroups, with: .unauthorizedOperation)
        await #expect {
            try await terminate()
        } throws: { error in
            let removal = (error as? UnfinishedRemoval)?.removal
            return removal?.instances.count == 1 && removal?.keyPair == "web"
        }
    }

    @Test(arguments: [
        FakeCall.Operation.cancelSpotInstanceRequests, .describeSpotInstanceRequests,
    ])
    func `without the right to cancel requests the machine is terminated all the same`(
        operation: FakeCall.Operation
    ) async throws {
        scenario.ec2.change { $0.addMachine("web") }
        scenario.ec2.refuse(operation, with: .unauthorizedOperation)
        await #expect {
            try await terminate()
        } throws: { error in
            let failure = error as? UnfinishedRemoval
            return failure?.removal.instances.count == 1
                && failure?.removal.securityGroups.count == 1
                && failure?.failures.map(\.kind) == [.denied]
        }
        #expect(scenario.ec2.account.living.isEmpty)
    }

    @Test func `what was not cancelled is named`() async throws {
        scenario.ec2.change { $0.addMachine("web") }
        let request = scenario.ec2.account.requests[0].id
        scenario.ec2.refuse(.cancelSpotInstanceRequests, with: .unauthorizedOperation)
        await #expect {
            try await terminate()
        } throws: {
            ($0 as? UnfinishedRemoval)?.message.contains(
                "cannot cancel the spot request \(request)"
            )
                == true
        }
    }

    @Test func `a request whose machine is gone is cancelled`() async throws {
        scenario.ec2.change { account in
            account.addMachine("web") { $0.requestType = .persistent }
            account.requests[0].state = .open
            account.instances = []
            account.addMachine("db") { $0.requestType = .persistent }
        }
        let removal = try await terminate()
        #expect(removal.spotRequests == [scenario.ec2.account.requests[0].id.rawValue])
        #expect(scenario.ec2.account.requests.map(\.state) == [.cancelled, .active])
    }

    @Test func `a machine that cannot be terminated keeps what it needs`() async throws {
        try scenario.haveKeyPair()
        scenario.ec2.change { $0.addMachine("web") { $0.requestType = nil } }
        scenario.ec2.refuse(.terminateInstances, with: .unauthorizedOperation)
        await #expect {
            try await terminate()
        } throws: {
            ($0 as? UnfinishedRemoval)?.kind == .denied
        }
        #expect(scenario.ec2.account.groups.count == 1)
        #expect(scenario.ec2.account.keyPairs.count == 1)
    }

    @Test func `row 10: a machine that EC2 does not find is looked at again before it is gone`()
        async throws
    {
        scenario.ec2.change { $0.addMachine("web") }
        scenario.ec2.refuse(.terminateInstances, with: .instanceNotFound, times: 3)
        let removal = try await terminate()
        #expect(removal.instances.count == 1)
        #expect(scenario.ec2.account.living.isEmpty)
        #expect(scenario.ec2.account.groups.isEmpty)
    }

    @Test func `a machine that may not be terminated does not keep the others alive`() async throws
    {
        scenario.ec2.change { account in
            account.addMachine("web")
            account.addMachine("web")
        }
        // First both are refused for one of them, then that one by itself.
        scenario.ec2.refuse(.terminateInstances, with: "OperationNotPermitted", times: 2)
        await #expect(throws: UnfinishedRemoval.self) { try await terminate() }
        #expect(scenario.ec2.account.living.count == 1)
        #expect(scenario.ec2.account.groups.count == 1)
    }

    @Test func `a group that somebody else removes in between is no failure`() async throws {
        scenario.ec2.change { $0.addMachine("web") }
        scenario.ec2.justBefore(.deleteSecurityGroup) { $0.groups = [] }
        _ = try await terminate()
        #expect(scenario.ec2.account.groups.isEmpty)
    }

    @Test func `a foreign key pair and a foreign group of the name are kept`() async throws {
        scenario.ec2.change { account in
            account.addMachine("web") { $0.hasGroup = false }
            account.keyPairs.append(KeyPair(name: KeyPairName("web"), publicKey: ""))
            account.groups.append(
                SecurityGroup(
                    id: SecurityGroupID("sg-x"),
                    name: "spot-web",
                    vpc: FakeCatalogue.vpc
                )
            )
        }
        let removal = try await terminate()
        #expect(removal.keyPair == nil)
        #expect(scenario.ec2.account.keyPairs.count == 1)
        #expect(scenario.ec2.account.groups.count == 1)
    }

    @Test func `what a killed run left behind is removed by the next one`() async throws {
        try scenario.haveKeyPair()
        scenario.ec2.change { $0.addMachine("web") }
        scenario.ec2.refuse(.deleteKeyPair, with: "InternalError")
        await #expect(throws: UnfinishedRemoval.self) { try await terminate() }
        let removal = try await terminate()
        #expect(removal.instances.isEmpty)
        #expect(removal.keyPair == "web")
        #expect(scenario.ec2.account.keyPairs.isEmpty)
    }

    @Test func `all live machines of one name go together`() async throws {
        scenario.ec2.change { account in
            account.addMachine("web")
            account.addMachine("web")
            account.addMachine("db")
        }
        #expect(try await terminate().instances.count == 2)
        #expect(scenario.ec2.account.living.count == 1)
        #expect(scenario.ec2.count(.terminateInstances) == 1)
    }

    @Test func `a machine by its id is terminated and nothing else`() async throws {
        try scenario.haveKeyPair()
        scenario.ec2.change { account in
            account.addMachine("web") { $0.id = "i-1" }
            account.instances[0].instance.tags = [:]
        }
        let teardown = Teardown(
            ec2: scenario.ec2,
            keys: scenario.keys,
            region: .usEast1,
            time: scenario.time
        )
        let removal = try await teardown.terminate(InstanceID("i-1"), report: { _ in })
        #expect(removal.name == "i-1")
        #expect(removal.instances == ["i-1"])
        #expect(scenario.ec2.account.groups.count == 1)
        #expect(scenario.ec2.account.keyPairs.count == 1)
    }
}
