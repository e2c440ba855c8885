"""What the other EC2 calls need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..pipeline import Call
from ..repairs import wire
from .arns import Ec2Arns, requested, stated_tags
from .guard import Requirement
from .launching import create_fleet, pass_role, run_instances

# Calls on what exists: the parameter that names it, one id or a list of them, and its type.
_ON_EXISTING = {
    "AuthorizeSecurityGroupEgress": ("GroupId", "security-group"),
    "AuthorizeSecurityGroupIngress": ("GroupId", "security-group"),
    "CancelSpotInstanceRequests": ("SpotInstanceRequestIds", "spot-instances-request"),
    "CreateLaunchTemplateVersion": ("LaunchTemplateId", "launch-template"),
    "DeleteFleets": ("FleetIds", "fleet"),
    "DeleteKeyPair": ("KeyPairId", "key-pair"),
    "DeleteLaunchTemplate": ("LaunchTemplateId", "launch-template"),
    "DeleteLaunchTemplateVersions": ("LaunchTemplateId", "launch-template"),
    "DeleteNetworkInterface": ("NetworkInterfaceId", "network-interface"),
    "DeleteSecurityGroup": ("GroupId", "security-group"),
    "DeleteSnapshot": ("SnapshotId", "snapshot"),
    "DeleteVolume": ("VolumeId", "volume"),
    "DeregisterImage": ("ImageId", "image"),
    "DescribeInstanceAttribute": ("InstanceId", "instance"),
    "GetConsoleOutput": ("InstanceId", "instance"),
    "ModifyInstanceAttribute": ("InstanceId", "instance"),
    "ModifyInstanceMetadataOptions": ("InstanceId", "instance"),
    "ModifyLaunchTemplate": ("LaunchTemplateId", "launch-template"),
    "ModifySecurityGroupRules": ("GroupId", "security-group"),
    "RebootInstances": ("InstanceIds", "instance"),
    "ReleaseAddress": ("AllocationId", "elastic-ip"),
    "RevokeSecurityGroupEgress": ("GroupId", "security-group"),
    "RevokeSecurityGroupIngress": ("GroupId", "security-group"),
    "StartInstances": ("InstanceIds", "instance"),
    "StopInstances": ("InstanceIds", "instance"),
    "TerminateInstances": ("InstanceIds", "instance"),
}
# Calls that make one thing.
_CREATING = {
    "AllocateAddress": "elastic-ip",
    "CreateKeyPair": "key-pair",
    "CreateLaunchTemplate": "launch-template",
    "CreateSecurityGroup": "security-group",
    "CreateVolume": "volume",
    "ImportKeyPair": "key-pair",
}
_WITHOUT_RESOURCES = (
    "GetEbsDefaultKmsKeyId",
    "GetEbsEncryptionByDefault",
    "GetInstanceTypesFromInstanceRequirements",
    "GetSerialConsoleAccessStatus",
    "GetSpotPlacementScores",
)


def needed(call: Call) -> list[Requirement] | None:
    """The permissions that an EC2 call needs; None when the lab does not know."""
    action = call.action
    if action in _SPECIAL:
        return _SPECIAL[action](call)
    arns, asked = Ec2Arns(call), wire.parameters(call)
    if action in _ON_EXISTING:
        parameter, kind = _ON_EXISTING[action]
        ids = _named(arns, asked, parameter, kind)
        return [arns.existing(action, kind, resource_id) for resource_id in ids]
    if action in _CREATING:
        kind = _CREATING[action]
        tags = stated_tags(asked.get("TagSpecifications") or [], kind)
        name = asked.get("KeyName", "*") if kind == "key-pair" else "*"
        return arns.created(action, kind, tags, name) + _place(arns, asked)
    if action.startswith("Describe") or action in _WITHOUT_RESOURCES:
        return [arns.anything(action)]
    return None


def _named(arns: Ec2Arns, asked: dict[str, Any], parameter: str, kind: str) -> list[str]:
    """The ids that a call names, by whichever of its parameters."""
    lookups: dict[str, Callable[[dict[str, Any]], str]] = {
        "launch-template": arns.template_id,
        "security-group": arns.group_id,
        "key-pair": arns.pair_id,
    }
    if kind in lookups:
        return [lookups[kind](asked)]
    value = asked.get(parameter) or "*"
    return value if isinstance(value, list) else [value]


def _place(arns: Ec2Arns, asked: dict[str, Any]) -> list[Requirement]:
    """CreateSecurityGroup needs the VPC too."""
    if arns.call.action != "CreateSecurityGroup":
        return []
    default = arns.backend.get_default_vpc()
    vpc = asked.get("VpcId") or (default.id if default else "*")
    return [arns.existing("CreateSecurityGroup", "vpc", vpc)]


def _tags(call: Call) -> list[Requirement]:
    """CreateTags and DeleteTags on what exists."""
    arns, asked = Ec2Arns(call), wire.parameters(call)
    tags = {tag["Key"]: tag.get("Value", "") for tag in asked.get("Tags") or []}
    found = []
    for resource_id in asked.get("Resources") or []:
        one = arns.existing(call.action, arns.kind_of(resource_id), resource_id)
        found.append(Requirement(one.action, one.resource, {**one.context, **requested(tags)}))
    return found


def _associate_profile(call: Call) -> list[Requirement]:
    arns, asked = Ec2Arns(call), wire.parameters(call)
    own = arns.existing(call.action, "instance", asked.get("InstanceId", "*"))
    return [own, *pass_role(call, asked.get("IamInstanceProfile") or {})]


def _create_image(call: Call) -> list[Requirement]:
    arns, asked = Ec2Arns(call), wire.parameters(call)
    stated = asked.get("TagSpecifications") or []
    found = [arns.existing(call.action, "instance", asked.get("InstanceId", "*"))]
    for kind in ("image", "snapshot"):
        found += arns.created(call.action, kind, stated_tags(stated, kind))
    return found


def _copy_image(call: Call) -> list[Requirement]:
    arns, asked = Ec2Arns(call), wire.parameters(call)
    tags = stated_tags(asked.get("TagSpecifications") or [], "image")
    return arns.created(call.action, "image", tags)


_SPECIAL: dict[str, Callable[[Call], list[Requirement]]] = {
    "AssociateIamInstanceProfile": _associate_profile,
    "CopyImage": _copy_image,
    "CreateFleet": create_fleet,
    "CreateImage": _create_image,
    "CreateTags": _tags,
    "DeleteTags": _tags,
    "RunInstances": run_instances,
}
