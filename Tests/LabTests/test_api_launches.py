"""RunInstances: tokens, counts, defaults and refusals."""

import base64

import pytest
from api_harness import PERSISTENT, SPOT, api, ec2, image, launch, mine, refusal, stranger  # noqa: F401


def test_the_same_token_launches_once(mine, ec2):
    first = launch(mine, ClientToken="one", MaxCount=2)
    again = launch(mine, ClientToken="one", MaxCount=2)
    assert len(first) == 2
    assert [i["InstanceId"] for i in again] == [i["InstanceId"] for i in first]
    assert len(launch(mine, ClientToken="two")) == 1
    found = ec2.describe_instances(Filters=[{"Name": "client-token", "Values": ["one"]}])
    assert len(found["Reservations"][0]["Instances"]) == 2


def test_a_replayed_launch_tells_the_state_of_the_day(mine, ec2):
    first = launch(mine, ClientToken="replayed")[0]["InstanceId"]
    ec2.terminate_instances(InstanceIds=[first])
    again = launch(mine, ClientToken="replayed")[0]
    assert again["InstanceId"] == first
    assert again["State"]["Name"] in ("shutting-down", "terminated")


def test_the_same_token_with_other_parameters_is_refused(mine, ec2):
    launch(mine, ClientToken="token")
    asked = {"ImageId": image(mine), "InstanceType": "t3.micro", "MinCount": 1, "MaxCount": 1}
    code, status, _ = refusal(ec2.run_instances, ClientToken="token", **asked)
    assert (code, status) == ("IdempotentParameterMismatch", 400)


def test_tokens_belong_to_an_account_and_a_region(api, mine):
    made = [
        launch(caller, region, ClientToken="shared")[0]["InstanceId"]
        for caller in (mine, stranger(api))
        for region in ("us-east-1", "eu-west-1")
    ]
    assert len(set(made)) == 4


def test_a_refused_launch_leaves_its_token_free(mine, ec2):
    code, _, _ = refusal(lambda: launch(mine, ClientToken="free", KeyName="none"))
    assert code == "InvalidKeyPair.NotFound"
    assert launch(mine, ClientToken="free")


def test_launch_templates_have_tokens_too(ec2):
    asked = {"LaunchTemplateName": "tpl", "LaunchTemplateData": {"InstanceType": "t3.small"}}
    first = ec2.create_launch_template(ClientToken="lt", **asked)["LaunchTemplate"]
    again = ec2.create_launch_template(ClientToken="lt", **asked)["LaunchTemplate"]
    assert first["LaunchTemplateId"] == again["LaunchTemplateId"]
    asked["LaunchTemplateData"] = {"InstanceType": "t3.micro"}
    code, _, _ = refusal(ec2.create_launch_template, ClientToken="lt", **asked)
    assert code == "IdempotentParameterMismatch"


def test_up_to_max_count_are_launched(api, mine):
    assert len(launch(mine, MinCount=1, MaxCount=3)) == 3
    rule = {"type": "t3.small", "available": 2}
    with api.set(capacity=[rule]):
        assert len(launch(mine, MinCount=1, MaxCount=3)) == 2
    code, _, _ = refusal(lambda: launch(mine, MinCount=3, MaxCount=2))
    assert code == "InvalidParameterCombination"


def test_without_a_subnet_the_default_one_of_the_zone_is_used(mine, ec2):
    instance = launch(mine)[0]
    subnet = ec2.describe_subnets(SubnetIds=[instance["SubnetId"]])["Subnets"][0]
    assert subnet["DefaultForAz"] and instance["PrivateIpAddress"].startswith("172.31.")
    instance = launch(mine, Placement={"AvailabilityZone": "us-east-1c"})[0]
    assert instance["Placement"]["AvailabilityZone"] == "us-east-1c"
    subnet = ec2.describe_subnets(SubnetIds=[instance["SubnetId"]])["Subnets"][0]
    assert subnet["AvailabilityZone"] == "us-east-1c" and subnet["DefaultForAz"]


def test_without_a_default_vpc_a_launch_is_refused(mine, ec2):
    picture = image(mine)
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    for subnet in ec2.describe_subnets()["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    code, _, _ = refusal(lambda: launch(mine, ImageId=picture))
    assert code == "MissingInput"
    for gateway in ec2.describe_internet_gateways()["InternetGateways"]:
        ec2.detach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc)
    ec2.delete_vpc(VpcId=vpc)
    code, _, _ = refusal(lambda: launch(mine, ImageId=picture))
    assert code == "VPCIdNotSpecified"


def test_images_are_resolved_by_parameter(mine):
    name = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
    assert launch(mine, ImageId=f"resolve:ssm:{name}")[0]["ImageId"] == image(mine)
    code, _, _ = refusal(lambda: launch(mine, ImageId="resolve:ssm:/none"))
    assert code == "InvalidParameterValue"


def test_the_answer_has_no_public_address_yet(mine, ec2):
    instance = launch(mine)[0]
    assert "PublicIpAddress" not in instance and instance["PublicDnsName"] == ""
    assert all("Association" not in nic for nic in instance["NetworkInterfaces"])
    assert instance["State"] == {"Code": 0, "Name": "pending"}


def test_user_data_is_limited_to_16384_raw_bytes(mine):
    assert launch(mine, UserData="x" * 16384)
    code, status, text = refusal(lambda: launch(mine, UserData="x" * 16385))
    assert (code, status) == ("InvalidParameterValue", 400) and "16384" in text


def test_interfaces_take_subnet_and_groups_over(mine, ec2):
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="d")["GroupId"]
    interface = {"DeviceIndex": 0, "AssociatePublicIpAddress": True}
    code, _, _ = refusal(lambda: launch(mine, NetworkInterfaces=[interface], SubnetId=subnet))
    assert code == "InvalidParameterCombination"
    code, _, _ = refusal(
        lambda: launch(mine, NetworkInterfaces=[interface], SecurityGroupIds=[group])
    )
    assert code == "InvalidParameterCombination"
    interface |= {"SubnetId": subnet, "Groups": [group]}
    instance = launch(mine, NetworkInterfaces=[interface])[0]
    assert [g["GroupId"] for g in instance["SecurityGroups"]] == [group]
    assert instance["SubnetId"] == subnet
    code, _, _ = refusal(
        lambda: launch(mine, NetworkInterfaces=[interface | {"Groups": ["sg-0123456789abcdef0"]}])
    )
    assert code == "InvalidGroup.NotFound"


def test_an_unknown_profile_has_its_own_words(mine):
    code, status, text = refusal(lambda: launch(mine, IamInstanceProfile={"Name": "none"}))
    assert (code, status) == ("InvalidParameterValue", 400)
    assert text == (
        "Value (none) for parameter iamInstanceProfile.name is invalid. "
        "Invalid IAM Instance Profile name"
    )


def test_all_instances_get_the_profile(api, mine, ec2):
    mine.client("iam").create_instance_profile(InstanceProfileName="p")
    with api.set(eventual=10.0, time_scale=1.0):
        code, _, text = refusal(lambda: launch(mine, IamInstanceProfile={"Name": "p"}))
        assert code == "InvalidParameterValue" and "Invalid IAM Instance Profile name" in text
    made = launch(mine, IamInstanceProfile={"Name": "p"}, MaxCount=2)
    assert all(i["IamInstanceProfile"]["Arn"].endswith("/p") for i in made)


def test_architectures_must_match(mine):
    code, _, text = refusal(lambda: launch(mine, InstanceType="t4g.small"))
    assert code == "InvalidParameterValue"
    assert text.startswith(
        "The architecture 'arm64' of the specified instance type does not match the architecture "
        "'x86_64' of the specified AMI."
    )
    assert launch(mine, InstanceType="t4g.small", ImageId=image(mine, "arm64"))


REFUSED = {
    "InvalidKeyPair.NotFound": {"KeyName": "none"},
    "InvalidAMIID.NotFound": {"ImageId": "ami-0123456789abcdef0"},
    "InvalidAMIID.Malformed": {"ImageId": "image"},
    "InvalidSubnetID.NotFound": {"SubnetId": "subnet-0123456789abcdef0"},
    "InvalidGroup.NotFound": {"SecurityGroupIds": ["sg-0123456789abcdef0"]},
    "InvalidBlockDeviceMapping": {
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 4}}]
    },
    "SpotMaxPriceTooLow": {"InstanceMarketOptions": SPOT | {"SpotOptions": {"MaxPrice": "0.001"}}},
}


@pytest.mark.parametrize("code", REFUSED)
def test_what_is_not_there_is_refused(mine, code):
    assert refusal(lambda: launch(mine, **REFUSED[code]))[:2] == (code, 400)


INVALID_VALUES = [
    {"InstanceType": "t3.colossal"},
    {"InstanceMarketOptions": SPOT | {"SpotOptions": {"MaxPrice": "0.0001"}}},
    {"TagSpecifications": [{"ResourceType": "vpc", "Tags": [{"Key": "a", "Value": "b"}]}]},
    {
        "TagSpecifications": [
            {"ResourceType": "spot-instances-request", "Tags": [{"Key": "a", "Value": "b"}]}
        ]
    },
    {
        "TagSpecifications": [
            {"ResourceType": "instance", "Tags": [{"Key": "aws:mine", "Value": "b"}]}
        ]
    },
]


@pytest.mark.parametrize("changes", INVALID_VALUES)
def test_invalid_values_are_refused(mine, changes):
    assert refusal(lambda: launch(mine, **changes))[:2] == ("InvalidParameterValue", 400)


def test_a_type_that_a_zone_does_not_offer_is_unsupported(mine, ec2):
    offered = ec2.describe_instance_type_offerings(
        LocationType="availability-zone",
        Filters=[{"Name": "instance-type", "Values": ["m7i.large"]}],
    )["InstanceTypeOfferings"]
    zones = {z["ZoneName"] for z in ec2.describe_availability_zones()["AvailabilityZones"]}
    missing = sorted(zones - {row["Location"] for row in offered})[0]
    asked = {"InstanceType": "m7i.large", "Placement": {"AvailabilityZone": missing}}
    code, status, text = refusal(lambda: launch(mine, **asked))
    assert (code, status) == ("Unsupported", 400)
    assert f"requested Availability Zone ({missing})" in text
    assert launch(mine, InstanceType="m7i.large")[0]["Placement"]["AvailabilityZone"] != missing


def test_tags_reach_every_resource(mine, ec2):
    kinds = ("instance", "volume", "network-interface", "spot-instances-request")
    tags = [{"ResourceType": k, "Tags": [{"Key": "kind", "Value": k}]} for k in kinds]
    instance = launch(mine, InstanceMarketOptions=SPOT, TagSpecifications=tags)[0]
    found = ec2.describe_tags(Filters=[{"Name": "key", "Values": ["kind"]}])["Tags"]
    assert {row["Value"] for row in found} == set(kinds)
    interface = ec2.describe_network_interfaces(
        NetworkInterfaceIds=[instance["NetworkInterfaces"][0]["NetworkInterfaceId"]]
    )["NetworkInterfaces"][0]
    assert interface["TagSet"] == [{"Key": "kind", "Value": "network-interface"}]


def test_the_root_disk_follows_the_image_and_the_request(mine, ec2):
    mapping = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeType": "gp3", "Encrypted": True}}
    instance = launch(mine, BlockDeviceMappings=[mapping])[0]
    volume = ec2.describe_volumes(
        Filters=[{"Name": "attachment.instance-id", "Values": [instance["InstanceId"]]}]
    )["Volumes"]
    assert [(v["Size"], v["Encrypted"]) for v in volume] == [(8, True)]
    plain = launch(mine)[0]
    for made in (instance, plain):
        disk = made["BlockDeviceMappings"]
        assert [d["DeviceName"] for d in disk] == ["/dev/xvda"]
        assert disk[0]["Ebs"]["DeleteOnTermination"] is True


def test_a_launch_template_is_folded_in(mine, ec2):
    group = ec2.create_security_group(GroupName="g", Description="d")["GroupId"]
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    ec2.create_launch_template(
        LaunchTemplateName="tpl",
        LaunchTemplateData={
            "ImageId": image(mine),
            "InstanceType": "t3.micro",
            "InstanceMarketOptions": SPOT,
            "MetadataOptions": {"HttpTokens": "required"},
            "UserData": base64.b64encode(b"#!/bin/sh").decode(),
            "NetworkInterfaces": [
                {
                    "DeviceIndex": 0,
                    "SubnetId": subnet,
                    "Groups": [group],
                    "AssociatePublicIpAddress": True,
                }
            ],
            "TagSpecifications": [
                {"ResourceType": "instance", "Tags": [{"Key": "a", "Value": "template"}]},
                {"ResourceType": "volume", "Tags": [{"Key": "v", "Value": "1"}]},
            ],
        },
    )
    instance = ec2.run_instances(
        LaunchTemplate={"LaunchTemplateName": "tpl"},
        MinCount=1,
        MaxCount=1,
        TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": "a", "Value": "request"}]}
        ],
    )["Instances"][0]
    assert instance["InstanceType"] == "t3.micro"
    assert instance["InstanceLifecycle"] == "spot" and instance["SpotInstanceRequestId"]
    assert instance["MetadataOptions"]["HttpTokens"] == "required"
    assert [g["GroupId"] for g in instance["SecurityGroups"]] == [group]
    tags = {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
    assert tags["a"] == "request" and tags["aws:ec2launchtemplate:version"] == "1"


def test_a_dry_run_makes_nothing(mine, ec2):
    code, status, _ = refusal(lambda: launch(mine, DryRun=True))
    assert (code, status) == ("DryRunOperation", 412)
    assert ec2.describe_instances()["Reservations"] == []
    assert (
        refusal(lambda: launch(mine, DryRun=True, KeyName="none"))[0] == "InvalidKeyPair.NotFound"
    )
