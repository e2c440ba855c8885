"""What RunInstances and CreateFleet need.

Service authorization reference, "Actions, resources, and condition keys for Amazon EC2"; the user
guide's example policies for launching, tagging on creation and spot requests. Where AWS does not
say whether a permission is looked at, the lab asks for it, so that a policy that passes here passes
there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.iam.models import iam_backends

from ..pipeline import Call
from ..repairs import wire
from ..repairs.launch_request import LaunchRequest, find_subnet, plain
from ..repairs.launch_templates import find_version
from .arns import Ec2Arns, stated_tags
from .guard import Requirement

_CREATED = ("instance", "volume", "network-interface", "spot-instances-request")


def run_instances(call: Call) -> list[Requirement]:
    """Raises Refusal where the request cannot even be understood."""
    launch, arns = LaunchRequest.read(call), Ec2Arns(call)
    found = list(_used(arns, "RunInstances", launch.params, call.region))
    subnet = find_subnet(launch.backend, launch.subnet_id or "")
    if launch.subnet_id is None:
        found.append(arns.existing("RunInstances", "subnet", _default_subnet(launch)))
    named = wire.parameters(call).get("LaunchTemplate")
    if named:
        template = arns.template_id(named)
        found.append(arns.existing("RunInstances", "launch-template", template))
    context = _of_instance(launch, subnet)
    for kind in _CREATED:
        if kind != "spot-instances-request" or launch.market == "spot":
            more = context if kind == "instance" else _of_volume(launch, kind)
            found += arns.created("RunInstances", kind, launch.tags(kind), **more)
    found += pass_role(call, launch.params.get("IamInstanceProfile") or {})
    image = str(wire.parameters(call).get("ImageId", ""))
    if image.startswith("resolve:ssm:"):
        name = image.removeprefix("resolve:ssm:").lstrip("/")
        arn = f"arn:aws:ssm:{call.region}::parameter/{name}"
        found.append(Requirement("ssm:GetParameters", arn, {"aws:RequestedRegion": [call.region]}))
    return found


def create_fleet(call: Call) -> list[Requirement]:
    """The fleet's own; each of its launches needs `run_instances` besides."""
    arns, asked = Ec2Arns(call), wire.parameters(call)
    stated = asked.get("TagSpecifications") or []
    found = arns.created("CreateFleet", "fleet", stated_tags(stated, "fleet"))
    for kind in ("instance", "volume"):
        found += arns.created("CreateFleet", kind, stated_tags(stated, kind))
    backend = arns.backend
    for config in asked.get("LaunchTemplateConfigs") or []:
        named = config.get("LaunchTemplateSpecification") or {}
        template = arns.template_id(named)
        found.append(arns.existing("CreateFleet", "launch-template", template))
        data = plain(find_version(backend, named).data)
        for override in config.get("Overrides") or [{}]:
            found += _used(arns, "CreateFleet", {**data, **override}, call.region)
    return _once(found)


def _used(arns: Ec2Arns, action: str, params: dict[str, Any], region: str) -> Iterator[Requirement]:
    """What a launch uses and does not make: image, network, groups, key."""
    interfaces = params.get("NetworkInterfaces") or []
    subnets = [params.get("SubnetId"), *(nic.get("SubnetId") for nic in interfaces)]
    groups = [group for nic in interfaces for group in nic.get("Groups") or []]
    groups += params.get("SecurityGroupIds") or []
    image = params.get("ImageId")
    if image and image.startswith("ami-"):
        known = arns.backend.amis.get(image)
        owner = {"Owner": str(known.owner_id)} if known else {}
        yield arns.existing(action, "image", image, **owner)
    for subnet in filter(None, subnets):
        yield arns.existing(action, "subnet", subnet)
    for group in groups or ["*"] if action == "RunInstances" else groups:
        yield arns.existing(action, "security-group", group)
    if params.get("KeyName"):
        yield arns.existing(action, "key-pair", arns.pair_id(params))
    for device in params.get("BlockDeviceMappings") or []:
        snapshot = (device.get("Ebs") or {}).get("SnapshotId")
        if snapshot:
            yield arns.existing(action, "snapshot", snapshot)


def _of_instance(launch: LaunchRequest, subnet: Any) -> dict[str, str]:
    options = launch.params.get("MetadataOptions") or {}
    told = {
        "InstanceType": launch.instance_type,
        "InstanceMarketType": launch.market,
        "AvailabilityZone": subnet.availability_zone if subnet else launch.zone,
        "MetadataHttpTokens": options.get("HttpTokens"),
    }
    return {name: value for name, value in told.items() if value is not None}


def _of_volume(launch: LaunchRequest, kind: str) -> dict[str, str]:
    if kind != "volume":
        return {}
    for device in launch.params.get("BlockDeviceMappings") or []:
        ebs = device.get("Ebs") or {}
        told = {"Encrypted": str(bool(ebs.get("Encrypted", False))).lower()}
        return {**told, **({"VolumeType": ebs["VolumeType"]} if "VolumeType" in ebs else {})}
    return {}


def pass_role(call: Call, profile: dict[str, Any]) -> list[Requirement]:
    """iam:PassRole for the roles of an instance profile."""
    known = iam_backends[call.account]["aws"].instance_profiles.values()
    named = [p for p in known if p.name == profile.get("Name") or p.arn == profile.get("Arn")]
    context = {
        "iam:PassedToService": ["ec2.amazonaws.com"],
        "aws:PrincipalAccount": [call.account],
        "aws:RequestedRegion": [call.region],
    }
    return [Requirement("iam:PassRole", role.arn, context) for p in named for role in p.roles]


def _default_subnet(launch: LaunchRequest) -> str:
    subnets = launch.backend.get_default_subnets() if launch.backend.get_default_vpc() else {}
    chosen = subnets.get(launch.zone) or next(iter(subnets.values()), None)
    return chosen.id if chosen else "*"


def _once(found: list[Requirement]) -> list[Requirement]:
    return list({(r.action, r.resource): r for r in found}.values())
