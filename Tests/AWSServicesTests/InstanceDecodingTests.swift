import AWSRuntime
import AWSServices
import FoundationEssentials
import HTTPTransport
import Testing

struct InstanceDecodingTests {
    private static let running = """
        <?xml version="1.0" encoding="UTF-8"?>
        <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
          <requestId>8f7724cf-496f-496e-8fe3-example</requestId>
          <reservationSet>
            <item>
              <reservationId>r-1</reservationId><ownerId>123456789012</ownerId><groupSet/>
              <instancesSet>
                <item>
                  <instanceId>i-0123456789abcdef0</instanceId>
                  <imageId>ami-1</imageId>
                  <instanceState><code>272</code><name>running</name></instanceState>
                  <privateDnsName/>
                  <dnsName/>
                  <reason/>
                  <keyName>web</keyName>
                  <amiLaunchIndex>0</amiLaunchIndex>
                  <instanceType>t4g.small</instanceType>
                  <launchTime>2026-11-21T10:52:00.000Z</launchTime>
                  <placement>
                    <availabilityZone>eu-central-1b</availabilityZone><groupName/>
                  </placement>
                  <monitoring><state>disabled</state></monitoring>
                  <subnetId>subnet-1</subnetId>
                  <vpcId>vpc-1</vpcId>
                  <privateIpAddress>172.31.5.6</privateIpAddress>
                  <ipAddress>203.0.113.9</ipAddress>
                  <groupSet>
                    <item><groupId>sg-1</groupId><groupName>spot-web</groupName></item>
                  </groupSet>
                  <architecture>arm64</architecture>
                  <rootDeviceType>ebs</rootDeviceType>
                  <rootDeviceName>/dev/xvda</rootDeviceName>
                  <blockDeviceMapping>
                    <item>
                      <deviceName>/dev/xvda</deviceName>
                      <ebs>
                        <volumeId>vol-1</volumeId><status>attached</status>
                        <deleteOnTermination>true</deleteOnTermination>
                      </ebs>
                    </item>
                  </blockDeviceMapping>
                  <instanceLifecycle>spot</instanceLifecycle>
                  <spotInstanceRequestId>sir-1</spotInstanceRequestId>
                  <clientToken>token-1</clientToken>
                  <tagSet>
                    <item><key>spot:name</key><value>web &amp; more</value></item>
                    <item><key>empty</key><value/></item>
                  </tagSet>
                  <networkInterfaceSet>
                    <item>
                      <ipv6AddressesSet>
                        <item><ipv6Address>2001:db8::9</ipv6Address></item>
                      </ipv6AddressesSet>
                    </item>
                  </networkInterfaceSet>
                  <iamInstanceProfile>
                    <arn>arn:aws:iam::123456789012:instance-profile/worker</arn><id>AIPA</id>
                  </iamInstanceProfile>
                  <platformDetails>Linux/UNIX</platformDetails>
                  <somethingNew><deep>x</deep></somethingNew>
                </item>
              </instancesSet>
            </item>
          </reservationSet>
          <nextToken>more</nextToken>
        </DescribeInstancesResponse>
        """

    private static let terminated = """
        <DescribeInstancesResponse><reservationSet><item><instancesSet><item>
        <instanceId>i-2</instanceId><imageId>ami-1</imageId>
        <instanceState><code>48</code><name>terminated</name></instanceState>
        <reason>User initiated (2026-11-21 11:00:00 GMT)</reason>
        <instanceType>t3.small</instanceType><launchTime>2026-11-21T10:52:00Z</launchTime>
        <placement><availabilityZone>eu-central-1b</availabilityZone></placement>
        <stateReason><code>Client.UserInitiatedShutdown</code><message>over</message></stateReason>
        <tagSet/><subnetId/>
        </item></instancesSet></item></reservationSet></DescribeInstancesResponse>
        """

    @Test func `a running spot machine is read whole`() throws {
        let page = try DescribeInstances.read(Self.running)
        let instance = try #require(page.items.first?.first)
        #expect(page.nextToken == "more")
        #expect(instance.id == "i-0123456789abcdef0")
        #expect(instance.state == .running)
        #expect(instance.type == "t4g.small")
        #expect(instance.launchTime == Date(timeIntervalSince1970: 1_795_258_320))
        #expect(instance.zone == "eu-central-1b")
        #expect(instance.subnet == "subnet-1")
        #expect(instance.vpc == "vpc-1")
        #expect(instance.publicAddress == "203.0.113.9")
        #expect(instance.privateAddress == "172.31.5.6")
        #expect(instance.ipv6Address == "2001:db8::9")
        #expect(instance.groups == [.init(id: "sg-1", name: "spot-web")])
        #expect(instance.tags == ["spot:name": "web & more", "empty": ""])
        #expect(instance.isSpot)
        #expect(instance.spotRequest == "sir-1")
        #expect(instance.clientToken == "token-1")
        #expect(instance.keyName == "web")
        #expect(instance.architecture == "arm64")
        #expect(instance.rootDeviceName == "/dev/xvda")
        #expect(
            instance.volumes == [
                .init(deviceName: "/dev/xvda", id: "vol-1", deletesOnTermination: true)
            ]
        )
        #expect(
            instance.instanceProfileARN == "arn:aws:iam::123456789012:instance-profile/worker"
        )
        #expect(instance.platformDetails == "Linux/UNIX")
        #expect(instance.stateTransitionReason == nil)
    }

    @Test func `a terminated machine has lost its network`() throws {
        let page = try DescribeInstances.read(Self.terminated)
        let instance = try #require(page.items.first?.first)
        #expect(instance.state == .terminated)
        #expect(instance.subnet == nil)
        #expect(instance.publicAddress == nil)
        #expect(instance.groups == [])
        #expect(instance.tags == [:])
        #expect(!instance.isSpot)
        #expect(
            instance.stateReason
                == StateReason(code: "Client.UserInitiatedShutdown", message: "over")
        )
        #expect(
            instance.stateTransitionReason == "User initiated (2026-11-21 11:00:00 GMT)"
        )
        #expect(page.nextToken == nil)
    }

    @Test func `no machines are an empty list, with or without the element`() throws {
        for text in ["<R><reservationSet/></R>", "<R/>"] {
            #expect(try DescribeInstances.read(text).items.isEmpty)
        }
    }

    @Test func `every cut of an answer is an error and never a crash`() {
        for length in stride(from: 0, to: Self.running.count - 1, by: 7) {
            let cut = String(Self.running.prefix(length))
            #expect(throws: XMLError.self) { try DescribeInstances.read(cut) }
        }
    }

    @Test(arguments: ["", "<html><body/></html>", "<DescribeVpcsResponse/>"])
    func `another answer does not pass for an empty list`(_ text: String) {
        #expect(throws: XMLError.self) { try DescribeInstances.read(text) }
    }

    @Test func `a machine without an id is an error that names what is missing`() {
        let text = "<R><instancesSet><item><imageId>ami-1</imageId></item></instancesSet></R>"
        #expect {
            try RunInstances.read(text)
        } throws: { error in
            "\(error)" == "item/instanceId is missing"
        }
    }

    @Test func `a change of state is read from both states`() throws {
        let text = """
            <R><instancesSet><item><instanceId>i-1</instanceId>
            <currentState><code>32</code><name>shutting-down</name></currentState>
            <previousState><code>16</code><name>running</name></previousState>
            </item></instancesSet></R>
            """
        #expect(
            try TerminateInstances.read(text) == [
                InstanceStateChange(id: "i-1", previous: .running, current: .shuttingDown)
            ]
        )
    }

    @Test(arguments: [
        ("<R><instanceId>i-1</instanceId><output>aGFs\nbG8=</output></R>", "hallo"),
        ("<R><instanceId>i-1</instanceId><output/></R>", nil),
        ("<R><instanceId>i-1</instanceId></R>", nil),
        ("<R><output>/w==</output></R>", "\u{FFFD}"),
    ])
    func `a console may have written nothing yet`(_ text: String, _ expected: String?) throws {
        #expect(try GetConsoleOutput.read(text).text == expected)
    }
}
