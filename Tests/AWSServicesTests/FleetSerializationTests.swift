import AWSRuntime
import AWSServices
import SpotSupport
import Testing

/// The expected fields were serialised by botocore from the same parameters.
struct FleetSerializationTests {
    static let requests: [GoldenRequest] = [
        GoldenRequest(
            "a fleet over the pools of two templates",
            CreateFleet.everything,
            """
            Action=CreateFleet
            ClientToken=t1
            LaunchTemplateConfigs.1.LaunchTemplateSpecification.LaunchTemplateName=spot-web-1
            LaunchTemplateConfigs.1.LaunchTemplateSpecification.Version=1
            LaunchTemplateConfigs.1.Overrides.1.InstanceType=t3.small
            LaunchTemplateConfigs.1.Overrides.1.MaxPrice=0.0100
            LaunchTemplateConfigs.1.Overrides.1.SubnetId=subnet-1
            LaunchTemplateConfigs.1.Overrides.2.InstanceType=t3.small
            LaunchTemplateConfigs.1.Overrides.2.SubnetId=subnet-2
            LaunchTemplateConfigs.2.LaunchTemplateSpecification.LaunchTemplateName=spot-web-2
            LaunchTemplateConfigs.2.LaunchTemplateSpecification.Version=1
            LaunchTemplateConfigs.2.Overrides.1.InstanceType=c7i.large
            LaunchTemplateConfigs.2.Overrides.1.SubnetId=subnet-1
            SpotOptions.AllocationStrategy=price-capacity-optimized
            TagSpecification.1.ResourceType=fleet
            TagSpecification.1.Tag.1.Key=spot:name
            TagSpecification.1.Tag.1.Value=web
            TargetCapacitySpecification.DefaultTargetCapacityType=spot
            TargetCapacitySpecification.TotalTargetCapacity=1
            Type=instant
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "a launch template",
            CreateLaunchTemplate.everything,
            """
            Action=CreateLaunchTemplate
            LaunchTemplateData.BlockDeviceMapping.1.DeviceName=/dev/xvda
            LaunchTemplateData.BlockDeviceMapping.1.Ebs.DeleteOnTermination=true
            LaunchTemplateData.BlockDeviceMapping.1.Ebs.Encrypted=true
            LaunchTemplateData.BlockDeviceMapping.1.Ebs.VolumeSize=8
            LaunchTemplateData.BlockDeviceMapping.1.Ebs.VolumeType=gp3
            LaunchTemplateData.CreditSpecification.CpuCredits=standard
            LaunchTemplateData.IamInstanceProfile.Name=worker
            LaunchTemplateData.ImageId=ami-1
            LaunchTemplateData.InstanceInitiatedShutdownBehavior=terminate
            LaunchTemplateData.KeyName=web
            LaunchTemplateData.MetadataOptions.HttpEndpoint=enabled
            LaunchTemplateData.MetadataOptions.HttpPutResponseHopLimit=2
            LaunchTemplateData.MetadataOptions.HttpTokens=required
            LaunchTemplateData.NetworkInterface.1.AssociatePublicIpAddress=true
            LaunchTemplateData.NetworkInterface.1.DeleteOnTermination=true
            LaunchTemplateData.NetworkInterface.1.DeviceIndex=0
            LaunchTemplateData.NetworkInterface.1.SecurityGroupId.1=sg-1
            LaunchTemplateData.TagSpecification.1.ResourceType=instance
            LaunchTemplateData.TagSpecification.1.Tag.1.Key=spot:name
            LaunchTemplateData.TagSpecification.1.Tag.1.Value=web
            LaunchTemplateData.TagSpecification.2.ResourceType=spot-instances-request
            LaunchTemplateData.TagSpecification.2.Tag.1.Key=spot:name
            LaunchTemplateData.TagSpecification.2.Tag.1.Value=web
            LaunchTemplateData.UserData=IyEvYmluL3No
            LaunchTemplateName=spot-web-1
            TagSpecification.1.ResourceType=launch-template
            TagSpecification.1.Tag.1.Key=spot:name
            TagSpecification.1.Tag.1.Value=web
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "the end of a launch template",
            DeleteLaunchTemplate("spot-web-1"),
            """
            Action=DeleteLaunchTemplate
            LaunchTemplateName=spot-web-1
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "launch templates",
            DescribeLaunchTemplates.secondPage,
            """
            Action=DescribeLaunchTemplates
            Filter.1.Name=tag-key
            Filter.1.Value.1=spot:managed
            MaxResults=200
            NextToken=n
            Version=2016-11-15
            """
        ),
    ]

    @Test(arguments: requests)
    func `every request has the fields that botocore sends`(_ golden: GoldenRequest) throws {
        #expect(try golden.actualFields() == golden.expectedFields)
    }

    @Test func `an answer names machines and refusals with their pools`() throws {
        let output = try CreateFleet.read(
            """
            <CreateFleetResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
              <requestId>r</requestId><fleetId>fleet-1</fleetId>
              <errorSet><item>
                <errorCode>InsufficientInstanceCapacity</errorCode>
                <errorMessage>There is no Spot capacity available</errorMessage>
                <lifecycle>spot</lifecycle>
                <launchTemplateAndOverrides>
                  <launchTemplateSpecification><launchTemplateId>lt-1</launchTemplateId>
                  </launchTemplateSpecification>
                  <overrides><instanceType>t3.small</instanceType><subnetId>subnet-1</subnetId>
                  </overrides>
                </launchTemplateAndOverrides>
              </item></errorSet>
              <fleetInstanceSet><item>
                <instanceIds><item>i-1</item></instanceIds>
                <instanceType>t3a.small</instanceType><lifecycle>spot</lifecycle>
                <launchTemplateAndOverrides>
                  <overrides><subnetId>subnet-2</subnetId></overrides>
                </launchTemplateAndOverrides>
              </item></fleetInstanceSet>
            </CreateFleetResponse>
            """
        )
        #expect(
            output.instances == [
                FleetInstances(ids: ["i-1"], pool: FleetPool(type: "t3a.small", subnet: "subnet-2"))
            ]
        )
        #expect(
            output.refusals == [
                FleetRefusal(
                    code: .insufficientInstanceCapacity,
                    message: "There is no Spot capacity available",
                    pool: FleetPool(type: "t3.small", subnet: "subnet-1")
                )
            ]
        )
        #expect(output.refusals.first?.error.kind == .capacity)
    }

    @Test func `an answer without either is empty`() throws {
        let output = try CreateFleet.read(
            "<CreateFleetResponse><fleetId>fleet-1</fleetId><errorSet/></CreateFleetResponse>"
        )
        #expect(output == CreateFleetResult())
    }

    @Test func `a launch template is read by name, with its tags`() throws {
        let page = try DescribeLaunchTemplates.read(
            """
            <DescribeLaunchTemplatesResponse><launchTemplates><item>
              <launchTemplateId>lt-1</launchTemplateId>
              <launchTemplateName>spot-web-1</launchTemplateName>
              <createTime>2026-11-22T01:02:03Z</createTime>
              <tagSet><item><key>spot:name</key><value>web</value></item></tagSet>
            </item></launchTemplates></DescribeLaunchTemplatesResponse>
            """
        )
        #expect(
            page.items == [
                LaunchTemplate(name: "spot-web-1", created: .example, tags: ["spot:name": "web"])
            ]
        )
    }
}

extension CreateFleet {
    fileprivate static var everything: CreateFleet {
        var request = CreateFleet(templates: [
            FleetTemplate(
                name: "spot-web-1",
                overrides: [
                    FleetOverride(type: "t3.small", subnet: "subnet-1", maximumPrice: "0.0100"),
                    FleetOverride(type: "t3.small", subnet: "subnet-2"),
                ]
            ),
            FleetTemplate(
                name: "spot-web-2",
                overrides: [FleetOverride(type: "c7i.large", subnet: "subnet-1")]
            ),
        ])
        request.clientToken = "t1"
        request.tags = ["spot:name": "web"]
        return request
    }
}

extension CreateLaunchTemplate {
    fileprivate static var everything: CreateLaunchTemplate {
        var machine = LaunchTemplateData(image: "ami-1")
        machine.keyName = "web"
        machine.userData = Array("#!/bin/sh".utf8)
        machine.network = NetworkPlacement(groups: ["sg-1"], assignsPublicAddress: true)
        machine.instanceProfileName = "worker"
        machine.metadata = MetadataOptions(hopLimit: 2)
        machine.volumes = [BlockDeviceMapping(deviceName: "/dev/xvda", size: 8)]
        machine.shutdownBehavior = .terminate
        machine.cpuCredits = "standard"
        machine.tags = [
            TagSpecification(.instance, ["spot:name": "web"]),
            TagSpecification(.spotInstancesRequest, ["spot:name": "web"]),
        ]
        return CreateLaunchTemplate(
            name: "spot-web-1",
            data: machine,
            tags: ["spot:name": "web"]
        )
    }
}

extension DescribeLaunchTemplates {
    fileprivate static var secondPage: DescribeLaunchTemplates {
        var query = DescribeLaunchTemplates(filters: [.tagged("spot:managed")])
        query.nextToken = "n"
        return query
    }
}
