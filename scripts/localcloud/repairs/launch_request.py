"""A RunInstances request as AWS understands it: the launch template folded in, defaults filled in.

AWS merges a launch template into the request (what the request says wins), resolves `resolve:ssm:`
image names, picks a default subnet, and launches up to MaxCount instances. moto takes few of a
template's members, launches MinCount, and without a subnet makes an EC2-Classic instance.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from moto.core.types import Base64EncodedString
from moto.ec2.models import ec2_backends
from moto.ssm.models import ssm_backends

from ..pipeline import Call
from . import wire
from .launch_templates import find_version
from .wire import Refusal

# What a request for a template may not take over from it.
_NOT_FOLDED = ("LaunchTemplate", "MinCount", "MaxCount", "ClientToken", "DryRun")


@dataclass
class LaunchRequest:
    """The parameters of one RunInstances call, by their SDK names, template included."""

    backend: Any
    params: dict[str, Any]
    groups: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, call: Call) -> LaunchRequest:
        backend = ec2_backends[call.account][call.region]
        try:
            params = wire.parameters(call)
        except ValueError as problem:
            raise Refusal("InvalidParameterValue", f"Invalid value: {problem}") from None
        request = cls(backend, _with_template(params, backend))
        request._resolve_image(call)
        return request

    @property
    def image(self) -> Any:
        return self.backend.amis.get(self.params.get("ImageId"))

    @property
    def instance_type(self) -> str:
        return self.params.get("InstanceType", "m1.small")

    @property
    def interfaces(self) -> list[dict[str, Any]]:
        return self.params.get("NetworkInterfaces") or []

    @property
    def subnet_id(self) -> str | None:
        stated = (nic.get("SubnetId") for nic in self.interfaces)
        return self.params.get("SubnetId") or next(filter(None, stated), None)

    @property
    def zone(self) -> str | None:
        """The zone that the request names, itself or by its subnet; None when AWS may choose."""
        if self.subnet_id:
            subnet = find_subnet(self.backend, self.subnet_id)
            return subnet.availability_zone if subnet else None
        return (self.params.get("Placement") or {}).get("AvailabilityZone")

    @property
    def spot_options(self) -> dict[str, Any] | None:
        """The SpotOptions of a spot launch, {} when it has none; None for on-demand."""
        market = self.params.get("InstanceMarketOptions") or {}
        if market.get("MarketType") != "spot":
            return None
        return market.get("SpotOptions") or {}

    @property
    def market(self) -> str:
        return "on-demand" if self.spot_options is None else "spot"

    def tags(self, resource_type: str) -> dict[str, str]:
        """The tags that the request puts on resources of a type."""
        found = {}
        for specification in self.params.get("TagSpecifications") or []:
            if specification.get("ResourceType") == resource_type:
                found.update({t["Key"]: t.get("Value", "") for t in specification.get("Tags", [])})
        return found

    def place(self, subnet_id: str) -> None:
        """Puts the launch into a subnet that the request left open."""
        if self.interfaces:
            self.interfaces[0]["SubnetId"] = subnet_id
        else:
            self.params["SubnetId"] = subnet_id

    def fill_disks(self) -> None:
        """Completes the block devices from the image's; its root is made even if not mentioned."""
        given = self.params.get("BlockDeviceMappings") or []
        by_name = {device.get("DeviceName"): device for device in given}
        for disk in self.image.block_device_mappings:
            source = {k: v for k, v in disk["Ebs"].items() if v is not None}
            device = by_name.get(disk["DeviceName"])
            if device is None:
                given.insert(0, {"DeviceName": disk["DeviceName"], "Ebs": source})
            elif "NoDevice" not in device:
                device["Ebs"] = {**source, **device.get("Ebs", {})}
        self.params["BlockDeviceMappings"] = given

    def _resolve_image(self, call: Call) -> None:
        image_id = self.params.get("ImageId", "")
        if not image_id.startswith("resolve:ssm:"):
            return
        name = image_id.removeprefix("resolve:ssm:")
        parameter = ssm_backends[call.account][call.region].get_parameter(name)
        if parameter is None:
            raise Refusal(
                "InvalidParameterValue",
                f"The SSM parameter '{name}' could not be resolved: ParameterNotFound",
            )
        self.params["ImageId"] = parameter.value


def find_subnet(backend: Any, subnet_id: str) -> Any:
    """moto's subnet of an id, or None."""
    for subnets in backend.subnets.values():
        if subnet_id in subnets:
            return subnets[subnet_id]
    return None


def _with_template(params: dict[str, Any], backend: Any) -> dict[str, Any]:
    named = params.get("LaunchTemplate")
    if not named:
        return params
    version = find_version(backend, named)
    data = {k: v for k, v in plain(version.data).items() if k not in _NOT_FOLDED}
    if params.get("NetworkInterfaces") or params.get("SubnetId"):
        data.pop("NetworkInterfaces", None)
    if params.get("SecurityGroupIds") or params.get("SecurityGroups"):
        data.pop("SecurityGroupIds", None)
        data.pop("SecurityGroups", None)
    merged = {**data, **params}
    merged["TagSpecifications"] = _merged_tags(data, params)
    return merged


def _merged_tags(template: dict[str, Any], request: dict[str, Any]) -> list[dict[str, Any]]:
    """The tags of both, by resource type; the request's value of a key wins."""
    by_type: dict[str, dict[str, str]] = {}
    for source in (template, request):
        for specification in source.get("TagSpecifications") or []:
            tags = by_type.setdefault(specification["ResourceType"], {})
            tags.update({tag["Key"]: tag.get("Value", "") for tag in specification.get("Tags", [])})
    return [
        {"ResourceType": kind, "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}
        for kind, tags in by_type.items()
        if tags
    ]


def plain(value: Any) -> Any:
    """moto's case-insensitive mappings as dictionaries with the SDK's names."""
    if hasattr(value, "original_dict"):
        value = value.original_dict()
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, Base64EncodedString) else value
