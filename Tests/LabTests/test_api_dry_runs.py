"""A dry run of any EC2 call has the answer of one, and no effect."""

from api_harness import SPOT, api, ec2, image, launch, mine, refusal  # noqa: F401

KEY = b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIL1i6ZHNhWHmKnQQoXzYMHsdvQ0xB5bJQ0Y3yXxXxXxX me"
RULE = [
    {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.0.0.1/32"}]}
]
LISTINGS = (
    "describe_addresses describe_availability_zones describe_fleets describe_images "
    "describe_instance_status describe_instance_type_offerings describe_instance_types "
    "describe_instances describe_key_pairs describe_launch_templates describe_network_interfaces "
    "describe_regions describe_security_groups describe_spot_instance_requests "
    "describe_spot_price_history describe_subnets describe_tags describe_volumes describe_vpcs"
)


def calls(mine, ec2):
    """(method, parameters) of calls that would all succeed."""
    made = launch(mine, InstanceMarketOptions=SPOT)[0]
    one, many = {"InstanceId": made["InstanceId"]}, {"InstanceIds": [made["InstanceId"]]}
    group = {"GroupId": ec2.create_security_group(GroupName="g", Description="d")["GroupId"]}
    ec2.import_key_pair(KeyName="k", PublicKeyMaterial=KEY)
    data = {"LaunchTemplateData": {"ImageId": image(mine)}}
    template = ec2.create_launch_template(LaunchTemplateName="lt1", **data)["LaunchTemplate"]
    named = {"LaunchTemplateId": template["LaunchTemplateId"]}
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1)["VolumeId"]
    tags = {"Resources": [made["InstanceId"]], "Tags": [{"Key": "a", "Value": "b"}]}
    fleet = {
        "Type": "instant",
        "LaunchTemplateConfigs": [{"LaunchTemplateSpecification": {**named, "Version": "1"}}],
        "TargetCapacitySpecification": {"TotalTargetCapacity": 1},
    }
    yield "run_instances", {"ImageId": image(mine), "MinCount": 1, "MaxCount": 1}
    for verb in ("terminate", "stop", "start", "reboot"):
        yield f"{verb}_instances", many
    yield "create_security_group", {"GroupName": "h", "Description": "d"}
    yield "delete_security_group", group
    for verb in ("authorize", "revoke"):
        yield f"{verb}_security_group_ingress", {**group, "IpPermissions": RULE}
    yield "import_key_pair", {"KeyName": "k2", "PublicKeyMaterial": KEY}
    yield "create_key_pair", {"KeyName": "k3"}
    yield "delete_key_pair", {"KeyName": "k"}
    yield "create_tags", tags
    yield "delete_tags", tags
    yield "create_launch_template", {"LaunchTemplateName": "lt2", **data}
    yield "create_launch_template_version", {**named, **data}
    yield "delete_launch_template", named
    yield "create_fleet", fleet
    yield "delete_fleets", {"FleetIds": ["fleet-1"], "TerminateInstances": True}
    requests = {"SpotInstanceRequestIds": [made["SpotInstanceRequestId"]]}
    yield "cancel_spot_instance_requests", requests
    yield "get_console_output", one
    yield "modify_instance_attribute", {**one, "DisableApiTermination": {"Value": True}}
    yield "create_volume", {"AvailabilityZone": "us-east-1a", "Size": 1}
    yield "delete_volume", {"VolumeId": volume}
    for listing in LISTINGS.split():
        yield listing, {}


def test_a_dry_run_says_so_and_does_nothing(api, mine, ec2):
    account = mine.client("sts").get_caller_identity()["Account"]
    asked = list(calls(mine, ec2))
    ec2.get_waiter("instance_running").wait(WaiterConfig={"Delay": 1})
    before = api.ask(f"inventory?account={account}")
    wrong = []
    for method, parameters in asked:
        told = refusal(getattr(ec2, method), **parameters, DryRun=True)[:2]
        if told != ("DryRunOperation", 412):
            wrong.append((method, told))
    assert wrong == []
    assert api.ask(f"inventory?account={account}") == before
