"""Launches and what limits them: rows of the list of behaviours that simulators forget.

A test's name says its row.
"""

import base64
import random

import pytest
from api_harness import PERSISTENT, SPOT, api, ec2, image, launch, mine, refusal  # noqa: F401
from conftest import until
from fleet_harness import asked, create, ids, pools, template

ONE = pools(["t3.small"], ["us-east-1a"])


def shortage(code=None, **pool):
    rule = {"type": "t3.small", "available": 0, **pool}
    return [{**rule, "code": code} if code else rule]


def test_row_06_capacity_is_a_500_that_no_retry_helps(api, mine):
    api.order("forget-calls", {})
    with api.set(capacity=shortage(az="us-east-1a")):
        place = {"Placement": {"AvailabilityZone": "us-east-1a"}}
        for _ in range(2):
            code, status, _ = refusal(launch, caller=mine, **place)
            assert (code, status) == ("InsufficientInstanceCapacity", 500)
        assert launch(mine, Placement={"AvailabilityZone": "us-east-1b"})
    made = [c["status"] for c in api.ask("calls")["calls"] if c["action"] == "RunInstances"]
    assert made == [500, 500, 200]


def test_row_11_a_new_profile_is_not_yet_visible(api, mine, ec2):
    profile = {"Name": f"p{random.randrange(10**9)}"}
    with api.set(eventual=60.0, time_scale=1.0):
        mine.client("iam").create_instance_profile(InstanceProfileName=profile["Name"])
        code, status, text = refusal(launch, caller=mine, IamInstanceProfile=profile)
        assert (code, status) == ("InvalidParameterValue", 400)
        assert text.endswith("Invalid IAM Instance Profile name")
    assert launch(mine, IamInstanceProfile=profile)


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("MaxSpotInstanceCountExceeded", 400),
        ("VcpuLimitExceeded", 400),
        ("PendingVerification", 400),
        ("OptInRequired", 401),
        ("Unsupported", 400),
        ("InsufficientHostCapacity", 400),
    ],
)
def test_row_13_a_fleet_of_errors_only_is_a_success(api, mine, ec2, code, status):
    specification = template(mine)
    with api.set(capacity=shortage(code)):
        fleet = create(ec2, specification, ONE)
        assert fleet["ResponseMetadata"]["HTTPStatusCode"] == 200 and fleet["Instances"] == []
        (error,) = fleet["Errors"]
        expected = "InvalidFleetConfiguration" if code == "Unsupported" else code
        assert error["ErrorCode"] == expected and error["ErrorMessage"]
        assert refusal(launch, caller=mine)[:2] == (code, status)


def test_row_14_a_fleet_gives_a_part_and_says_why_no_more(api, mine, ec2):
    with api.set(capacity=[{"type": "t3.small", "available": 1}]):
        fleet = create(ec2, template(mine), ONE, total=2)
    assert len(ids(fleet)) == 1
    assert [error["ErrorCode"] for error in fleet["Errors"]] == ["InsufficientInstanceCapacity"]


def test_row_17_a_new_account_s_spot_quota_is_nothing(api, mine, ec2):
    quotas = mine.client("service-quotas")

    def quota(code):
        return quotas.get_service_quota(ServiceCode="ec2", QuotaCode=code)["Quota"]["Value"]

    assert (quota("L-34B43A08"), quota("L-1216C47A")) == (64.0, 64.0)
    with api.set(vcpus={"spot": 0, "on-demand": 3}):
        assert (quota("L-34B43A08"), quota("L-1216C47A")) == (0.0, 3.0)
        code, status, _ = refusal(launch, caller=mine, InstanceMarketOptions=SPOT)
        assert (code, status) == ("MaxSpotInstanceCountExceeded", 400)
        fleet = create(ec2, template(mine), ONE)
        assert [e["ErrorCode"] for e in fleet["Errors"]] == ["MaxSpotInstanceCountExceeded"]
        assert launch(mine)  # two vCPUs of three
        assert refusal(launch, caller=mine)[:2] == ("VcpuLimitExceeded", 400)
        assert launch(mine, InstanceType="g5.xlarge")  # another quota's
    with api.set(vcpus={"spot": 5}):
        fleet = create(ec2, {"LaunchTemplateName": "fleet", "Version": "1"}, ONE, total=4)
        assert len(ids(fleet)) == 2
        assert [e["ErrorCode"] for e in fleet["Errors"]] == ["MaxSpotInstanceCountExceeded"]


def test_row_18_a_region_that_is_not_enabled_knows_no_key(api, mine, ec2):
    closed = "eu-west-1"
    with api.set(closed_regions=[closed]):
        there = mine.client("ec2", closed)
        assert refusal(there.describe_vpcs)[:2] == ("AuthFailure", 401)
        code = refusal(mine.client("ssm", closed).describe_parameters)[0]
        assert code == "UnrecognizedClientException"
        names = {row["RegionName"] for row in ec2.describe_regions()["Regions"]}
        assert "us-east-1" in names and closed not in names
        row = ec2.describe_regions(AllRegions=True, RegionNames=[closed])["Regions"][0]
        assert row["OptInStatus"] == "not-opted-in"
        assert mine.client("ec2", "eu-central-1").describe_vpcs()["Vpcs"]
    assert there.describe_vpcs()["Vpcs"]
    mine.regions.discard(closed)


def test_row_19_an_account_may_have_no_default_network(api, mine, ec2):
    default = {"Filters": [{"Name": "is-default", "Values": ["true"]}]}
    for_zone = {"Filters": [{"Name": "default-for-az", "Values": ["true"]}]}
    subnet = ec2.describe_subnets(**for_zone)["Subnets"][0]["SubnetId"]
    specification = template(mine)
    with api.set(default_vpc=False):
        assert ec2.describe_vpcs(**default)["Vpcs"] == []
        assert ec2.describe_subnets(**for_zone)["Subnets"] == []
        assert refusal(launch, caller=mine)[:2] == ("VPCIdNotSpecified", 400)
        code = refusal(ec2.create_security_group, GroupName="g", Description="d")[0]
        assert code == "VPCIdNotSpecified"
        fleet = create(ec2, specification, [{"InstanceType": "t3.small"}])
        assert [error["ErrorCode"] for error in fleet["Errors"]] == ["VPCIdNotSpecified"]
        assert launch(mine, SubnetId=subnet)
    assert len(ec2.describe_vpcs(**default)["Vpcs"]) == 1
    assert launch(mine)


def test_row_19_a_default_network_may_have_no_subnets(mine, ec2):
    specification = template(mine)
    for row in ec2.describe_subnets()["Subnets"]:
        ec2.delete_subnet(SubnetId=row["SubnetId"])
    assert refusal(launch, caller=mine)[:2] == ("MissingInput", 400)
    fleet = create(ec2, specification, [{"InstanceType": "t3.small"}])
    assert [error["ErrorCode"] for error in fleet["Errors"]] == ["MissingInput"]


def test_row_20_an_instance_may_have_no_public_address(mine, ec2):
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    off = {"MapPublicIpOnLaunch": {"Value": False}}
    ec2.modify_subnet_attribute(SubnetId=subnet, **off)
    made = launch(mine, SubnetId=subnet)[0]["InstanceId"]
    ec2.get_waiter("instance_running").wait(InstanceIds=[made], WaiterConfig={"Delay": 1})
    found = ec2.describe_instances(InstanceIds=[made])["Reservations"][0]["Instances"][0]
    assert "PublicIpAddress" not in found and found["PrivateIpAddress"]


def test_row_25_a_persistent_request_launches_again_until_it_is_cancelled(api, mine, ec2):
    first = launch(mine, InstanceMarketOptions=PERSISTENT)[0]
    request = {"SpotInstanceRequestIds": [first["SpotInstanceRequestId"]]}
    ec2.terminate_instances(InstanceIds=[first["InstanceId"]])

    def relaunched():
        row = ec2.describe_spot_instance_requests(**request)["SpotInstanceRequests"][0]
        return row["InstanceId"] != first["InstanceId"] and row["InstanceId"]

    second = until(relaunched, "the next launch")
    ec2.cancel_spot_instance_requests(**request)
    ec2.terminate_instances(InstanceIds=[second])
    row = ec2.describe_spot_instance_requests(**request)["SpotInstanceRequests"][0]
    assert (row["State"], row["InstanceId"]) == ("cancelled", second)


def test_row_27_names_repeat_and_the_terminated_vanish(api, mine, ec2):
    name = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": "web"}]}]
    old = launch(mine, TagSpecifications=name)[0]["InstanceId"]
    ec2.terminate_instances(InstanceIds=[old])
    ec2.get_waiter("instance_terminated").wait(InstanceIds=[old], WaiterConfig={"Delay": 1})
    new = launch(mine, TagSpecifications=name)[0]["InstanceId"]
    by_name = {"Filters": [{"Name": "tag:Name", "Values": ["web"]}]}
    found = [
        r["Instances"][0]["InstanceId"] for r in ec2.describe_instances(**by_name)["Reservations"]
    ]
    assert sorted(found) == sorted([old, new])
    with api.set(vanish=0.0):
        found = ec2.describe_instances(**by_name)["Reservations"]
        assert [row["Instances"][0]["InstanceId"] for row in found] == [new]
        code = refusal(ec2.describe_instances, InstanceIds=[old])[0]
        assert code == "InvalidInstanceID.NotFound"


def test_row_29_a_group_in_use_is_not_deleted(api, mine, ec2):
    group = ec2.create_security_group(GroupName="g", Description="d")["GroupId"]
    made = launch(mine, SecurityGroupIds=[group])[0]["InstanceId"]
    with api.set(delays={"shutdown": 100}):
        code, status, _ = refusal(ec2.delete_security_group, GroupId=group)
        assert (code, status) == ("DependencyViolation", 400)
        ec2.terminate_instances(InstanceIds=[made])
        if api.hosts:  # still shutting down
            assert refusal(ec2.delete_security_group, GroupId=group)[0] == "DependencyViolation"
        ec2.get_waiter("instance_terminated").wait(InstanceIds=[made], WaiterConfig={"Delay": 1})
    ec2.delete_security_group(GroupId=group)


def test_row_30_one_duplicate_refuses_the_whole_batch(mine, ec2):
    group = ec2.create_security_group(GroupName="g", Description="d")["GroupId"]

    def rules(*sources):
        ranges = [{"CidrIp": source} for source in sources]
        return [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": ranges}]

    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules("10.0.0.1/32"))
    both = rules("10.0.0.1/32", "10.0.0.2/32")
    code, status, _ = refusal(
        ec2.authorize_security_group_ingress, GroupId=group, IpPermissions=both
    )
    assert (code, status) == ("InvalidPermission.Duplicate", 400)
    (found,) = ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]
    assert [r["CidrIp"] for r in found["IpPermissions"][0]["IpRanges"]] == ["10.0.0.1/32"]


def test_row_31_user_data_has_a_limit(mine, ec2):
    assert launch(mine, UserData="x" * 16384)
    code, _, text = refusal(launch, caller=mine, UserData="x" * 16385)
    assert code == "InvalidParameterValue" and "16384" in text
    data = base64.b64encode(b"x" * 16385).decode()
    fleet = create(ec2, template(mine, UserData=data), ONE)
    assert [error["ErrorCode"] for error in fleet["Errors"]] == ["InvalidParameterValue"]


def test_row_32_a_type_may_lack_in_a_zone_or_not_fit_the_image(mine, ec2):
    offered = ec2.describe_instance_type_offerings(
        LocationType="availability-zone",
        Filters=[{"Name": "instance-type", "Values": ["m7i.large"]}],
    )["InstanceTypeOfferings"]
    zones = {zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]}
    missing = sorted(zones - {row["Location"] for row in offered})[0]
    there = {"InstanceType": "m7i.large", "Placement": {"AvailabilityZone": missing}}
    assert refusal(launch, caller=mine, **there)[:2] == ("Unsupported", 400)
    code, _, text = refusal(launch, caller=mine, InstanceType="t4g.small")
    assert code == "InvalidParameterValue" and "does not match the architecture" in text
    request = asked(template(mine), pools(["t4g.small"], ["us-east-1a"]))
    assert "architecture" in ec2.create_fleet(**request)["Errors"][0]["ErrorMessage"]
