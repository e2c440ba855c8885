"""DescribeInstances, instance ids, and the states of instances."""

import time

import pytest
from api_harness import PERSISTENT, SPOT, api, ec2, launch, mine, refusal  # noqa: F401


def ids(ec2, **filters):
    asked = [
        {"Name": k.replace("__", ":").replace("_", "-"), "Values": v} for k, v in filters.items()
    ]
    found = ec2.describe_instances(Filters=asked)["Reservations"]
    return sorted(i["InstanceId"] for r in found for i in r["Instances"])


@pytest.fixture
def pair(mine):
    """A spot instance with tags in zone a, and one on demand in zone b."""
    tags = [{"Key": "Name", "Value": "web*1"}, {"Key": "env", "Value": "test"}]
    spot = launch(
        mine,
        InstanceMarketOptions=SPOT,
        ClientToken="first",
        Placement={"AvailabilityZone": "us-east-1a"},
        TagSpecifications=[{"ResourceType": "instance", "Tags": tags}],
    )[0]
    plain = launch(mine, Placement={"AvailabilityZone": "us-east-1b"}, InstanceType="t3.micro")[0]
    return spot, plain


def test_filters_find_what_they_name(ec2, pair):
    spot, plain = (instance["InstanceId"] for instance in pair)
    assert ids(ec2, instance_lifecycle=["spot"]) == [spot]
    assert ids(ec2, client_token=["first"]) == [spot]
    assert ids(ec2, spot_instance_request_id=[pair[0]["SpotInstanceRequestId"]]) == [spot]
    assert ids(ec2, availability_zone=["us-east-1b"]) == [plain]
    assert ids(ec2, instance_type=["t3.*"]) == sorted([spot, plain])
    assert ids(ec2, instance_type=["t3.s????"]) == [spot]
    stamp = pair[0]["LaunchTime"].strftime("%Y-%m-%dT*")
    assert ids(ec2, launch_time=[stamp]) == sorted([spot, plain])
    assert ids(ec2, launch_time=["2006-*"]) == []
    assert ids(ec2, tag_key=["env"]) == [spot]
    assert ids(ec2, tag__env=["t*t", "other"]) == [spot]
    assert ids(ec2, subnet_id=[pair[1]["SubnetId"]]) == [plain]
    assert ids(ec2, availability_zone=["us-east-1a"], instance_type=["t3.micro"]) == []


def test_wildcards_in_tags_can_be_escaped(ec2, pair):
    spot = pair[0]["InstanceId"]
    assert ids(ec2, tag__Name=["web*"]) == [spot]
    assert ids(ec2, tag__Name=["web\\*1"]) == [spot]
    assert ids(ec2, tag__Name=["web\\*"]) == []
    assert ids(ec2, tag__Name=["WEB*"]) == []


def test_states_are_a_filter(ec2, pair):
    spot, plain = (instance["InstanceId"] for instance in pair)
    live = ["pending", "running"]
    assert ids(ec2, instance_state_name=live) == sorted([spot, plain])
    ec2.terminate_instances(InstanceIds=[spot])
    assert ids(ec2, instance_state_name=live) == [plain]
    assert ids(ec2, instance_state_name=["shutting-down", "terminated"]) == [spot]


def test_an_unknown_filter_is_refused(ec2):
    code, status, text = refusal(ids, ec2=ec2, colour=["red"])
    assert (code, status, text) == ("InvalidParameterValue", 400, "The filter 'colour' is invalid")


def test_pages_are_cut_by_instances(mine, ec2):
    made = sorted(i["InstanceId"] for i in launch(mine, MinCount=7, MaxCount=7))
    first = ec2.describe_instances(MaxResults=5)
    assert sum(len(r["Instances"]) for r in first["Reservations"]) == 5
    second = ec2.describe_instances(MaxResults=5, NextToken=first["NextToken"])
    assert not second.get("NextToken")
    seen = [
        i["InstanceId"] for p in (first, second) for r in p["Reservations"] for i in r["Instances"]
    ]
    assert sorted(seen) == made
    code, _, _ = refusal(ec2.describe_instances, MaxResults=5, InstanceIds=made[:1])
    assert code == "InvalidParameterCombination"
    assert refusal(ec2.describe_instances, MaxResults=4)[0] == "InvalidParameterValue"
    assert refusal(ec2.describe_instances, NextToken="x")[0] == "InvalidNextToken"


def test_ids_are_malformed_or_unknown(ec2):
    for call in (ec2.describe_instances, ec2.start_instances, ec2.terminate_instances):
        code, status, text = refusal(call, InstanceIds=["i-xyz"])
        assert (code, status, text) == ("InvalidInstanceID.Malformed", 400, 'Invalid id: "i-xyz"')
        code, _, text = refusal(call, InstanceIds=["i-0123456789abcdef0"])
        assert code == "InvalidInstanceID.NotFound"
        assert text == "The instance ID 'i-0123456789abcdef0' does not exist"
    two = ["i-0123456789abcdef0", "i-0123456789abcdef1"]
    assert refusal(ec2.describe_instances, InstanceIds=two)[2] == (
        "The instance IDs 'i-0123456789abcdef0, i-0123456789abcdef1' do not exist"
    )


def test_new_instances_take_a_while_to_be_seen(api, mine, ec2):
    with api.set(eventual=0.6, time_scale=1.0):
        made = launch(mine)[0]["InstanceId"]
        assert (
            refusal(ec2.describe_instances, InstanceIds=[made])[0] == "InvalidInstanceID.NotFound"
        )
        assert (
            refusal(ec2.terminate_instances, InstanceIds=[made])[0] == "InvalidInstanceID.NotFound"
        )
        assert ids(ec2, instance_id=[made]) == []
        status = ec2.describe_instance_status(IncludeAllInstances=True)["InstanceStatuses"]
        assert status == []
        deadline = time.monotonic() + 5
        while not ids(ec2, instance_id=[made]):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    assert ec2.describe_instances(InstanceIds=[made])["Reservations"]


def test_new_groups_and_spot_requests_take_a_while_too(api, mine, ec2):
    with api.set(eventual=2.0, time_scale=1.0):
        group = ec2.create_security_group(GroupName="fresh", Description="d")["GroupId"]
        asked = {"GroupId": group, "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
        code, _, _ = refusal(ec2.authorize_security_group_ingress, **asked, CidrIp="192.0.2.1/32")
        assert code == "InvalidGroup.NotFound"
        made = launch(mine, InstanceMarketOptions=SPOT)[0]
        named = {"SpotInstanceRequestIds": [made["SpotInstanceRequestId"]]}
        code, _, _ = refusal(ec2.describe_spot_instance_requests, **named)
        assert code == "InvalidSpotInstanceRequestID.NotFound"
        assert ec2.describe_spot_instance_requests()["SpotInstanceRequests"] == []


def test_one_time_spot_instances_cannot_be_stopped(mine, ec2):
    spot = launch(mine, InstanceMarketOptions=SPOT)[0]["InstanceId"]
    code, status, text = refusal(ec2.stop_instances, InstanceIds=[spot])
    assert (code, status) == ("UnsupportedOperation", 400) and "one-time" in text
    persistent = launch(mine, InstanceMarketOptions=PERSISTENT)[0]["InstanceId"]
    changes = ec2.stop_instances(InstanceIds=[persistent])["StoppingInstances"]
    assert changes[0]["CurrentState"]["Name"] == "stopping"


def test_a_terminated_instance_cannot_be_started_or_stopped(mine, ec2):
    made = launch(mine)[0]["InstanceId"]
    gone = ec2.terminate_instances(InstanceIds=[made])["TerminatingInstances"][0]
    assert gone["CurrentState"]["Name"] == "shutting-down"
    for call in (ec2.start_instances, ec2.stop_instances):
        assert refusal(call, InstanceIds=[made])[:2] == ("IncorrectInstanceState", 400)
    again = ec2.terminate_instances(InstanceIds=[made])["TerminatingInstances"][0]
    assert again["CurrentState"] == again["PreviousState"]


def test_stopping_twice_changes_nothing(mine, ec2):
    made = launch(mine)[0]["InstanceId"]
    ec2.stop_instances(InstanceIds=[made])
    second = ec2.stop_instances(InstanceIds=[made])["StoppingInstances"][0]
    assert second["CurrentState"] == second["PreviousState"]


def test_a_protected_instance_keeps_all_alive(mine, ec2):
    one, two = (i["InstanceId"] for i in launch(mine, MaxCount=2))
    ec2.modify_instance_attribute(InstanceId=two, DisableApiTermination={"Value": True})
    code, _, _ = refusal(ec2.terminate_instances, InstanceIds=[one, two])
    assert code == "OperationNotPermitted"
    assert ids(ec2, instance_state_name=["pending", "running"]) == sorted([one, two])


def test_the_status_lists_running_instances(mine, ec2):
    made = launch(mine, MaxCount=2)
    ec2.terminate_instances(InstanceIds=[made[0]["InstanceId"]])
    everything = ec2.describe_instance_status(IncludeAllInstances=True)["InstanceStatuses"]
    assert len(everything) == 2
    named = [{"Name": "availability-zone", "Values": ["us-east-1?"]}]
    for row in ec2.describe_instance_status(Filters=named)["InstanceStatuses"]:
        assert row["InstanceState"]["Name"] == "running"
