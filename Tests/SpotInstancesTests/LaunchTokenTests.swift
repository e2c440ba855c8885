import AWSServices
import SpotSupport
import SpotTestSupport
import Testing

@testable import SpotInstances

struct LaunchTokenTests {
    private struct Parts {
        var name = "web"
        var group = "sg-1"
        var generation = 1
        var type = "t3.small"
        var zone = "us-east-1a"
        var market = LaunchPlan.Market.spot
        var subnet = "subnet-a"

        func token() throws -> String {
            LaunchToken.token(
                name: try MachineName(name),
                group: SecurityGroupID(group),
                generation: generation,
                candidate: LaunchPlan.Candidate(
                    instanceType: InstanceType(type),
                    zone: AvailabilityZone(zone),
                    subnet: SubnetID(subnet),
                    market: market,
                    price: nil
                )
            )
        }
    }

    @Test func `a token is 64 hexadecimal digits, the most that EC2 takes`() throws {
        let token = try Parts().token()
        #expect(token.count == 64)
        #expect(token.allSatisfy { "0123456789abcdef".contains($0) })
    }

    @Test func `the same launch has the same token`() throws {
        #expect(try Parts().token() == Parts().token())
    }

    @Test func `each part makes another token`() throws {
        let tokens = try [
            Parts(), Parts(name: "we"), Parts(group: "sg-2"), Parts(generation: 2),
            Parts(type: "t3a.small"), Parts(zone: "us-east-1b"), Parts(market: .onDemand),
        ].map { try $0.token() }
        #expect(Set(tokens).count == tokens.count)
    }
}
