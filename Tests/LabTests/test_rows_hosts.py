"""What machines do: rows of the list of behaviours that simulators forget.

A test's name says its row.
"""

import re

import pytest
from conftest import until

IMDS = (
    "T=$(curl -s -m 2 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "
    "http://169.254.169.254/latest/api/token); curl -s -m 2 -w ' %{http_code}' "
    '-H "X-aws-ec2-metadata-token: $T" '
    "http://169.254.169.254/latest/meta-data/spot/instance-action"
)


def end(world, instance):
    world.ec2.terminate_instances(InstanceIds=[instance])
    world.wait_state(instance, "terminated")


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("Server.InsufficientInstanceCapacity", "instance-terminated-no-capacity"),
        ("Server.SpotInstanceTermination", "instance-terminated-no-capacity"),
        ("Client.VolumeLimitExceeded", "instance-terminated-by-service"),
        ("Client.InvalidKMSKey.InvalidState", "instance-terminated-by-service"),
        ("Client.InternalError", "instance-terminated-by-service"),
    ],
)
def test_row_15_a_machine_dies_before_it_runs(world, faults, code, status):
    faults("stillbirth", code, "--market", "spot")
    faults("boot", "--pending", "0.2")
    instance = world.launch()
    assert world.state(instance) == "pending"
    world.wait_state(instance, "terminated")
    found = world.describe(instance)
    assert found["StateReason"]["Code"] == code
    assert found["StateReason"]["Message"].startswith(f"{code}: ")
    assert found["StateTransitionReason"] == code and "PublicIpAddress" not in found
    request = world.ec2.describe_spot_instance_requests(
        SpotInstanceRequestIds=[found["SpotInstanceRequestId"]]
    )["SpotInstanceRequests"][0]
    assert (request["State"], request["Status"]["Code"]) == ("closed", status)
    second = world.launch()  # the rule was for one
    world.wait_state(second, "running")
    end(world, second)


def test_row_15_a_stillbirth_can_be_a_pool_s(world, faults):
    faults("stillbirth", "Server.InternalError", "--type", "c5.*", "--count", "0")
    dead = world.launch(InstanceType="c5.large")
    alive = world.launch()
    world.wait_state(dead, "terminated")
    world.wait_state(alive, "running")
    end(world, alive)


def test_row_21_the_address_comes_late_and_changes(world, faults):
    faults("boot", "--address", "0.6")
    market = {"MarketType": "spot", "SpotOptions": {"SpotInstanceType": "persistent",
              "InstanceInterruptionBehavior": "stop"}}  # fmt: skip
    instance = world.launch(spot=False, InstanceMarketOptions=market)
    world.wait_state(instance, "running")
    assert "PublicIpAddress" not in world.describe(instance)
    first = until(lambda: world.describe(instance).get("PublicIpAddress"), "the address")
    until(lambda: world.ssh(first, "true").returncode == 0, "a login")
    world.ec2.stop_instances(InstanceIds=[instance])
    world.wait_state(instance, "stopped")
    assert "PublicIpAddress" not in world.describe(instance)
    world.ec2.start_instances(InstanceIds=[instance])
    world.wait_state(instance, "running")
    assert "PublicIpAddress" not in world.describe(instance)
    second = until(lambda: world.describe(instance).get("PublicIpAddress"), "the next address")
    assert second != first
    until(lambda: world.ssh(second, "true").returncode == 0, "a login")
    request = world.describe(instance)["SpotInstanceRequestId"]
    world.ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=[request])
    end(world, instance)


def test_row_22_running_is_not_ready(world, faults):
    faults("boot", "--network", "1.0", "--sshd", "0.7", "--keys", "0.7")
    instance = world.launch()
    world.wait_state(instance, "running")
    address = world.describe(instance)["PublicIpAddress"]
    seen = []

    def look():
        told = world.ssh(address, "true", "ConnectTimeout=1")
        found = re.search(r"timed out|refused|denied|$", told.stderr).group() or "ready"
        if found not in seen[-1:]:
            seen.append(found)
        return told.returncode == 0

    until(look, "the boot")
    assert seen[0] in ("timed out", "refused") and seen[-2:] == ["denied", "ready"]
    end(world, instance)


def test_row_23_an_address_comes_back_with_another_host_key(world, faults):
    faults("reuse-addresses", "on")
    first = world.launch()
    address = world.ready(first)
    key = host_key(world, address)
    end(world, first)
    second = world.launch()
    assert world.ready(second) == address
    assert host_key(world, address) != key
    end(world, second)


def host_key(world, address):
    told = world.ssh(address, "cat /etc/ssh/ssh_host_ed25519_key.pub")
    return told.stdout.split()[1]


def test_row_24_the_console_comes_late(world, faults):
    faults("boot", "--console", "3")
    instance = world.launch()
    address = world.ready(instance)
    assert world.ssh(address, "true").returncode == 0
    asked = {"InstanceId": instance}
    assert "Output" not in world.ec2.get_console_output(**asked)
    keys = "BEGIN SSH HOST KEY FINGERPRINTS"
    assert keys in world.ec2.get_console_output(**asked, Latest=True)["Output"]
    until(lambda: keys in world.ec2.get_console_output(**asked).get("Output", ""), "the console")
    end(world, instance)


def test_row_26_what_is_interrupted_still_runs(world):
    instance = world.launch()
    world.wait_state(instance, "running")
    world.lab.command("interrupt", instance, "--notice", "1")
    asked = {"SpotInstanceRequestIds": [world.describe(instance)["SpotInstanceRequestId"]]}
    row = world.ec2.describe_spot_instance_requests(**asked)["SpotInstanceRequests"][0]
    assert row["Status"]["Code"] == "instance-terminated-no-capacity"
    assert world.state(instance) == "running"
    world.wait_state(instance, "terminated")


def test_row_28_the_metadata_service_fails_in_many_ways(world, machine):
    instance, address = machine
    command = world.lab.command
    assert world.ssh(address, IMDS).stdout.endswith(" 404")  # no interruption
    for fault, seen in (("401", " 401"), ("503", " 503"), ("404", " 404"), ("silent", " 000")):
        command("host", instance, "--imds", fault)
        assert world.ssh(address, IMDS).stdout.endswith(seen), fault
    command("host", instance, "--imds", "garbage")
    assert "{ what was asked" in world.ssh(address, IMDS).stdout
    command("fault", "clear")
    assert world.ssh(address, IMDS).stdout.endswith(" 404")
    assert command("host", instance, "--imds", "no", check=False).returncode == 1


def test_a_fleet_s_machine_is_a_real_host(world):
    data = {
        "ImageId": world.image,
        "KeyName": world.name,
        "UserData": "IyEvYmluL3NoCmlkID4vcm9vdC9y",
    }
    nic = {"DeviceIndex": 0, "Groups": [world.group], "AssociatePublicIpAddress": True}
    name = f"{world.name}-fleet"
    world.ec2.create_launch_template(
        LaunchTemplateName=name, LaunchTemplateData={**data, "NetworkInterfaces": [nic]}
    )
    fleet = world.ec2.create_fleet(
        Type="instant",
        ClientToken=name,
        LaunchTemplateConfigs=[
            {
                "LaunchTemplateSpecification": {"LaunchTemplateName": name, "Version": "$Latest"},
                "Overrides": [{"InstanceType": "t3.micro"}],
            }
        ],
        TargetCapacitySpecification={
            "TotalTargetCapacity": 1,
            "DefaultTargetCapacityType": "spot",
        },
    )
    world.ec2.delete_launch_template(LaunchTemplateName=name)
    (instance,) = fleet["Instances"][0]["InstanceIds"]
    world.launched.append(instance)
    address = world.ready(instance)
    told = world.ssh(address, "hostname; sudo cat /root/r").stdout
    private = world.describe(instance)["PrivateIpAddress"].replace(".", "-")
    assert f"ip-{private}" in told and "uid=0(root)" in told
    end(world, instance)
