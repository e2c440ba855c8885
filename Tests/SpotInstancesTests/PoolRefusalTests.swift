import AWSRuntime
import AWSServices
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

@testable import SpotInstances

struct PoolRefusalTests {
    private static func refusal(_ type: String, _ zone: String, _ code: AWSError.Code)
        -> PoolRefusal
    {
        PoolRefusal(
            candidate: LaunchPlan.Candidate(
                instanceType: InstanceType(type),
                zone: AvailabilityZone(zone),
                subnet: SubnetID("subnet-a"),
                market: .spot,
                price: nil
            ),
            error: .refusal(code, of: .runInstances)
        )
    }

    @Test func `the summary names every pool with its reason and keeps AWS's last word`() throws {
        let failure = PoolRefusal.summary(
            of: [
                Self.refusal("t3.small", "us-east-1a", .insufficientInstanceCapacity),
                Self.refusal("t3.small", "us-east-1b", "SpotMaxPriceTooLow"),
            ],
            name: try MachineName("web")
        )
        #expect(failure.kind == .capacity)
        #expect(
            failure.message
                == "cannot launch web: no pool has capacity "
                + "(t3.small in us-east-1a: InsufficientInstanceCapacity; "
                + "t3.small in us-east-1b: SpotMaxPriceTooLow)"
        )
        #expect(failure.hint?.contains("--market on-demand") == true)
        #expect(failure.requestID == "request-of-the-test")
    }

    @Test func `zones that say the same of a type are told together`() throws {
        let failure = PoolRefusal.summary(
            of: [
                Self.refusal("t3.small", "us-east-1a", .insufficientInstanceCapacity),
                Self.refusal("t3a.small", "us-east-1a", .insufficientInstanceCapacity),
                Self.refusal("t3.small", "us-east-1b", .unsupported),
                Self.refusal("t3.small", "us-east-1c", .insufficientInstanceCapacity),
            ],
            name: try MachineName("web")
        )
        #expect(
            failure.message
                == "cannot launch web: no pool has capacity "
                + "(t3.small in us-east-1a, us-east-1c: InsufficientInstanceCapacity; "
                + "t3a.small in us-east-1a: InsufficientInstanceCapacity; "
                + "t3.small in us-east-1b: Unsupported)"
        )
    }

    @Test func `a quota that is used up is called one, and where more is to be had`() throws {
        let failure = PoolRefusal.summary(
            of: [
                Self.refusal("t3.small", "us-east-1a", .maxSpotInstanceCountExceeded),
                Self.refusal("t3.small", "us-east-1b", "VcpuLimitExceeded"),
            ],
            name: try MachineName("web")
        )
        #expect(failure.kind == .capacity)
        #expect(failure.message.contains("the account's quota is used up"))
        #expect(failure.hint?.contains("--quota-code L-34B43A08") == true)
    }

    @Test func `a quota among other reasons is hinted at`() throws {
        let failure = PoolRefusal.summary(
            of: [
                Self.refusal("t3.small", "us-east-1a", .maxSpotInstanceCountExceeded),
                Self.refusal("t3.small", "us-east-1b", .insufficientInstanceCapacity),
            ],
            name: try MachineName("web")
        )
        #expect(failure.message.contains("no pool has capacity"))
        #expect(failure.hint?.contains("--market on-demand") == true)
        #expect(failure.hint?.contains("--quota-code L-34B43A08") == true)
    }

    @Test(arguments: [
        ("InsufficientInstanceCapacity", true), ("SpotMaxPriceTooLow", true),
        ("VcpuLimitExceeded", true), ("Unsupported", true), ("MaxSpotInstanceCountExceeded", true),
        ("InsufficientFreeAddressesInSubnet", true), ("UnfulfillableCapacity", true),
        ("InvalidAMIID.NotFound", false), ("UnauthorizedOperation", false),
        ("RequestLimitExceeded", false), ("InternalError", false),
        ("IdempotentParameterMismatch", false),
    ])
    func `only what another pool may grant goes on to the next`(code: String, isPools: Bool) {
        let error = AWSError.refusal(AWSError.Code(rawValue: code), of: .runInstances)
        #expect(error.isAboutThisPoolOnly == isPools)
    }
}
