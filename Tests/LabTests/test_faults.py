"""What `lab fault` and `lab interrupt` inject, as clients see it."""

import json
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
    ResponseStreamingError,
)
from botocore.parsers import ResponseParserError
from conftest import until


def code_of(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    answer = caught.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def test_an_error_hits_the_named_calls_only_and_only_so_often(world, faults):
    faults(
        "error", "UnauthorizedOperation", "--status", 403, "--service", "ec2",
        "--action", "Describe*", "--skip", 1, "--count", 2,
    )
    world.ec2.describe_vpcs()
    assert code_of(world.ec2.describe_vpcs) == ("UnauthorizedOperation", 403)
    assert code_of(world.ec2.describe_subnets) == ("UnauthorizedOperation", 403)
    world.ec2.describe_vpcs()


def test_a_region_can_be_singled_out(world, faults):
    faults("error", "InternalError", "--status", 500, "--region", "eu-west-1", "--count", 0)
    for _ in range(2):
        assert code_of(world.lab.client("ec2", "eu-west-1").describe_vpcs) == ("InternalError", 500)
    world.ec2.describe_vpcs()


@pytest.mark.parametrize(
    ("service", "call", "code", "status"),
    [
        ("ec2", "describe_vpcs", "RequestLimitExceeded", 503),
        ("sts", "get_caller_identity", "Throttling", 400),
        ("ssm", "describe_parameters", "ThrottlingException", 400),
        ("efs", "describe_file_systems", "ThrottlingException", 400),
        ("s3", "list_buckets", "SlowDown", 503),
    ],
)
def test_throttling_speaks_each_service_s_language(lab, faults, service, call, code, status):
    faults("throttle")
    assert code_of(getattr(lab.client(service), call)) == (code, status)


def test_a_throttled_client_that_retries_gets_through(world, faults):
    faults("throttle", "--service", "ec2", "--count", 2)
    patient = world.lab.client("ec2", retries={"mode": "standard", "total_max_attempts": 4})
    assert patient.describe_vpcs()["Vpcs"]


def test_a_dropped_call_has_no_effect_and_a_dropped_answer_has(world, faults):
    faults("drop", "--action", "CreateSecurityGroup")
    with pytest.raises((ConnectionClosedError, EndpointConnectionError)):
        world.new_group("dropped")
    assert not named(world, "dropped")
    faults("drop-answer", "--action", "CreateSecurityGroup")
    with pytest.raises(ConnectionClosedError):
        world.new_group("answer-dropped")
    assert named(world, "answer-dropped")


def named(world, name):
    filters = [{"Name": "group-name", "Values": [name]}]
    return world.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]


def test_latency_delays_the_answer(world, faults):
    faults("latency", "0.4", "--action", "DescribeVpcs")
    started = time.monotonic()
    world.ec2.describe_vpcs()
    assert 0.4 <= time.monotonic() - started < 2


def test_html_empty_and_truncated_answers(world, faults):
    faults("html", "--action", "DescribeVpcs")
    with pytest.raises((ResponseParserError, ClientError)):
        world.ec2.describe_vpcs()
    faults("empty", "--action", "DescribeVpcs")
    with pytest.raises(Exception):
        world.ec2.describe_vpcs()["Vpcs"]
    faults("truncate", "--action", "DescribeVpcs")
    with pytest.raises((HTTPClientError, ResponseStreamingError, ConnectionClosedError)):
        world.ec2.describe_vpcs()


def test_faults_are_listed_and_cleared(world, faults):
    faults("throttle", "--action", "DescribeVpcs", "--count", 0)
    faults("capacity", "c5.*", "us-east-1a", 2)
    told = world.lab.command("fault", "list").stdout
    assert '"throttle"' in told and '"us-east-1a"' in told
    world.lab.command("fault", "clear")
    world.ec2.describe_vpcs()
    assert '"capacity": []' in world.lab.command("fault", "list").stdout


def test_boot_stages_can_be_delayed(world, faults):
    faults("boot", "--sshd", "0.8", "--keys", "0.8", "--cloudinit", "0.8")
    instance = world.launch()
    world.wait_state(instance, "running")
    address = world.describe(instance)["PublicIpAddress"]
    seen = []

    def look():
        told = world.ssh(address, "cloud-init status")
        found = told.stdout.strip() or re.search(r"refused|denied|timed out|$", told.stderr).group()
        if found and found not in seen[-1:]:
            seen.append(found)
        return found == "status: done"

    until(look, "the boot")
    assert seen == ["refused", "denied", "status: running", "status: done"]


def test_pending_and_shutting_down_can_take_time(world, faults):
    faults("boot", "--pending", "0.5", "--shutdown", "0.5")
    instance = world.launch()
    assert world.state(instance) == "pending"
    world.wait_state(instance, "running")
    ending = world.ec2.terminate_instances(InstanceIds=[instance])["TerminatingInstances"][0]
    assert ending["CurrentState"]["Name"] == "shutting-down"
    assert world.state(instance) == "shutting-down"
    world.wait_state(instance, "terminated")
    assert world.describe(instance)["StateReason"]["Code"] == "Client.UserInitiatedShutdown"


def test_a_launch_that_is_still_pending_can_be_terminated(world, faults):
    faults("boot", "--pending", "30")
    instance = world.launch()
    world.ec2.terminate_instances(InstanceIds=[instance])
    world.wait_state(instance, "terminated")


def test_machines_terminated_in_the_middle_of_their_boot_end_at_once(world):
    made = [world.launch() for _ in range(6)]
    started = time.monotonic()
    world.ec2.terminate_instances(InstanceIds=made)
    for instance in made:
        world.wait_state(instance, "terminated")
    assert time.monotonic() - started < 4


def test_a_terminated_machine_times_out_instead_of_refusing(world):
    instance = world.launch()
    address = world.ready(instance)
    world.ec2.terminate_instances(InstanceIds=[instance])
    world.wait_state(instance, "terminated")
    assert "PublicIpAddress" not in world.describe(instance)
    assert "timed out" in world.ssh(address, "true", "ConnectTimeout=1").stderr


def test_a_disk_can_be_full(world, faults):
    faults("disk", "24")
    instance = world.launch()
    address = world.ready(instance)
    assert "No space left" in world.ssh(address, "dd if=/dev/zero of=big bs=1M count=50 2>&1").stdout
    world.lab.command("host", instance, "--disk", "80")
    assert world.ssh(address, "dd if=/dev/zero of=big bs=1M count=50 2>&1").returncode == 0


def test_an_interruption_is_announced_and_then_happens(world):
    instance = world.launch()
    address = world.ready(instance)
    look = (
        "T=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' "
        "http://169.254.169.254/latest/api/token); curl -s -H \"X-aws-ec2-metadata-token: $T\" "
        "http://169.254.169.254/latest/meta-data/spot/instance-action"
    )
    when = world.lab.command("interrupt", instance, "--notice", "1").stdout.strip()
    assert f'"time": "{when}"' in world.ssh(address, look).stdout
    assert world.state(instance) == "running"
    world.wait_state(instance, "terminated")
    assert world.describe(instance)["StateReason"]["Code"] == "Server.SpotInstanceTermination"


def test_a_rebalance_recommendation_can_be_given(world, machine):
    instance, address = machine
    when = world.lab.command("interrupt", instance, "--rebalance").stdout.strip()
    look = "curl -s http://169.254.169.254/latest/meta-data/events/recommendations/rebalance"
    assert when in world.ssh(address, look).stdout


def test_on_demand_instances_are_not_interrupted(world):
    instance = world.launch(spot=False)
    world.wait_state(instance, "running")
    refused = world.lab.command("interrupt", instance, check=False)
    assert refused.returncode == 1 and "not a spot instance" in refused.stderr


def test_faults_of_the_command_can_carry_status_effect_and_retry_after(world, faults):
    faults("html", "--status", 503, "--retry-after", 3, "--action", "DescribeVpcs")
    with pytest.raises((ResponseParserError, ClientError)) as caught:
        world.ec2.describe_vpcs()
    faults("error", "InternalError", "--status", 500, "--effect", "--action", "CreateSecurityGroup")
    assert code_of(world.new_group, name="despite-the-error") == ("InternalError", 500)
    assert named(world, "despite-the-error") and caught


def test_the_command_holds_an_answer_and_lists_the_calls(world, faults):
    command = world.lab.command
    command("calls", "--forget")
    hold = faults("hold", "--action", "CreateSecurityGroup", "--mutating", "--seconds", 20)
    number = hold.stdout.strip()
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(world.new_group, "held")
        assert faults("await", number, "--seconds", 20).stdout.startswith("holding call ")
        assert named(world, "held") and not made.done()
        faults("release", number)
        assert made.result(10).startswith("sg-")
        number = faults("hold", "--action", "CreateSecurityGroup", "--before").stdout.strip()
        made = pool.submit(world.new_group, "held-before")
        assert faults("await", number, "--seconds", 20).stdout.startswith("holding call ")
        assert not named(world, "held-before")
        faults("release", number)
        made.result(10)
        assert named(world, "held-before")
    listed = command("calls").stdout
    assert re.search(r"200 write ec2:CreateSecurityGroup us-east-1$", listed, re.MULTILINE)
    last = json.loads(command("calls", "--json").stdout)["calls"][-1]["number"]
    world.ec2.describe_vpcs()
    world.lab.client("ec2", "eu-west-1").describe_vpcs()
    listed = command("calls", "--since", last, "--region", "us-east-1").stdout
    assert listed.count("\n") == 1 and "read  ec2:DescribeVpcs us-east-1" in listed
    made = json.loads(command("inventory", "--region", "us-east-1").stdout)["security_groups"]
    assert "held" in [group["name"] for group in made]


def test_the_command_puts_the_lab_s_caller_under_a_policy(world, faults, tmp_path):
    command = world.lab.command
    document = tmp_path / "policy.json"
    document.write_text("{")
    assert "cannot read the policy" in command("policy", document, check=False).stderr
    statement = {"Effect": "Allow", "Action": "ec2:DescribeVpcs", "Resource": "*"}
    document.write_text(json.dumps({"Version": "2012-10-17", "Statement": statement}))
    command("policy", document)
    world.ec2.describe_vpcs()
    assert code_of(world.ec2.describe_subnets) == ("UnauthorizedOperation", 403)
    assert "DENIED  ec2:DescribeSubnets *" in command("decisions", "--denied").stdout
    command("policy")
    world.ec2.describe_subnets()


def test_every_setting_of_the_cloud_has_its_command(world, faults):
    faults("vcpus", 4, "--market", "on-demand")
    faults("stillbirth", "Client.VolumeLimitExceeded", "--type", "x9.*", "--count", 3)
    faults("closed-regions", "me-south-1", "af-south-1")
    faults("default-vpc", "off")
    faults("reuse-addresses", "on")
    faults("spot-role", "missing")
    faults("clock", "-1.5")
    faults("vanish", 60)
    faults("pages", 3, "--empty", "--action", "DescribeVolumes")
    told = json.loads(world.lab.command("fault", "list").stdout)
    assert told["vcpus"] == {"on-demand": 4} and told["births"][0]["count"] == 3
    assert told["closed_regions"] == ["me-south-1", "af-south-1"]
    assert (told["default_vpc"], told["reuse_addresses"]) == (False, True)
    assert (told["spot_role"], told["clock"], told["vanish"]) == ("missing", -1.5, 60.0)
    assert told["pages"]["size"] == 3 and told["pages"]["empty"]
    world.lab.command("fault", "clear")
    told = json.loads(world.lab.command("fault", "list").stdout)
    assert told["births"] == [] and told["default_vpc"] and told["clock"] == 0.0
    wrong = world.lab.command("fault", "spot-role", "gone", check=False)
    assert wrong.returncode == 1 and "unknown mode" in wrong.stderr
