import AWSRuntime
import AWSServices
import Testing

/// The expected fields were serialised by botocore from the same parameters.
struct NetworkSerializationTests {
    static let requests: [GoldenRequest] = [
        GoldenRequest(
            "all regions",
            DescribeRegions(includesDisabled: true),
            """
            Action=DescribeRegions
            AllRegions=true
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "a new group",
            CreateSecurityGroup(
                name: "spot-web",
                description: "SSH to web",
                vpc: "vpc-1",
                tags: ["spot:name": "web"]
            ),
            """
            Action=CreateSecurityGroup
            GroupDescription=SSH to web
            GroupName=spot-web
            TagSpecification.1.ResourceType=security-group
            TagSpecification.1.Tag.1.Key=spot:name
            TagSpecification.1.Tag.1.Value=web
            Version=2016-11-15
            VpcId=vpc-1
            """
        ),
        GoldenRequest(
            "groups by id",
            DescribeSecurityGroups(ids: ["sg-1"]),
            """
            Action=DescribeSecurityGroups
            GroupId.1=sg-1
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "groups by name",
            DescribeSecurityGroups(filters: [Filter("group-name", ["spot-web"])]),
            """
            Action=DescribeSecurityGroups
            Filter.1.Name=group-name
            Filter.1.Value.1=spot-web
            MaxResults=1000
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "new rules",
            AuthorizeSecurityGroupIngress("sg-1", [IPPermission].example, tags: ["k": "v"]),
            """
            Action=AuthorizeSecurityGroupIngress
            GroupId=sg-1
            IpPermissions.1.FromPort=22
            IpPermissions.1.IpProtocol=tcp
            IpPermissions.1.IpRanges.1.CidrIp=203.0.113.7/32
            IpPermissions.1.IpRanges.1.Description=me
            IpPermissions.1.Ipv6Ranges.1.CidrIpv6=2001:db8::7/128
            IpPermissions.1.ToPort=22
            IpPermissions.2.Groups.1.GroupId=sg-2
            IpPermissions.2.IpProtocol=-1
            TagSpecification.1.ResourceType=security-group-rule
            TagSpecification.1.Tag.1.Key=k
            TagSpecification.1.Tag.1.Value=v
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "rules taken away",
            RevokeSecurityGroupIngress("sg-1", [IPPermission].example),
            """
            Action=RevokeSecurityGroupIngress
            GroupId=sg-1
            IpPermissions.1.FromPort=22
            IpPermissions.1.IpProtocol=tcp
            IpPermissions.1.IpRanges.1.CidrIp=203.0.113.7/32
            IpPermissions.1.IpRanges.1.Description=me
            IpPermissions.1.Ipv6Ranges.1.CidrIpv6=2001:db8::7/128
            IpPermissions.1.ToPort=22
            IpPermissions.2.Groups.1.GroupId=sg-2
            IpPermissions.2.IpProtocol=-1
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "a group deleted",
            DeleteSecurityGroup("sg-1"),
            """
            Action=DeleteSecurityGroup
            GroupId=sg-1
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "a key imported",
            ImportKeyPair(name: "web", publicKey: "ssh-ed25519 AAAA web", tags: ["k": "v"]),
            """
            Action=ImportKeyPair
            KeyName=web
            PublicKeyMaterial=c3NoLWVkMjU1MTkgQUFBQSB3ZWI=
            TagSpecification.1.ResourceType=key-pair
            TagSpecification.1.Tag.1.Key=k
            TagSpecification.1.Tag.1.Value=v
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "keys",
            DescribeKeyPairs(names: ["web"]),
            """
            Action=DescribeKeyPairs
            IncludePublicKey=true
            KeyName.1=web
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "a key deleted",
            DeleteKeyPair("web"),
            """
            Action=DeleteKeyPair
            KeyName=web
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "tags",
            CreateTags(on: ["i-1", "vol-1"], ["b": "2", "a": "1"]),
            """
            Action=CreateTags
            ResourceId.1=i-1
            ResourceId.2=vol-1
            Tag.1.Key=a
            Tag.1.Value=1
            Tag.2.Key=b
            Tag.2.Value=2
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "volumes",
            DescribeVolumes(filters: [.tagged("spot:name")]),
            """
            Action=DescribeVolumes
            Filter.1.Name=tag-key
            Filter.1.Value.1=spot:name
            MaxResults=500
            Version=2016-11-15
            """
        ),
        GoldenRequest(
            "who am I",
            GetCallerIdentity(),
            """
            Action=GetCallerIdentity
            Version=2011-06-15
            """
        ),
        GoldenRequest(
            "an instance profile",
            GetInstanceProfile("worker"),
            """
            Action=GetInstanceProfile
            InstanceProfileName=worker
            Version=2010-05-08
            """
        ),
        GoldenRequest(
            "a service-linked role",
            CreateServiceLinkedRole(for: "spot.amazonaws.com"),
            """
            AWSServiceName=spot.amazonaws.com
            Action=CreateServiceLinkedRole
            Version=2010-05-08
            """
        ),
        GoldenRequest(
            "a role",
            GetRole("AWSServiceRoleForEC2Spot"),
            """
            Action=GetRole
            RoleName=AWSServiceRoleForEC2Spot
            Version=2010-05-08
            """
        ),
    ]

    @Test(arguments: requests)
    func `every request has the fields that botocore sends`(_ golden: GoldenRequest) throws {
        #expect(try golden.actualFields() == golden.expectedFields)
    }
}

extension [IPPermission] {
    fileprivate static let example = [
        IPPermission(
            protocol: "tcp",
            ports: 22...22,
            ipv4: [.init("203.0.113.7/32", description: "me")],
            ipv6: [.init("2001:db8::7/128")]
        ),
        IPPermission(protocol: "-1", ports: nil, groups: ["sg-2"]),
    ]
}
