"""Amazon resource names of what a call names, and the tags of what is there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from moto.ec2.models import ec2_backends

from ..pipeline import Call
from .conditions import Context
from .guard import Requirement

# Types of EC2 resources by the prefix of their ids.
_TYPES = {
    "i": "instance",
    "vol": "volume",
    "eni": "network-interface",
    "sg": "security-group",
    "sir": "spot-instances-request",
    "subnet": "subnet",
    "vpc": "vpc",
    "key": "key-pair",
    "lt": "launch-template",
    "fleet": "fleet",
    "ami": "image",
    "snap": "snapshot",
    "eipalloc": "elastic-ip",
}
_OWNERLESS = ("image", "snapshot")


class Ec2Arns:
    """Names resources of the account and region of one EC2 call."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.backend = ec2_backends[call.account][call.region]

    def arn(self, kind: str, name: str) -> str:
        account = "" if kind in _OWNERLESS else self.call.account
        return f"arn:aws:ec2:{self.call.region}:{account}:{kind}/{name}"

    def existing(self, action: str, kind: str, resource_id: str, **context: str) -> Requirement:
        """The permission for an action on something that may exist, with its tags."""
        told = self.context(**context)
        for row in self.backend.describe_tags(filters={"resource-id": [resource_id]}):
            for prefix in ("aws:ResourceTag/", "ec2:ResourceTag/"):
                told[prefix + row["key"]] = [row["value"]]
        name = self._pair_name(resource_id) if kind == "key-pair" else resource_id
        return Requirement(f"ec2:{action}", self.arn(kind, name), told)

    def created(
        self, action: str, kind: str, tags: dict[str, str], name: str = "*", **context: str
    ) -> list[Requirement]:
        """The permissions to create something, and to tag it where the request has tags."""
        told = {**self.context(**context), **requested(tags)}
        arn = self.arn(kind, name)
        found = [Requirement(f"ec2:{action}", arn, told)]
        if tags:
            by = {"ec2:CreateAction": [action]}
            found.append(Requirement("ec2:CreateTags", arn, {**told, **by}))
        return found

    def anything(self, action: str) -> Requirement:
        """The permission for an action that knows no resources."""
        return Requirement(f"ec2:{action}", "*", self.context())

    def context(self, **given: str) -> Context:
        """The keys that every EC2 request has, and given ones without their `ec2:`."""
        region = {"aws:RequestedRegion": [self.call.region], "ec2:Region": [self.call.region]}
        account = {"aws:PrincipalAccount": [self.call.account]}
        return {**account, **region, **{f"ec2:{name}": [value] for name, value in given.items()}}

    def kind_of(self, resource_id: str) -> str:
        """The resource type of an id: i-… is an instance."""
        return _TYPES.get(resource_id.rsplit("-", 1)[0].split("-")[0], "unknown")

    def template_id(self, named: dict[str, Any]) -> str:
        name = named.get("LaunchTemplateName")
        known = self.backend.launch_template_name_to_ids
        return named.get("LaunchTemplateId") or known.get(name) or "*"

    def group_id(self, named: dict[str, Any]) -> str:
        if named.get("GroupId"):
            return named["GroupId"]
        group = self.backend.get_security_group_by_name_or_id(named.get("GroupName", ""))
        return group.id if group else "*"

    def pair_id(self, named: dict[str, Any]) -> str:
        pair = self.backend.key_pairs.get(named.get("KeyName"))
        return named.get("KeyPairId") or (pair.id if pair else named.get("KeyName", "*"))

    def _pair_name(self, resource_id: str) -> str:
        pairs = self.backend.key_pairs.values()
        return next((pair.key_name for pair in pairs if pair.id == resource_id), resource_id)


def requested(tags: dict[str, str]) -> Context:
    """The keys of a request that tags something; none of them when it does not."""
    if not tags:
        return {}
    told = {f"aws:RequestTag/{key}": [value] for key, value in tags.items()}
    return {**told, "aws:TagKeys": list(tags)}


def stated_tags(specifications: Iterable[dict[str, Any]], kind: str) -> dict[str, str]:
    """The tags that TagSpecifications put on a type of resource."""
    found: dict[str, str] = {}
    for specification in specifications or []:
        if specification.get("ResourceType") == kind:
            found.update({t["Key"]: t.get("Value", "") for t in specification.get("Tags") or []})
    return found
