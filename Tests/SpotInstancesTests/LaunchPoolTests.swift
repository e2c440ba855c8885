import AWSRuntime
import AWSServices
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

struct LaunchPoolTests {
    private static func spot(_ type: String, _ zone: String) -> FakePool {
        FakePool(InstanceType(type), AvailabilityZone("us-east-1\(zone)"))
    }

    private static func full(_ pools: FakePool...) -> FakeAccount {
        var account = FakeAccount()
        for pool in pools { account.refusals[pool] = .insufficientInstanceCapacity }
        return account
    }

    private static let small = ["instance_types": ["t3.small", "t3a.small"]]

    @Test func `the cheapest zone of the preferred type is asked first`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        let machine = try await scenario.launch(Self.small).machine
        #expect(machine.instance.type == InstanceType("t3.small"))
        #expect(machine.instance.zone == AvailabilityZone("us-east-1b"))
        #expect(machine.launchPrice == "0.0062")
    }

    @Test func `row 6, 7: a full pool is asked once, the next under its own token`() async throws {
        let scenario = try LaunchScenario(
            account: Self.full(Self.spot("t3.small", "b"), Self.spot("t3.small", "a")),
            allowsFleets: false
        )
        let machine = try await scenario.launch(Self.small).machine
        #expect(machine.instance.type == InstanceType("t3a.small"))
        #expect(
            scenario.ec2.launches.map {
                "\($0.machine.type ?? InstanceType("")) \($0.machine.network?.subnet?.rawValue ?? "")"
            } == [
                "t3.small subnet-b", "t3.small subnet-a", "t3a.small subnet-c",
            ]
        )
        #expect(Set(scenario.ec2.launches.map(\.clientToken)).count == 3)
        #expect(scenario.time.slept.allSatisfy { $0 <= .seconds(15) })
        #expect(
            scenario.phases.texts.contains(
                "no t3.small in us-east-1b: InsufficientInstanceCapacity"
            )
        )
    }

    @Test func `when every pool is full the failure names them all`() async throws {
        let scenario = try LaunchScenario(
            account: Self.full(Self.spot("t3.small", "a"), Self.spot("t3.small", "b")),
            allowsFleets: false
        )
        await #expect {
            try await scenario.launch()
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .capacity
                && failure?.message.contains("t3.small in us-east-1b, us-east-1a: ") == true
        }
        #expect(scenario.ec2.launches.count == 2)
    }

    @Test func `spot-then-on-demand buys where spot has nothing left`() async throws {
        let scenario = try LaunchScenario(
            account: Self.full(Self.spot("t3.small", "a"), Self.spot("t3.small", "b")),
            allowsFleets: false
        )
        let machine = try await scenario.launch(["market": ["spot-then-on-demand"]]).machine
        #expect(!machine.isSpot)
        #expect(scenario.ec2.launches.map { $0.spot != nil } == [true, true, false])
    }

    @Test func `on demand asks for no price and no spot request`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        let machine = try await scenario.launch(["market": ["on-demand"]]).machine
        #expect(!machine.isSpot)
        #expect(machine.launchPrice == nil)
        #expect(scenario.ec2.count(.describeSpotPriceHistory) == 0)
    }

    @Test func `a price limit below the market is a lack of capacity`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        await #expect {
            try await scenario.launch(["max_price": ["0.001"]])
        } throws: {
            ($0 as? GeneralFailure)?.message.contains("SpotMaxPriceTooLow") == true
        }
    }

    @Test func `zones of the profile are the only ones`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        let machine = try await scenario.launch(["zones": ["us-east-1a"]]).machine
        #expect(machine.instance.zone == AvailabilityZone("us-east-1a"))
    }

    @Test func `a zone without the type is told before anything is made`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        await #expect {
            try await scenario.launch(["zones": ["us-east-1c"]])
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .capacity && failure?.message.contains("us-east-1c") == true
        }
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `any other refusal ends the launch at once`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.refuse(.runInstances, with: .unauthorizedOperation)
        await #expect {
            try await scenario.launch()
        } throws: {
            ($0 as? AWSError)?.kind == .denied
        }
        #expect(scenario.ec2.launches.count == 1)
    }

    @Test(arguments: ["spot", "on-demand"])
    func `a type that the region lacks is passed over`(market: String) async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        let fields = ["instance_types": ["m7i.large", "t3.small"], "market": [market]]
        let machine = try await scenario.launch(fields).machine
        #expect(machine.instance.type == InstanceType("t3.small"))
        #expect(scenario.ec2.launches.count == 1)
    }

    @Test func `when the region has none of the types they are named`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        await #expect {
            try await scenario.launch(["instance_types": ["m7i.large", "c5.large"]])
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .usage
                && failure?.message.contains("us-east-1 has no m7i.large and no c5.large") == true
        }
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `a zone without a subnet is no lack of spot prices on demand`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        await #expect {
            try await scenario.launch(["market": ["on-demand"], "zones": ["us-east-1f"]])
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .usage
                && failure?.message.contains("no subnet for it in us-east-1f") == true
        }
    }

    @Test(arguments: [true, false])
    func `a subnet that is not there is named`(isSaid: Bool) async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        // AWS refuses an unknown id; something in between may answer with an empty list.
        if !isSaid { scenario.ec2.change { $0.answersEmptyForUnknownSubnets = true } }
        await #expect {
            try await scenario.launch(["subnet": ["subnet-0123456789abcdef0"]])
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .usage
                && failure?.message.contains("subnet-0123456789abcdef0") == true
        }
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `types of two architectures are refused before anything is made`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        await #expect {
            try await scenario.launch(["instance_types": ["t3.small", "t4g.small"]])
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .usage && failure?.message.contains("arm64, x86_64") == true
        }
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `row 19: a region without a default network says how to go on`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.change { $0.subnets = [] }
        await #expect {
            try await scenario.launch()
        } throws: {
            ($0 as? GeneralFailure)?.hint?.contains("--subnet") == true
        }
        #expect(scenario.ec2.effects.isEmpty)
    }
}
