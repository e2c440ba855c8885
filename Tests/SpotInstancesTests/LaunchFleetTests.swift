import AWSRuntime
import AWSServices
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

/// Spot machines start through one instant fleet over all pools.
struct LaunchFleetTests {
    private static let types = ["instance_types": ["t3.small", "t3a.small"]]
    private let scenario: LaunchScenario
    private let name: MachineName

    init() throws {
        scenario = try LaunchScenario()
        name = try MachineName("web")
    }

    /// No pool has capacity, under this code.
    private func refuseEverything(_ code: AWSError.Code = .insufficientInstanceCapacity) {
        scenario.ec2.change { account in
            for price in account.prices {
                account.refusals[FakePool(price.type, price.zone)] = code
            }
        }
    }

    @Test func `all types and zones are asked at once, and EC2 chooses`() async throws {
        let machine = try await scenario.launch(Self.types).machine
        let fleet = try #require(scenario.ec2.fleets.first)
        #expect(scenario.ec2.fleets.count == 1)
        #expect(scenario.ec2.launches.isEmpty)
        #expect(
            fleet.templates.flatMap(\.overrides).map { "\($0.type) \($0.subnet)" } == [
                "t3.small subnet-a", "t3.small subnet-b", "t3a.small subnet-c",
            ]
        )
        #expect(fleet.lifecycle == .spot)
        #expect(fleet.capacity == 1)
        #expect(fleet.tags.marks(name))
        #expect(machine.instance.type == InstanceType("t3a.small"))
        #expect(machine.launchPrice == "0.006")
        #expect(machine.isSpot)
    }

    @Test func `a machine in a group that is new is looked at no more than its wait needs`()
        async throws
    {
        _ = try await scenario.launch(Self.types)
        // Whether one is there, then the new one twice: it is pending, it runs.
        #expect(scenario.ec2.count(.describeInstances) == 3)
    }

    @Test func `types that earn credits have a template that keeps them from surcharges`()
        async throws
    {
        let types = ["instance_types": ["c7i.large", "t3.small"]]
        _ = try await scenario.launch(types)
        let templates = scenario.ec2.calls.compactMap { call -> CreateLaunchTemplate? in
            guard case .createLaunchTemplate(let request) = call else { return nil }
            return request
        }
        #expect(templates.map(\.data.cpuCredits) == ["standard", nil])
        #expect(Set(templates.map(\.name)).count == 2)
        #expect(templates.allSatisfy { $0.tags.marks(name) && $0.data.tags.count == 4 })
        #expect(scenario.ec2.account.templates.isEmpty)
    }

    @Test func `row 13: an answer without a machine is read for its reasons`() async throws {
        refuseEverything()
        await #expect {
            try await scenario.launch(Self.types)
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .capacity
                && failure?.message.contains("t3a.small in us-east-1c: InsufficientInstance")
                    == true
                && failure?.message.contains("t3.small in us-east-1b, us-east-1a: Insuff") == true
        }
        #expect(scenario.ec2.fleets.count == 1)
        #expect(scenario.ec2.account.templates.isEmpty)
        #expect(try await scenario.launcher.undo(name, scenario.journal) == .nothing)
        #expect(scenario.ec2.account.groups.isEmpty)
    }

    @Test func `row 14: a machine beside refusals is a machine`() async throws {
        scenario.ec2.change {
            let pool = FakePool(InstanceType("t3a.small"), AvailabilityZone("us-east-1c"))
            $0.refusals[pool] = .insufficientInstanceCapacity
        }
        let machine = try await scenario.launch(Self.types).machine
        #expect(machine.instance.type == InstanceType("t3.small"))
        #expect(machine.instance.zone == AvailabilityZone("us-east-1b"))
        #expect(scenario.ec2.fleets.count == 1)
    }

    @Test func `with patience the pools are asked again, under a new token each time`() async throws
    {
        refuseEverything()
        await #expect {
            try await scenario.launch(Self.types, patience: .seconds(600))
        } throws: {
            ($0 as? GeneralFailure)?.kind == .capacity
        }
        #expect(scenario.ec2.fleets.count > 8)
        #expect(Set(scenario.ec2.fleets.map(\.clientToken)).count == scenario.ec2.fleets.count)
        #expect(scenario.time.uptime >= .seconds(600))
        #expect(scenario.time.uptime < .seconds(660))
        #expect(
            scenario.phases.texts.contains {
                $0.hasPrefix("no capacity in any pool; asking for 10 min")
            }
        )
        #expect(scenario.ec2.account.templates.isEmpty)
    }

    @Test func `capacity that comes back within the patience is taken`() async throws {
        refuseEverything()
        scenario.ec2.justBefore(.createFleet) { _ in }
        scenario.ec2.justBefore(.createFleet) { _ in }
        scenario.ec2.justBefore(.createFleet) { $0.refusals = [:] }
        let machine = try await scenario.launch(Self.types, patience: .seconds(600)).machine
        #expect(scenario.ec2.fleets.count == 3)
        #expect(scenario.ec2.account.living == [machine.id])
    }

    @Test func `row 32: a type that no zone has is not waited for`() async throws {
        refuseEverything(.unsupported)
        await #expect(throws: GeneralFailure.self) {
            try await scenario.launch(Self.types, patience: .seconds(600))
        }
        #expect(scenario.ec2.fleets.count == 1)
    }

    @Test func `on-demand capacity is bought when the patience with spot is over`() async throws {
        refuseEverything()
        let fields = ["market": ["spot-then-on-demand"]]
        let machine = try await scenario.launch(fields, patience: .seconds(60)).machine
        #expect(!machine.isSpot)
        #expect(scenario.phases.texts.count { $0.hasPrefix("no spot capacity: t3.small in ") } == 1)
        #expect(scenario.ec2.fleets.count > 1)
        #expect(scenario.time.uptime >= .seconds(60))
    }

    @Test func `where templates are forbidden the pools are asked in turn`() async throws {
        scenario.ec2.refuse(.createLaunchTemplate, with: .unauthorizedOperation)
        let machine = try await scenario.launch(Self.types).machine
        #expect(scenario.ec2.fleets.isEmpty)
        #expect(scenario.ec2.launches.count == 1)
        #expect(machine.launchPrice == "0.0062")
    }

    @Test func `where fleets are forbidden the pools are asked in turn, and no template stays`()
        async throws
    {
        scenario.ec2.refuse(.createFleet, with: .unauthorizedOperation)
        _ = try await scenario.launch(Self.types)
        #expect(scenario.ec2.launches.count == 1)
        #expect(scenario.ec2.account.templates.isEmpty)
    }

    @Test func `a template of an earlier try is used and removed`() async throws {
        scenario.ec2.refuse(.createLaunchTemplate, with: .noAnswer, takingEffect: true)
        await #expect(throws: AWSError.self) { try await scenario.launch() }
        #expect(scenario.ec2.account.templates.count == 1)
        _ = try await scenario.launch()
        #expect(scenario.ec2.account.templates.isEmpty)
    }

    @Test func `a template that is not visible yet is waited for, under the same token`()
        async throws
    {
        scenario.ec2.refuse(.createFleet, with: .launchTemplateNotFound, times: 3)
        let machine = try await scenario.launch().machine
        #expect(scenario.ec2.account.living == [machine.id])
        #expect(Set(scenario.ec2.fleets.map(\.clientToken)).count == 1)
    }

    @Test func `a launch that is cut off after its fleet leaves its template to the undoing`()
        async throws
    {
        scenario.ec2.refuse(.createFleet, with: .noAnswer, takingEffect: true)
        scenario.ec2.refuse(.deleteLaunchTemplate, with: .noAnswer)
        await #expect(throws: AWSError.self) { try await scenario.launch() }
        #expect(scenario.ec2.account.templates.count == 1)
        #expect(try await scenario.launcher.undo(name, scenario.journal) == .machine)
        #expect(scenario.ec2.account.templates.isEmpty)
        #expect(scenario.ec2.account.living.count == 1)
    }

    @Test func `a launch that was killed before it cleared up is cleared up by the next`()
        async throws
    {
        scenario.ec2.refuse(.deleteLaunchTemplate, with: .noAnswer)
        let machine = try await scenario.launch().machine
        #expect(scenario.ec2.account.templates.count == 1)
        #expect(try await scenario.launch().machine.id == machine.id)
        #expect(scenario.ec2.account.templates.isEmpty)
        try scenario.records.forget(name, generation: machine.generation)
        let before = scenario.ec2.calls.count
        _ = try await scenario.launch()
        #expect(scenario.ec2.calls.count == before + 2)
    }

    @Test func `row 8: a fleet whose answer was lost is taken up by the next launch`() async throws
    {
        scenario.ec2.refuse(.createFleet, with: .noAnswer, takingEffect: true)
        await #expect(throws: AWSError.self) { try await scenario.launch() }
        let id = try #require(scenario.ec2.account.living.first)
        #expect(try await scenario.launch().machine.id == id)
        #expect(scenario.ec2.account.living == [id])
    }

    @Test func `row 7: another launch of the same words and token has its machine taken`()
        async throws
    {
        scenario.ec2.justBefore(.createFleet) { account in
            account.addMachine("web")
        }
        scenario.ec2.refuse(.createFleet, with: .idempotentParameterMismatch)
        let outcome = try await scenario.launch()
        #expect(scenario.ec2.account.living == [outcome.machine.id])
        #expect(try scenario.records.hostKey(name, generation: 1) == nil)
    }

    @Test func `row 15: a machine that dies for lack of capacity gives way to the next pool`()
        async throws
    {
        scenario.ec2.change {
            $0.stillborn = [
                StateReason(code: "Server.InsufficientInstanceCapacity", message: "none left")
            ]
        }
        let machine = try await scenario.launch(Self.types).machine
        #expect(machine.instance.type == InstanceType("t3.small"))
        #expect(machine.generation == 2)
        #expect(scenario.ec2.account.living == [machine.id])
        #expect(
            scenario.phases.texts.contains(
                "no t3a.small in us-east-1c: Server.InsufficientInstanceCapacity"
            )
        )
        #expect(try scenario.records.hostKey(name, generation: 1) == nil)
        #expect(try scenario.records.hostKey(name, generation: 2) != nil)
    }

    @Test func `when machines die in every pool the failure names them all, and nothing stays`()
        async throws
    {
        let reason = StateReason(code: "Server.InsufficientInstanceCapacity", message: "none")
        scenario.ec2.change { $0.stillborn = [reason, reason, reason] }
        await #expect {
            try await scenario.launch(Self.types)
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .capacity
                && failure?.message.contains("us-east-1a") == true
                && failure?.message.contains("us-east-1c") == true
        }
        #expect(try await scenario.launcher.undo(name, scenario.journal) == .nothing)
        #expect(scenario.ec2.account.groups.isEmpty)
        #expect(scenario.ec2.account.keyPairs.isEmpty)
        #expect(scenario.ec2.account.living.isEmpty)
    }

    @Test func `row 17: a quota that is used up is told as such`() async throws {
        refuseEverything(.maxSpotInstanceCountExceeded)
        await #expect {
            try await scenario.launch(Self.types)
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .capacity && failure?.message.contains("quota") == true
                && failure?.hint?.contains("L-34B43A08") == true
        }
    }
}
