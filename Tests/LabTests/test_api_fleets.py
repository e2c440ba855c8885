"""CreateFleet of type instant: what is asked, what the instances get, errors, tokens, deletion."""

import base64

import pytest
from api_harness import api, ec2, image, mine, refusal  # noqa: F401
from fleet_harness import TYPES, ZONES, asked, create, described, ids, pools, tags, template, where


def test_instances_get_what_the_template_and_the_fleet_say(mine, ec2):
    group = ec2.create_security_group(GroupName="g", Description="d")["GroupId"]
    ec2.create_key_pair(KeyName="k", KeyType="ed25519")
    mine.client("iam").create_instance_profile(InstanceProfileName="p")
    user_data = base64.b64encode(b"#!/bin/sh\ntrue").decode()
    kinds = ("instance", "volume", "network-interface", "spot-instances-request")
    specification = template(
        mine,
        KeyName="k",
        UserData=user_data,
        IamInstanceProfile={"Name": "p"},
        MetadataOptions={"HttpTokens": "required", "HttpPutResponseHopLimit": 2},
        InstanceInitiatedShutdownBehavior="terminate",
        BlockDeviceMappings=[
            {
                "DeviceName": "/dev/xvda",
                "Ebs": {"VolumeSize": 20, "VolumeType": "gp3", "Encrypted": True},
            }
        ],
        NetworkInterfaces=[{"DeviceIndex": 0, "Groups": [group], "AssociatePublicIpAddress": True}],
        TagSpecifications=[tags(kind, kind=kind) for kind in kinds],
    )
    subnet = ec2.describe_subnets()["Subnets"][1]
    fleet = create(
        ec2,
        specification,
        [{"InstanceType": "t3.medium", "SubnetId": subnet["SubnetId"]}],
        TagSpecifications=[tags("fleet", f="1"), tags("instance", i="1")],
    )
    assert where(fleet["Instances"][0]) == ("t3.medium", subnet["AvailabilityZone"])
    (instance,) = described(ec2, *ids(fleet))
    assert [g["GroupId"] for g in instance["SecurityGroups"]] == [group]
    assert (instance["KeyName"], instance["SubnetId"]) == ("k", subnet["SubnetId"])
    assert instance["IamInstanceProfile"]["Arn"].endswith("/p")
    assert instance["MetadataOptions"]["HttpTokens"] == "required"
    assert instance["MetadataOptions"]["HttpPutResponseHopLimit"] == 2
    attribute = {"InstanceId": instance["InstanceId"], "Attribute": "userData"}
    assert ec2.describe_instance_attribute(**attribute)["UserData"]["Value"] == user_data
    attribute["Attribute"] = "instanceInitiatedShutdownBehavior"
    shutdown = ec2.describe_instance_attribute(**attribute)["InstanceInitiatedShutdownBehavior"]
    assert shutdown["Value"] == "terminate"
    volume = ec2.describe_volumes(
        Filters=[{"Name": "attachment.instance-id", "Values": [instance["InstanceId"]]}]
    )["Volumes"][0]
    assert (volume["Size"], volume["VolumeType"], volume["Encrypted"]) == (20, "gp3", True)
    found = ec2.describe_tags(Filters=[{"Name": "key", "Values": ["kind"]}])["Tags"]
    assert {row["Value"] for row in found} == set(kinds)
    own = {tag["Key"]: tag["Value"] for tag in instance["Tags"]}
    assert own["i"] == "1" and own["kind"] == "instance"
    assert own["aws:ec2:fleet-id"] == fleet["FleetId"]
    assert own["aws:ec2launchtemplate:id"] == specification["LaunchTemplateId"]
    (row,) = ec2.describe_fleets(FleetIds=[fleet["FleetId"]])["Fleets"]
    assert row["Tags"] == [{"Key": "f", "Value": "1"}]


def test_templates_are_named_by_name_and_version_too(mine, ec2):
    template(mine, "web")
    ec2.create_launch_template_version(
        LaunchTemplateName="web",
        LaunchTemplateData={"ImageId": image(mine), "InstanceType": "t3.micro"},
    )
    for version, kind in (("1", "t3.small"), ("2", "t3.micro"), ("$Default", "t3.small")):
        fleet = create(ec2, {"LaunchTemplateName": "web", "Version": version})
        assert fleet["Instances"][0]["InstanceType"] == kind


def test_no_capacity_anywhere_is_an_answer_with_errors_only(api, mine, ec2):
    with api.set(capacity=[{"type": "*", "available": 0}]):
        fleet = create(ec2, template(mine), pools())
    assert fleet["Instances"] == [] and fleet["ResponseMetadata"]["HTTPStatusCode"] == 200
    assert sorted(where(e) for e in fleet["Errors"]) == sorted((t, z) for t in TYPES for z in ZONES)
    assert {e["ErrorCode"] for e in fleet["Errors"]} == {"InsufficientInstanceCapacity"}
    (row,) = ec2.describe_fleets(FleetIds=[fleet["FleetId"]])["Fleets"]
    assert (row["ActivityStatus"], row["FulfilledCapacity"]) == ("error", 0.0)
    assert len(row["Errors"]) == 9


FAILING = {
    "SpotMaxPriceTooLow": {"override": {"MaxPrice": "0.001"}},
    "InvalidParameterValue": {"override": {"MaxPrice": "0.0001"}},
    "InvalidAMIID.NotFound": {"override": {"ImageId": "ami-0123456789abcdef0"}},
    "InvalidSubnetID.NotFound": {
        "override": {"SubnetId": "subnet-0123456789abcdef0", "AvailabilityZone": None}
    },
    "InvalidKeyPair.NotFound": {"data": {"KeyName": "none"}},
    "InvalidGroup.NotFound": {"data": {"SecurityGroupIds": ["sg-0123456789abcdef0"]}},
}


@pytest.mark.parametrize("code", FAILING)
def test_what_is_wrong_with_a_pool_is_its_error(mine, ec2, code):
    override = {"InstanceType": "t3.small", "AvailabilityZone": "us-east-1a"}
    override.update(FAILING[code].get("override", {}))
    override = {name: value for name, value in override.items() if value is not None}
    fleet = create(ec2, template(mine, **FAILING[code].get("data", {})), [override])
    assert fleet["Instances"] == []
    assert [e["ErrorCode"] for e in fleet["Errors"]] == [code]


def test_a_profile_that_is_not_known_yet_fails_with_its_own_words(mine, ec2):
    fleet = create(
        ec2, template(mine, IamInstanceProfile={"Name": "none"}), pools(TYPES[:1], ZONES[:1])
    )
    (error,) = fleet["Errors"]
    assert error["ErrorCode"] == "InvalidParameterValue"
    assert error["ErrorMessage"].endswith("Invalid IAM Instance Profile name")


def test_the_architecture_is_checked_pool_by_pool(mine, ec2):
    fleet = create(ec2, template(mine), pools(["t4g.small", "t3.small"], ["us-east-1a"]), total=1)
    assert [row["InstanceType"] for row in fleet["Instances"]] == ["t3.small"]
    fleet = create(
        ec2,
        {"LaunchTemplateName": "fleet", "Version": "1"},
        pools(["t4g.small"], ["us-east-1a"], ImageId=image(mine, "arm64")),
    )
    assert [row["InstanceType"] for row in fleet["Instances"]] == ["t4g.small"]


def test_a_zone_without_the_type_is_a_wrong_configuration(mine, ec2):
    offered = ec2.describe_instance_type_offerings(
        LocationType="availability-zone",
        Filters=[{"Name": "instance-type", "Values": ["m7i.large"]}],
    )["InstanceTypeOfferings"]
    zones = {z["ZoneName"] for z in ec2.describe_availability_zones()["AvailabilityZones"]}
    missing = sorted(zones - {row["Location"] for row in offered})[0]
    fleet = create(ec2, template(mine), pools(["m7i.large"], [missing]))
    (error,) = fleet["Errors"]
    assert error["ErrorCode"] == "InvalidFleetConfiguration"
    assert error["ErrorMessage"].endswith(f"requested Availability Zone ({missing}).")


def test_the_whole_request_is_refused_for_what_no_pool_can_mend(mine, ec2):
    specification = template(mine)
    spot = template(mine, "spot", InstanceMarketOptions={"MarketType": "spot"})
    wrong = [
        ("InvalidFleetConfig", (specification, pools(TYPES[:1], ["us-east-1a"] * 2)), {}),
        ("InvalidFleetConfig", (spot,), {}),
        ("MissingParameter", ({"LaunchTemplateName": "fleet"},), {}),
        (
            "InvalidLaunchTemplateName.NotFoundException",
            ({"LaunchTemplateName": "none", "Version": "1"},),
            {},
        ),
        ("InvalidLaunchTemplateId.VersionNotFound", ({**specification, "Version": "9"},), {}),
        ("InvalidParameterValue", (specification,), {"strategy": "dearest"}),
        ("InvalidParameterValue", (specification,), {"total": 0}),
        ("InvalidParameterValue", (specification,), {"TagSpecifications": [tags("vpc", a="1")]}),
        ("InvalidParameterCombination", (specification,), {"spot": {"MinTargetCapacity": 1}}),
        (
            "InvalidParameterCombination",
            (specification,),
            {"spot": {"InstanceInterruptionBehavior": "stop"}},
        ),
    ]
    for code, words, changes in wrong:
        request = asked(*words, **changes)
        assert refusal(ec2.create_fleet, **request)[:2] == (code, 400)
    assert ec2.describe_instances()["Reservations"] == []


def test_the_same_token_is_the_same_fleet(api, mine, ec2):
    request = asked(template(mine), pools())
    first = ec2.create_fleet(ClientToken="one", **request)
    again = ec2.create_fleet(ClientToken="one", **request)
    assert (first["FleetId"], ids(first)) == (again["FleetId"], ids(again))
    assert len(ec2.describe_instances()["Reservations"]) == 1
    request["TargetCapacitySpecification"]["TotalTargetCapacity"] = 2
    code, status, _ = refusal(ec2.create_fleet, ClientToken="one", **request)
    assert (code, status) == ("IdempotentParameterMismatch", 400)
    assert ec2.create_fleet(ClientToken="two", **request)["FleetId"] != first["FleetId"]


def test_an_empty_fleet_is_remembered_by_its_token_too(api, mine, ec2):
    request = asked(template(mine), pools())
    with api.set(capacity=[{"type": "*", "available": 0}]):
        first = ec2.create_fleet(ClientToken="one", **request)
    again = ec2.create_fleet(ClientToken="one", **request)
    assert again["FleetId"] == first["FleetId"] and again["Instances"] == []


def test_a_dry_run_makes_no_fleet(mine, ec2):
    request = asked(template(mine), pools())
    assert refusal(ec2.create_fleet, DryRun=True, **request)[:2] == ("DryRunOperation", 412)
    assert ec2.describe_instances()["Reservations"] == []
    request["LaunchTemplateConfigs"][0]["LaunchTemplateSpecification"]["Version"] = "9"
    code = refusal(ec2.create_fleet, DryRun=True, **request)[0]
    assert code == "InvalidLaunchTemplateId.VersionNotFound"


def test_the_template_may_go_and_the_instances_stay(mine, ec2):
    specification = template(mine)
    fleet = create(ec2, specification, pools())
    ec2.delete_launch_template(LaunchTemplateId=specification["LaunchTemplateId"])
    assert described(ec2, *ids(fleet))[0]["State"]["Name"] in ("pending", "running")
    (row,) = ec2.describe_fleets(FleetIds=[fleet["FleetId"]])["Fleets"]
    assert (row["FleetState"], row["Type"]) == ("active", "instant")
    assert row["ActivityStatus"] == "fulfilled"


def test_an_instant_fleet_is_described_by_its_id_only(mine, ec2):
    fleet = create(ec2, template(mine), pools())["FleetId"]
    assert ec2.describe_fleets()["Fleets"] == []
    assert [f["FleetId"] for f in ec2.describe_fleets(FleetIds=[fleet])["Fleets"]] == [fleet]
    assert refusal(ec2.describe_fleet_instances, FleetId=fleet)[0] == "Unsupported"


def test_deleting_an_instant_fleet_terminates_its_instances(mine, ec2):
    fleet = create(ec2, template(mine), pools(), total=2)
    asked = {"FleetIds": [fleet["FleetId"], "fleet-00000000-0000-0000-0000-000000000000"]}
    failed = ec2.delete_fleets(TerminateInstances=False, **asked)["UnsuccessfulFleetDeletions"]
    assert [row["Error"]["Code"] for row in failed] == [
        "fleetNotInDeletableState",
        "fleetIdDoesNotExist",
    ]
    done = ec2.delete_fleets(TerminateInstances=True, **asked)["SuccessfulFleetDeletions"]
    assert [row["FleetId"] for row in done] == [fleet["FleetId"]]
    assert done[0]["PreviousFleetState"] == "active"
    assert done[0]["CurrentFleetState"] in ("deleted_terminating", "deleted")
    for instance in described(ec2, *ids(fleet)):
        assert instance["State"]["Name"] in ("shutting-down", "terminated")


def test_a_new_template_and_new_instances_are_known_late(api, mine, ec2):
    specification = template(mine)
    with api.set(eventual=10.0, time_scale=1.0):
        fleet = create(ec2, specification, pools())
        asked_for = {"InstanceIds": ids(fleet)}
        assert refusal(ec2.describe_instances, **asked_for)[0] == "InvalidInstanceID.NotFound"
        late = template(mine, "late")
        code = refusal(ec2.create_fleet, **asked(late, pools()))[0]
        assert code == "InvalidLaunchTemplateId.NotFound"


def test_an_unknown_fleet_is_said_to_be_one(ec2):
    unknown = {"FleetIds": ["fleet-00000000-0000-0000-0000-000000000000"]}
    assert refusal(ec2.describe_fleets, **unknown)[:2] == ("InvalidFleetId.NotFound", 400)
    (row,) = ec2.delete_fleets(**unknown, TerminateInstances=True)["UnsuccessfulFleetDeletions"]
    assert row["Error"]["Code"] == "fleetIdDoesNotExist"
