import AWSServices
import FoundationEssentials
import SpotProfiles
import SpotSupport
import SpotTestSupport

@testable import SpotInstances

extension LaunchPlan {
    /// A plan for web with these fields of the profile; the image has a root disk of 8 GiB and a second
    /// volume.
    static func fixture(
        _ fields: [String: [String]] = [:],
        type: String = "t3.small",
        market: Market = .spot
    ) throws -> LaunchPlan {
        LaunchPlan(
            name: try MachineName("web"),
            profile: try .fixture("t3.small", fields),
            image: ResolvedImage(
                id: FakeCatalogue.x86Image,
                name: "al2023",
                architecture: "x86_64",
                rootDeviceName: "/dev/xvda",
                devices: [
                    .init(name: "/dev/xvda", sizeGiB: 8), .init(name: "/dev/sdb", sizeGiB: 100),
                ],
                user: "ec2-user"
            ),
            vpc: FakeCatalogue.vpc,
            candidates: [.fixture(type, market: market)],
            keyPair: .missing,
            owner: FakeSTS.arn,
            generation: 3,
            expires: nil
        )
    }
}

extension LaunchPlan.Candidate {
    static func fixture(_ type: String = "t3.small", market: LaunchPlan.Market = .spot) -> Self {
        Self(
            instanceType: InstanceType(type),
            zone: AvailabilityZone("us-east-1b"),
            subnet: SubnetID("subnet-b"),
            market: market,
            price: market == .spot ? Decimal(string: "0.0062") : nil
        )
    }
}
