"""A CreateFleet request of type `instant`: what it asks, checked, and the pools that it names.

A pool is an instance type in a zone. Each override of each launch template names one; without a zone
or subnet it stands for the type in every zone of the default VPC. Sources: API reference of
CreateFleet; InvalidFleetConfig in terraform-aws-github-runner issue 2904.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from moto.ec2.models import ec2_backends

from ..pipeline import Call
from . import wire
from .launch_request import find_subnet, plain
from .launch_templates import find_version
from .offerings import zones_offering
from .wire import Refusal

SPOT, ON_DEMAND = "spot", "on-demand"
_STRATEGIES = {
    SPOT: (
        "lowest-price",
        "diversified",
        "capacity-optimized",
        "capacity-optimized-prioritized",
        "price-capacity-optimized",
    ),
    ON_DEMAND: ("lowest-price", "prioritized"),
}
_TAGGED = ("fleet", "instance", "volume")
# What RunInstances takes over from an override as it stands.
_OVERRIDING = ("InstanceType", "ImageId", "BlockDeviceMappings")


@dataclass(frozen=True, eq=False)
class Pool:
    """One instance type in one zone, with the template that it is launched from."""

    version: Any  # moto's version of the launch template
    override: dict[str, Any]
    instance_type: str
    zone: str | None
    subnet: str | None

    @property
    def weight(self) -> float:
        return float(self.override.get("WeightedCapacity") or 1)

    @property
    def priority(self) -> float:
        """Of the override; the lower the earlier, and none is the last."""
        return float(self.override.get("Priority", float("inf")))

    def described(self) -> dict[str, Any]:
        """LaunchTemplateAndOverrides of the answer: the zone is told even if AWS chose it."""
        overrides = {**self.override, "InstanceType": self.instance_type}
        if self.zone:
            overrides["AvailabilityZone"] = self.zone
        version = self.version
        specification = {"LaunchTemplateId": version.template.id, "Version": str(version.number)}
        return {"LaunchTemplateSpecification": specification, "Overrides": overrides}

    def launch(self, market: str, count: int) -> dict[str, Any]:
        """The RunInstances parameters that launch up to `count` of it."""
        data = plain(self.version.data)
        version = self.version
        asked: dict[str, Any] = {
            "LaunchTemplate": {
                "LaunchTemplateId": version.template.id,
                "Version": str(version.number),
            },
            "InstanceType": self.instance_type,
            "MinCount": 1,
            "MaxCount": count,
        }
        asked.update({k: self.override[k] for k in _OVERRIDING if k in self.override})
        placement = {**(data.get("Placement") or {}), **(self.override.get("Placement") or {})}
        if placement:
            asked["Placement"] = placement
        interfaces = data.get("NetworkInterfaces") or []
        if self.subnet and interfaces:
            asked["NetworkInterfaces"] = [
                {**interfaces[0], "SubnetId": self.subnet},
                *interfaces[1:],
            ]
        elif self.subnet:
            asked["SubnetId"] = self.subnet
        if market == SPOT:
            options = {"SpotInstanceType": "one-time"}
            if "MaxPrice" in self.override:
                options["MaxPrice"] = self._hourly_limit()
            asked["InstanceMarketOptions"] = {"MarketType": "spot", "SpotOptions": options}
        return asked

    def _hourly_limit(self) -> str:
        """MaxPrice is for a unit of capacity, and an instance has `weight` of them."""
        stated = self.override["MaxPrice"]
        try:
            return stated if self.weight == 1 else f"{float(stated) * self.weight:g}"
        except ValueError:
            return stated


@dataclass
class FleetRequest:
    """The parameters of one call, by their SDK names."""

    params: dict[str, Any]
    backend: Any
    region: str

    @classmethod
    def read(cls, call: Call) -> FleetRequest:
        try:
            params = wire.parameters(call)
        except ValueError as problem:
            raise Refusal("InvalidParameterValue", f"Invalid value: {problem}") from None
        request = cls(params, ec2_backends[call.account][call.region], call.region)
        request._check()
        return request

    def options(self, market: str) -> dict[str, Any]:
        return self.params.get("SpotOptions" if market == SPOT else "OnDemandOptions") or {}

    def target(self, market: str) -> float:
        """How much capacity of a market is asked for."""
        stated = self.params["TargetCapacitySpecification"]
        own, other = ("Spot", "OnDemand") if market == SPOT else ("OnDemand", "Spot")
        asked = stated.get(f"{own}TargetCapacity", 0)
        if stated.get("DefaultTargetCapacityType", ON_DEMAND) == market:
            asked = stated["TotalTargetCapacity"] - stated.get(f"{other}TargetCapacity", 0)
        return asked

    def tags(self, resource_type: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for specification in self.params.get("TagSpecifications") or []:
            if specification.get("ResourceType") == resource_type:
                found.update({t["Key"]: t.get("Value", "") for t in specification.get("Tags", [])})
        return found

    @cached_property
    def pools(self) -> list[Pool]:
        return [
            pool for config in self.params["LaunchTemplateConfigs"] for pool in self._of(config)
        ]

    def _of(self, config: dict[str, Any]) -> Iterator[Pool]:
        version = find_version(self.backend, config.get("LaunchTemplateSpecification") or {})
        data = plain(version.data)
        for override in config.get("Overrides") or [{}]:
            kind = override.get("InstanceType") or data.get("InstanceType") or "m1.small"
            for zone, subnet in self._places(override, data, kind):
                yield Pool(version, override, kind, zone, subnet)

    def _places(
        self, override: dict[str, Any], data: dict[str, Any], instance_type: str
    ) -> list[tuple[str | None, str | None]]:
        """(zone, subnet) of the pools that an override stands for."""
        of_template = [nic.get("SubnetId") for nic in data.get("NetworkInterfaces") or []]
        subnet = override.get("SubnetId") or next(filter(None, of_template), None)
        if subnet:
            known = find_subnet(self.backend, subnet)
            return [(known.availability_zone if known else None, subnet)]
        zone = (
            override.get("AvailabilityZone")
            or (override.get("Placement") or {}).get("AvailabilityZone")
            or (data.get("Placement") or {}).get("AvailabilityZone")
        )
        defaults = self.backend.get_default_subnets() if self.backend.get_default_vpc() else {}
        if zone:
            return [(zone, defaults[zone].id if zone in defaults else None)]
        zones = [z for z in zones_offering(self.region, instance_type) if z in defaults]
        return [(z, defaults[z].id) for z in zones] or [(None, None)]

    def _check(self) -> None:
        self._check_capacity()
        self._check_templates()
        for market in (SPOT, ON_DEMAND):
            self._check_options(self.options(market), _STRATEGIES[market])
        for specification in self.params.get("TagSpecifications") or []:
            kind = specification.get("ResourceType")
            if kind not in _TAGGED:
                text = f"'{kind}' is not a valid taggable resource type for this operation."
                raise Refusal("InvalidParameterValue", text)
        seen = set()
        for pool in self.pools:
            key = (pool.instance_type, pool.zone or pool.subnet, pool.override.get("ImageId"))
            if key in seen:
                text = "The fleet configuration contains duplicate instance pools."
                raise Refusal("InvalidFleetConfig", text)
            seen.add(key)

    def _check_capacity(self) -> None:
        stated = self.params.get("TargetCapacitySpecification") or {}
        if "TotalTargetCapacity" not in stated:
            raise _missing("TargetCapacitySpecification.TotalTargetCapacity")
        parts = stated.get("SpotTargetCapacity", 0) + stated.get("OnDemandTargetCapacity", 0)
        if stated["TotalTargetCapacity"] < max(1, parts):
            text = f"Value ({stated['TotalTargetCapacity']}) for parameter totalTargetCapacity is invalid."
            raise Refusal("InvalidParameterValue", text)

    def _check_templates(self) -> None:
        if not self.params.get("LaunchTemplateConfigs"):
            raise _missing("LaunchTemplateConfigs")
        for config in self.params["LaunchTemplateConfigs"]:
            named = config.get("LaunchTemplateSpecification") or {}
            if not named.get("Version"):
                raise _missing("LaunchTemplateSpecification.Version")
            version = find_version(self.backend, named)
            if "InstanceMarketOptions" in version.data:
                text = "Launch templates with InstanceMarketOptions cannot be used with a fleet."
                raise Refusal("InvalidFleetConfig", text)
            if any("InstanceRequirements" in o for o in config.get("Overrides") or []):
                raise Refusal("NotImplemented", "The lab knows no InstanceRequirements", 501)

    @staticmethod
    def _check_options(options: dict[str, Any], strategies: tuple[str, ...]) -> None:
        strategy = options.get("AllocationStrategy", strategies[0])
        if strategy not in strategies:
            text = f"Invalid value '{strategy}' for AllocationStrategy."
            raise Refusal("InvalidParameterValue", text)
        if "MaxTotalPrice" in options:
            raise Refusal("NotImplemented", "The lab knows no MaxTotalPrice", 501)
        single = options.get("SingleInstanceType") or options.get("SingleAvailabilityZone")
        if "MinTargetCapacity" in options and not single:
            raise Refusal(
                "InvalidParameterCombination",
                "MinTargetCapacity requires SingleInstanceType or SingleAvailabilityZone",
            )
        if options.get("InstanceInterruptionBehavior", "terminate") != "terminate":
            raise Refusal(
                "InvalidParameterCombination",
                "Fleets of type instant support only the interruption behavior terminate",
            )


def _missing(name: str) -> Refusal:
    return Refusal("MissingParameter", f"The request must contain the parameter {name}")
