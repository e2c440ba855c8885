import AWSRuntime
import AWSServices
import Testing

/// The expected fields were serialised by botocore from the same parameters.
struct InstanceSerializationTests {
    static let requests: [GoldenRequest] = [
        GoldenRequest(
            "a full spot launch",
            RunInstances.everything,
            """
            Action=RunInstances
            BlockDeviceMapping.1.DeviceName=/dev/xvda
            BlockDeviceMapping.1.Ebs.DeleteOnTermination=true
            BlockDeviceMapping.1.Ebs.Encrypted=true
            BlockDeviceMapping.1.Ebs.Iops=4000
            BlockDeviceMapping.1.Ebs.KmsKeyId=alias/x
            BlockDeviceMapping.1.Ebs.Throughput=250
            BlockDeviceMapping.1.Ebs.VolumeSize=30
            BlockDeviceMapping.1.Ebs.VolumeType=gp3
            BlockDeviceMapping.2.DeviceName=/dev/sdb
            BlockDeviceMapping.2.Ebs.DeleteOnTermination=false
            BlockDeviceMapping.2.Ebs.Encrypted=true
            BlockDeviceMapping.2.Ebs.VolumeType=gp3
            ClientToken=token-1
            CreditSpecification.CpuCredits=standard
            IamInstanceProfile.Name=worker
            ImageId=ami-1
            InstanceInitiatedShutdownBehavior=terminate
            InstanceMarketOptions.MarketType=spot
            InstanceMarketOptions.SpotOptions.InstanceInterruptionBehavior=stop
            InstanceMarketOptions.SpotOptions.MaxPrice=0.0123
            InstanceMarketOptions.SpotOptions.SpotInstanceType=persistent
            InstanceMarketOptions.SpotOptions.ValidUntil=2026-11-22T01:02:03Z
            InstanceType=t3.small
            KeyName=web key
            MaxCount=2
            MetadataOptions.HttpEndpoint=enabled
            MetadataOptions.HttpProtocolIpv6=disabled
            MetadataOptions.HttpPutResponseHopLimit=2
            MetadataOptions.HttpTokens=required
            MetadataOptions.InstanceMetadataTags=enabled
            MinCount=1
            Monitoring.Enabled=true
            NetworkInterface.1.AssociatePublicIpAddress=true
            NetworkInterface.1.DeleteOnTermination=true
            NetworkInterface.1.DeviceIndex=0
            NetworkInterface.1.Ipv6AddressCount=1
            NetworkInterface.1.SecurityGroupId.1=sg-1
            NetworkInterface.1.SecurityGroupId.2=sg-2
            NetworkInterface.1.SubnetId=subnet-1
            Placement.AvailabilityZone=eu-central-1a
            TagSpecification.1.ResourceType=instance
            TagSpecification.1.Tag.1.Key=a
            TagSpecification.1.Tag.1.Value=
            TagSpecification.1.Tag.2.Key=spot:name
            TagSpecification.1.Tag.2.Value=web
            TagSpecification.2.ResourceType=spot-instances-request
            TagSpecification.2.Tag.1.Key=k
            TagSpecification.2.Tag.1.Value=v&=+ %
            UserData=IyEvYmluL3NoCmVjaG8gIsOkIiAmJiBleGl0
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "the smallest launch",
            RunInstances(LaunchTemplateData(image: "ami-1", type: "t3.small")),
            """
            Action=RunInstances
            ImageId=ami-1
            InstanceType=t3.small
            MaxCount=1
            MinCount=1
            Version=2016-11-15
            """
        ),
    ]

    @Test(arguments: requests)
    func `every request has the fields that botocore sends`(_ golden: GoldenRequest) throws {
        #expect(try golden.actualFields() == golden.expectedFields)
    }
}

extension RunInstances {
    /// A launch with every field set.
    fileprivate static var everything: RunInstances {
        var request = RunInstances(LaunchTemplateData(image: "ami-1", type: "t3.small"))
        request.maximumCount = 2
        request.clientToken = "token-1"
        request.machine.keyName = "web key"
        request.machine.userData = Array("#!/bin/sh\necho \"ä\" && exit".utf8)
        request.spot = SpotOptions(
            requestType: .persistent,
            interruptionBehavior: .stop,
            maximumPrice: "0.0123",
            validUntil: .example
        )
        request.machine.network = NetworkPlacement(
            subnet: "subnet-1",
            groups: ["sg-1", "sg-2"],
            assignsPublicAddress: true,
            ipv6AddressCount: 1
        )
        request.zone = "eu-central-1a"
        request.machine.instanceProfileName = "worker"
        request.machine.isMonitored = true
        request.machine.metadata = MetadataOptions(
            hopLimit: 2,
            isReachableOverIPv6: false,
            showsTags: true
        )
        request.machine.volumes = [
            BlockDeviceMapping(
                deviceName: "/dev/xvda",
                size: 30,
                iops: 4000,
                throughput: 250,
                kmsKey: "alias/x"
            ),
            BlockDeviceMapping(deviceName: "/dev/sdb", deletesOnTermination: false),
        ]
        request.machine.shutdownBehavior = .terminate
        request.machine.cpuCredits = "standard"
        request.machine.tags = [
            TagSpecification(.instance, ["spot:name": "web", "a": ""]),
            TagSpecification(.spotInstancesRequest, ["k": "v&=+ %"]),
        ]
        return request
    }
}
