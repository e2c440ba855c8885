import AWSRuntime
import AWSServices
import Testing

/// The expected fields were serialised by botocore from the same parameters.
struct DescriptionSerializationTests {
    static let requests: [GoldenRequest] = [
        GoldenRequest(
            "a search for instances",
            DescribeInstances(filters: [
                .tag("spot:name", "a*b"), .state([.pending, .shuttingDown]),
            ]),
            """
            Action=DescribeInstances
            Filter.1.Name=tag:spot:name
            Filter.1.Value.1=a\\*b
            Filter.2.Name=instance-state-name
            Filter.2.Value.1=pending
            Filter.2.Value.2=shutting-down
            MaxResults=1000
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "instances by id",
            DescribeInstances(ids: ["i-1", "i-2"]),
            """
            Action=DescribeInstances
            InstanceId.1=i-1
            InstanceId.2=i-2
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "terminate",
            TerminateInstances(["i-1", "i-2"]),
            """
            Action=TerminateInstances
            InstanceId.1=i-1
            InstanceId.2=i-2
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "hibernate",
            StopInstances(["i-1"], hibernates: true),
            """
            Action=StopInstances
            Hibernate=true
            InstanceId.1=i-1
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "stop",
            StopInstances(["i-1"]),
            """
            Action=StopInstances
            InstanceId.1=i-1
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "start",
            StartInstances(["i-1"]),
            """
            Action=StartInstances
            InstanceId.1=i-1
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "console output",
            GetConsoleOutput(of: "i-1"),
            """
            Action=GetConsoleOutput
            InstanceId=i-1
            Latest=true
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "shutdown behaviour",
            ModifyInstanceAttribute("i-1", .shutdownBehavior(.stop)),
            """
            Action=ModifyInstanceAttribute
            InstanceId=i-1
            InstanceInitiatedShutdownBehavior.Value=stop
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "termination protection",
            ModifyInstanceAttribute("i-1", .terminationProtection(true)),
            """
            Action=ModifyInstanceAttribute
            DisableApiTermination.Value=true
            InstanceId=i-1
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "other groups",
            ModifyInstanceAttribute("i-1", .groups(["sg-1", "sg-2"])),
            """
            Action=ModifyInstanceAttribute
            GroupId.1=sg-1
            GroupId.2=sg-2
            InstanceId=i-1
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "another type",
            ModifyInstanceAttribute("i-1", .type("t3.large")),
            """
            Action=ModifyInstanceAttribute
            InstanceId=i-1
            InstanceType.Value=t3.large
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "spot requests",
            DescribeSpotInstanceRequests(ids: ["sir-1"]),
            """
            Action=DescribeSpotInstanceRequests
            SpotInstanceRequestId.1=sir-1
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "open spot requests",
            DescribeSpotInstanceRequests(filters: [Filter("state", ["open", "active"])]),
            """
            Action=DescribeSpotInstanceRequests
            Filter.1.Name=state
            Filter.1.Value.1=open
            Filter.1.Value.2=active
            MaxResults=1000
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "cancel spot requests",
            CancelSpotInstanceRequests(["sir-1", "sir-2"]),
            """
            Action=CancelSpotInstanceRequests
            SpotInstanceRequestId.1=sir-1
            SpotInstanceRequestId.2=sir-2
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "spot prices",
            DescribeSpotPriceHistory(
                types: ["t3.small", "t3.large"],
                start: .example,
                end: .example,
                zone: "eu-central-1a"
            ),
            """
            Action=DescribeSpotPriceHistory
            AvailabilityZone=eu-central-1a
            EndTime=2026-11-22T01:02:03Z
            Filter.1.Name=instance-type
            Filter.1.Value.1=t3.small
            Filter.1.Value.2=t3.large
            ProductDescription.1=Linux/UNIX
            StartTime=2026-11-22T01:02:03Z
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "types",
            DescribeInstanceTypes(types: ["t3.small"]),
            """
            Action=DescribeInstanceTypes
            InstanceType.1=t3.small
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "all types",
            DescribeInstanceTypes(),
            """
            Action=DescribeInstanceTypes
            MaxResults=100
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "offerings",
            DescribeInstanceTypeOfferings(types: ["t3.small"]),
            """
            Action=DescribeInstanceTypeOfferings
            Filter.1.Name=instance-type
            Filter.1.Value.1=t3.small
            LocationType=availability-zone
            MaxResults=1000
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "images by id",
            DescribeImages(ids: ["ami-1"]),
            """
            Action=DescribeImages
            ImageId.1=ami-1
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "images by owner",
            DescribeImages(
                owners: ["self", "136693071363"],
                filters: [Filter("name", matching: ["debian-12-*"])]
            ),
            """
            Action=DescribeImages
            Filter.1.Name=name
            Filter.1.Value.1=debian-12-*
            MaxResults=1000
            Owner.1=self
            Owner.2=136693071363
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "the default network",
            DescribeVpcs.ofDefault,
            """
            Action=DescribeVpcs
            Filter.1.Name=is-default
            Filter.1.Value.1=true
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "networks by id",
            DescribeVpcs(ids: ["vpc-1"]),
            """
            Action=DescribeVpcs
            Version=2016-11-15
            VpcId.1=vpc-1
            """
        ),
        GoldenRequest(
            "subnets",
            DescribeSubnets(ids: ["subnet-1"], filters: [Filter("vpc-id", ["vpc-1"])]),
            """
            Action=DescribeSubnets
            Filter.1.Name=vpc-id
            Filter.1.Value.1=vpc-1
            SubnetId.1=subnet-1
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "zones",
            DescribeAvailabilityZones(filters: [Filter("zone-type", ["availability-zone"])]),
            """
            Action=DescribeAvailabilityZones
            Filter.1.Name=zone-type
            Filter.1.Value.1=availability-zone
            Version=2016-11-15
            """
        ),
    ]

    @Test(arguments: requests)
    func `every request has the fields that botocore sends`(_ golden: GoldenRequest) throws {
        #expect(try golden.actualFields() == golden.expectedFields)
    }
}
