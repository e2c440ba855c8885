"""What a test can see and steer from outside: the calls, held answers, and the inventory."""

import subprocess
import sys
import threading
import time

import pytest
from api_harness import SPOT, api, ec2, image, launch, mine, refusal  # noqa: F401
from botocore.exceptions import ConnectionClosedError


def calls(api, caller):
    """(action, mutates, status, code) of the caller's own calls since the last forgetting."""
    told = api.ask("calls")["calls"]
    own = [call for call in told if call["access_key"] == caller.access_key]
    return [(c["action"], c["mutates"], c["status"], c["code"]) for c in own]


def test_calls_are_listed_in_their_order(api, mine, ec2):
    api.order("forget-calls", {})
    ec2.describe_vpcs()
    group = ec2.create_security_group(GroupName="g", Description="d")["GroupId"]
    refusal(ec2.delete_security_group, GroupId="sg-0123456789abcdef0")
    mine.client("sts").get_caller_identity()
    mine.client("efs").describe_file_systems()
    refusal(ec2.terminate_instances, InstanceIds=["i-0123456789abcdef0"], DryRun=True)
    assert calls(api, mine) == [
        ("DescribeVpcs", False, 200, None),
        ("CreateSecurityGroup", True, 200, None),
        ("DeleteSecurityGroup", True, 400, "InvalidGroup.NotFound"),
        ("GetCallerIdentity", False, 200, None),
        ("DescribeFileSystems", False, 200, None),
        ("TerminateInstances", False, 400, "InvalidInstanceID.NotFound"),
    ]
    entry = api.ask("calls")["calls"][0]
    assert (entry["number"], entry["service"], entry["region"]) == (1, "ec2", "us-east-1")
    assert entry["account"] == mine.client("sts").get_caller_identity()["Account"]
    assert entry["time"].endswith("Z") and entry["took"] > 0 and group
    api.order("forget-calls", {})
    assert api.ask("calls")["calls"] == []


def test_a_cut_answer_is_a_call_without_a_status(api, mine, ec2):
    api.order("forget-calls", {})
    with api.fault("drop-answer", action="DescribeVpcs"):
        with pytest.raises(ConnectionClosedError):
            ec2.describe_vpcs()
    assert calls(api, mine) == [("DescribeVpcs", False, 0, None)]


def test_the_answer_of_the_second_write_can_be_held(api, mine, ec2):
    choice = {"mutating": True, "skip": 1, "access_key": mine.access_key}
    hold = api.order("hold", choice)["id"]
    made = []

    def create():
        for name in ("one", "two"):
            ec2.describe_vpcs()
            made.append(ec2.create_security_group(GroupName=name, Description="d")["GroupId"])

    client = threading.Thread(target=create)
    client.start()
    held = api.order("await", {"id": hold, "seconds": 20})
    assert held["state"] == "holding" and len(made) == 1
    groups = api.ask(f"inventory?account={account(mine)}")["security_groups"]
    assert {group["name"] for group in groups} == {"one", "two"}  # it took effect
    entry = next(c for c in api.ask("calls")["calls"] if c["number"] == held["call"])
    assert entry["action"] == "CreateSecurityGroup"
    api.order("release", {"id": hold})
    client.join(10)
    assert len(made) == 2
    assert [h["state"] for h in api.ask("holds")["holds"] if h["id"] == hold] == ["released"]


def account(caller):
    return caller.client("sts").get_caller_identity()["Account"]


def test_a_held_answer_can_be_dropped_and_has_a_deadline(api, mine, ec2):
    choice = {"action": "DescribeVpcs", "access_key": mine.access_key}
    hold = api.order("hold", choice)["id"]
    release = threading.Timer(0.0, lambda: released(api, hold))
    release.start()
    with pytest.raises(ConnectionClosedError):
        ec2.describe_vpcs()
    release.join()
    hold = api.order("hold", {"seconds": 0.2, **choice})["id"]
    started = time.monotonic()
    ec2.describe_vpcs()
    assert time.monotonic() - started >= 0.2
    assert api.order("await", {"id": hold, "seconds": 1})["state"] == "expired"


@pytest.mark.parametrize("drop", [True, False])
def test_a_call_can_be_held_before_its_effect(api, mine, ec2, drop):
    choice = {"action": "CreateSecurityGroup", "access_key": mine.access_key, "before": True}
    hold = api.order("hold", choice)["id"]
    made = []

    def create():
        try:
            made.append(ec2.create_security_group(GroupName="late", Description="d"))
        except ConnectionClosedError as error:
            made.append(error)

    client = threading.Thread(target=create)
    client.start()
    assert api.order("await", {"id": hold, "seconds": 20})["state"] == "holding"
    groups = f"inventory?account={account(mine)}"
    assert api.ask(groups)["security_groups"] == [] and not made
    api.order("release", {"id": hold, "drop": drop})
    client.join(10)
    assert len(api.ask(groups)["security_groups"]) == (0 if drop else 1)
    assert isinstance(made[0], ConnectionClosedError) == drop


def released(api, hold):
    api.order("await", {"id": hold, "seconds": 20})
    api.order("release", {"id": hold, "drop": True})


def test_the_inventory_has_all_that_was_made(api, mine, ec2):
    mine.client("iam").create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    ec2.import_key_pair(KeyName="k", PublicKeyMaterial=KEY)
    ec2.create_launch_template(
        LaunchTemplateName="lt1",
        LaunchTemplateData={"ImageId": image(mine)},
        TagSpecifications=[
            {"ResourceType": "launch-template", "Tags": [{"Key": "a", "Value": "b"}]}
        ],
    )
    instance = launch(mine, InstanceMarketOptions=SPOT)[0]
    found = api.ask(f"inventory?account={account(mine)}")
    assert [row["name"] for row in found["roles"]] == ["r"]
    assert [row["name"] for row in found["key_pairs"]] == ["k"]
    assert [row["tags"] for row in found["launch_templates"]] == [{"a": "b"}]
    assert [row["id"] for row in found["instances"]] == [instance["InstanceId"]]
    request = instance["SpotInstanceRequestId"]
    assert [row["id"] for row in found["spot_requests"]] == [request]
    assert [row["region"] for row in found["volumes"]] == ["us-east-1"]
    assert len(found["network_interfaces"]) == 1
    assert found["fleets"] == found["security_groups"] == found["addresses"] == []
    ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    ec2.get_waiter("instance_terminated").wait(
        InstanceIds=[instance["InstanceId"]], WaiterConfig={"Delay": 1, "MaxAttempts": 20}
    )
    found = api.ask(f"inventory?account={account(mine)}")
    for kind in ("instances", "spot_requests", "volumes", "network_interfaces"):
        assert found[kind] == [], kind


KEY = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL1i6ZHNhWHmKnQQoXzYMHsdvQ0xB5bJQ0Y3yXxXxXxX me"


def test_the_inventory_can_be_of_one_region(api, mine):
    for region in ("us-east-1", "eu-west-1"):
        mine.client("ec2", region).create_security_group(GroupName="g", Description="d")
    found = api.ask(f"inventory?account={account(mine)}")["security_groups"]
    assert [group["region"] for group in found] == ["us-east-1", "eu-west-1"]
    found = api.ask(f"inventory?account={account(mine)}&region=eu-west-1")["security_groups"]
    assert [group["region"] for group in found] == ["eu-west-1"]


CLIENT = """
import sys, boto3
endpoint, key, secret, token = sys.argv[1:]
ec2 = boto3.client("ec2", endpoint_url=endpoint, region_name="us-east-1",
    aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)
ec2.describe_vpcs()
ec2.create_security_group(GroupName="first", Description="d")
ec2.create_security_group(GroupName="second", Description="d")
"""


def test_a_client_can_be_killed_after_any_of_its_calls(api, mine, ec2):
    words = [api.endpoint, mine.access_key, mine.secret_key, mine.token]
    for count, expected in ((1, ["first"]), (2, ["first", "second"])):
        choice = {"mutating": True, "skip": count - 1, "access_key": mine.access_key}
        hold = api.order("hold", choice)["id"]
        client = subprocess.Popen([sys.executable, "-c", CLIENT, *words])
        assert api.order("await", {"id": hold, "seconds": 30})["state"] == "holding"
        client.kill()
        client.wait()
        api.order("release", {"id": hold})
        found = api.ask(f"inventory?account={account(mine)}")["security_groups"]
        assert [group["name"] for group in found] == expected
        for group in found:
            ec2.delete_security_group(GroupId=group["id"])
    assert ec2.describe_vpcs()["Vpcs"]
