import AWSRuntime
import AWSServices
import FoundationEssentials
import HTTPTransport
import Testing

struct ResourceDecodingTests {
    @Test func `a spot request tells what became of it`() throws {
        let text = """
            <R><spotInstanceRequestSet><item>
            <spotInstanceRequestId>sir-1</spotInstanceRequestId><state>closed</state>
            <type>persistent</type>
            <status><code>instance-terminated-no-capacity</code><message>gone</message>
            <updateTime>2026-11-21T10:52:00.000Z</updateTime></status>
            <instanceId>i-1</instanceId>
            <instanceInterruptionBehavior>stop</instanceInterruptionBehavior>
            </item></spotInstanceRequestSet></R>
            """
        let request = try #require(
            try DescribeSpotInstanceRequests.read(text).items.first
        )
        #expect(request.state == .closed)
        #expect(request.requestType == .persistent)
        #expect(request.statusCode == "instance-terminated-no-capacity")
        #expect(request.statusTime == Date(timeIntervalSince1970: 1_795_258_320))
        #expect(request.instance == "i-1")
        #expect(request.interruptionBehavior == .stop)
    }

    @Test func `a price keeps all its decimals`() throws {
        let text = """
            <R><spotPriceHistorySet><item><instanceType>t3.small</instanceType>
            <productDescription>Linux/UNIX</productDescription><spotPrice>0.006300</spotPrice>
            <timestamp>2026-11-21T10:52:00Z</timestamp>
            <availabilityZone>eu-central-1a</availabilityZone></item></spotPriceHistorySet>
            <nextToken/></R>
            """
        let page = try DescribeSpotPriceHistory.read(text)
        #expect(page.items.first?.price == Decimal(string: "0.0063"))
        #expect(page.items.first?.zone == "eu-central-1a")
        #expect(page.nextToken == "")
    }

    @Test func `an image names its root device and sizes`() throws {
        let text = """
            <R><imagesSet><item><imageId>ami-1</imageId><name>al2023</name>
            <architecture>x86_64</architecture><imageState>available</imageState>
            <imageOwnerId>137112412989</imageOwnerId><rootDeviceName>/dev/xvda</rootDeviceName>
            <creationDate>2026-11-01T00:00:00.000Z</creationDate>
            <blockDeviceMapping>
            <item><deviceName>/dev/xvda</deviceName><ebs><snapshotId>snap-1</snapshotId>
            <volumeSize>8</volumeSize><encrypted>false</encrypted></ebs></item>
            <item><deviceName>/dev/sdb</deviceName><virtualName>ephemeral0</virtualName></item>
            </blockDeviceMapping></item></imagesSet></R>
            """
        let image = try #require(try DescribeImages.read(text).items.first)
        #expect(image.rootDeviceName == "/dev/xvda")
        #expect(
            image.volumes == [.init(deviceName: "/dev/xvda", snapshot: "snap-1", size: 8)]
        )
        #expect(image.deprecated == nil)
    }

    @Test func `a group shows who may come in`() throws {
        let text = """
            <R><securityGroupInfo><item><groupId>sg-1</groupId><groupName>web</groupName>
            <groupDescription>d</groupDescription><vpcId>vpc-1</vpcId><ipPermissions>
            <item><ipProtocol>tcp</ipProtocol><fromPort>22</fromPort><toPort>22</toPort>
            <groups/><ipRanges><item><cidrIp>203.0.113.7/32</cidrIp><description>me</description>
            </item></ipRanges><ipv6Ranges><item><cidrIpv6>2001:db8::7/128</cidrIpv6></item>
            </ipv6Ranges></item>
            <item><ipProtocol>-1</ipProtocol><groups><item><groupId>sg-2</groupId></item></groups>
            </item></ipPermissions><tagSet/></item></securityGroupInfo></R>
            """
        let group = try #require(
            try DescribeSecurityGroups.read(text).items.first
        )
        #expect(
            group.ingress == [
                IPPermission(
                    protocol: "tcp",
                    ports: 22...22,
                    ipv4: [.init("203.0.113.7/32", description: "me")],
                    ipv6: [.init("2001:db8::7/128")]
                ),
                IPPermission(protocol: "-1", ports: nil, groups: ["sg-2"]),
            ]
        )
    }

    @Test func `a type shows what it is made of`() throws {
        let text = """
            <R><instanceTypeSet><item><instanceType>g5.xlarge</instanceType>
            <currentGeneration>true</currentGeneration><supportedUsageClasses>
            <item>on-demand</item><item>spot</item></supportedUsageClasses>
            <processorInfo><supportedArchitectures><item>x86_64</item></supportedArchitectures>
            </processorInfo><vCpuInfo><defaultVCpus>4</defaultVCpus></vCpuInfo>
            <memoryInfo><sizeInMiB>16384</sizeInMiB></memoryInfo>
            <instanceStorageInfo><totalSizeInGB>250</totalSizeInGB></instanceStorageInfo>
            <gpuInfo><gpus><item><name>A10G</name><manufacturer>NVIDIA</manufacturer>
            <count>1</count></item></gpus></gpuInfo></item></instanceTypeSet></R>
            """
        let type = try #require(try DescribeInstanceTypes.read(text).items.first)
        #expect(
            type
                == InstanceTypeDescription(
                    type: "g5.xlarge",
                    vCPUs: 4,
                    memory: 16_384,
                    architectures: ["x86_64"],
                    gpus: 1,
                    gpuName: "NVIDIA A10G",
                    localStorage: 250
                )
        )
    }

    @Test func `a region that is not enabled is known as such`() throws {
        let text = """
            <R><regionInfo><item><regionName>eu-central-1</regionName>
            <optInStatus>opt-in-not-required</optInStatus></item>
            <item><regionName>ap-east-1</regionName><optInStatus>not-opted-in</optInStatus></item>
            </regionInfo></R>
            """
        #expect(try DescribeRegions.read(text).map(\.isEnabled) == [true, false])
    }

    @Test func `an identity stands inside its result element`() throws {
        let text = """
            <GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
            <GetCallerIdentityResult><Arn>arn:aws:iam::1:user/me</Arn><UserId>AIDA</UserId>
            <Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>
            """
        #expect(
            try GetCallerIdentity.read(text)
                == CallerIdentity(account: "1", arn: "arn:aws:iam::1:user/me", userID: "AIDA")
        )
    }

    @Test func `an answer of JSON may have fields that are new to us`() throws {
        let one = #"{"Parameter":{"Name":"/a","Type":"String","Value":"ami-1","Version":7}}"#
        #expect(
            try GetParameter.read(one).parameter
                == SSMParameter(name: "/a", value: "ami-1", version: 7)
        )
        let many = #"{"InvalidParameters":["/b"],"Parameters":[]}"#
        #expect(try GetParameters.read(many).invalid == ["/b"])
    }

    @Test func `a file system is read with its tags and size`() throws {
        let text = """
            {"FileSystems":[{"OwnerId":"1","CreationToken":"t","FileSystemId":"fs-1",
            "CreationTime":1795258320.5,"LifeCycleState":"available","NumberOfMountTargets":2,
            "SizeInBytes":{"Value":6144,"ValueInIA":0},"Encrypted":true,
            "Tags":[{"Key":"a","Value":"1"}]}],"NextMarker":"m"}
            """
        let page = try DescribeFileSystems.read(text)
        #expect(page.nextMarker == "m")
        #expect(
            page.fileSystems == [
                FileSystem(
                    id: "fs-1",
                    state: .available,
                    creationToken: "t",
                    mountTargets: 2,
                    size: 6144,
                    tags: ["a": "1"]
                )
            ]
        )
    }

    @Test(arguments: ["", "{", #"{"Parameter":null}"#, "<html>", #"{"Parameter":{"Name":1}}"#])
    func `a broken answer of JSON is an error`(_ text: String) {
        #expect(throws: DecodingError.self) { try GetParameter.read(text) }
    }
}
