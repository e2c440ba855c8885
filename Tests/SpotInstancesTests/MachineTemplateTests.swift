import AWSServices
import SSHKeys
import SpotSupport
import SpotTestSupport
import Testing

@testable import SpotInstances

struct MachineTemplateTests {
    private static func request(
        _ fields: [String: [String]] = [:],
        type: String = "t3.small",
        market: LaunchPlan.Market = .spot
    ) throws -> RunInstances {
        let plan = try LaunchPlan.fixture(fields, type: type, market: market)
        return MachineTemplate.runInstances(
            plan: plan,
            candidate: plan.candidates[0],
            group: SecurityGroupID("sg-1"),
            userData: try UserDataDocument(
                hostKey: PrivateKey.generateEd25519(comment: ""),
                user: []
            ),
            token: "token"
        )
    }

    @Test func `one machine is asked for, under the token, the key and the image of the plan`()
        throws
    {
        let request = try Self.request()
        #expect(request.minimumCount == 1)
        #expect(request.maximumCount == 1)
        #expect(request.clientToken == "token")
        #expect(request.machine.keyName == KeyPairName("web"))
        #expect(request.machine.image == FakeCatalogue.x86Image)
        #expect(request.machine.type == InstanceType("t3.small"))
        #expect(request.machine.userData?.starts(with: [0x1f, 0x8b]) == true)
    }

    @Test func `a spot request is one-time and names no price unless asked`() throws {
        #expect(try Self.request().spot == SpotOptions(maximumPrice: nil))
        #expect(try Self.request().spot?.requestType == .oneTime)
        let limited = try Self.request(["max_price": ["0.0100"]])
        #expect(limited.spot?.maximumPrice == "0.0100")
    }

    @Test func `on demand there is no spot request, and none is tagged`() throws {
        let request = try Self.request(market: .onDemand)
        #expect(request.spot == nil)
        #expect(
            request.machine.tags.map(\.resourceType) == [.instance, .volume, .networkInterface]
        )
        #expect(request.machine.tags[0].tags["spot:price"] == nil)
    }

    @Test func `everything that is made is tagged in the creating call`() throws {
        let request = try Self.request(["tags": ["team=render"], "ssh_port": ["2222"]])
        #expect(
            request.machine.tags.map(\.resourceType) == [
                .instance, .volume, .networkInterface, .spotInstancesRequest,
            ]
        )
        for specification in request.machine.tags {
            #expect(
                specification.tags == [
                    "Name": "web", "spot:managed": "1", "spot:name": "web",
                    "spot:owner": FakeSTS.arn, "spot:generation": "3", "spot:user": "ec2-user",
                    "spot:ssh-port": "2222", "spot:profile": "t3.small", "spot:price": "0.0062",
                    "team": "render",
                ]
            )
        }
    }

    @Test func `metadata needs version 2 and reaches containers`() throws {
        let metadata = try Self.request().machine.metadata
        #expect(metadata == MetadataOptions(requiresTokens: true, hopLimit: 2))
    }

    @Test func `every disk is encrypted gp3 that goes with the machine`() throws {
        let volumes = try Self.request(["disk_gib": ["30"]]).machine.volumes
        #expect(volumes.map(\.deviceName) == ["/dev/xvda", "/dev/sdb"])
        #expect(volumes.map(\.size) == [30, 100])
        #expect(volumes.allSatisfy { $0.type == "gp3" })
        #expect(volumes.allSatisfy { $0.isEncrypted == true })
        #expect(volumes.allSatisfy { $0.deletesOnTermination })
    }

    @Test func `the root disk is never smaller than the image's`() throws {
        #expect(try Self.request(["disk_gib": ["1"]]).machine.volumes[0].size == 8)
    }

    @Test func `a shutdown from inside ends the machine`() throws {
        #expect(try Self.request().machine.shutdownBehavior == .terminate)
    }

    @Test func `the network is the pool's subnet, our group and a public address`() throws {
        let network = try Self.request().machine.network
        #expect(
            network
                == NetworkPlacement(
                    subnet: SubnetID("subnet-b"),
                    groups: [SecurityGroupID("sg-1")],
                    assignsPublicAddress: true
                )
        )
    }

    @Test func `role and monitoring are the profile's`() throws {
        #expect(try Self.request().machine.instanceProfileName == nil)
        #expect(try !Self.request().machine.isMonitored)
        let request = try Self.request(["instance_profile": ["reader"], "monitoring": ["true"]])
        #expect(request.machine.instanceProfileName == "reader")
        #expect(request.machine.isMonitored)
    }

    @Test(arguments: [("t3.small", "standard"), ("t4g.nano", "standard"), ("c7i.large", nil)])
    func `only burstable types are kept from surcharges`(type: String, credits: String?) throws {
        #expect(try Self.request(type: type).machine.cpuCredits == credits)
    }

    @Test(arguments: ["trn1.2xlarge", "trn2.48xlarge"])
    func `a type whose name begins with a t is not burstable for that`(type: String) throws {
        #expect(try Self.request(type: type).machine.cpuCredits == nil)
    }
}
