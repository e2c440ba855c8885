"""How many instances there are to be had: capacity by type, zone and market, and the spot quota.

AWS refuses what it has not with InsufficientInstanceCapacity, an HTTP 500 (seen in aws-sdk-ruby
issues 568 and 2786), and launches fewer than MaxCount when MinCount allows. moto has no end of
machines. Rules are `cloud.settings.capacity`: a list of {"type": "c5.*", "az": "us-east-1a",
"market": "spot", "available": 2}, where az and market may be missing; the first that fits a
launch counts. Where it has "code", that is the error of a launch that finds too few. The quota is
`cloud.settings.quota_spot`: live spot instances in an account and region, None for no limit.
"""

from __future__ import annotations

import fnmatch
from typing import Any

from ..pipeline import Call
from .launch_request import LaunchRequest
from .wire import Refusal

_LIVE = ("pending", "running", "stopping", "stopped", "shutting-down")
_PLENTY = 10**6


class Capacity:
    """Takes launches out of the capacity rules."""

    def available(self, cloud, launch: LaunchRequest, zone: str) -> int:
        return self.left(cloud, launch.instance_type, zone, launch.market)

    @staticmethod
    def left(cloud, instance_type: str, zone: str | None, market: str) -> int:
        """How many more of a type a zone has for a market."""
        rule = _rule(cloud, instance_type, zone, market)
        return _PLENTY if rule is None else rule["available"]

    @staticmethod
    def shortage(cloud, instance_type: str, zone: str | None, market: str) -> Refusal:
        """What is said when a zone has too few of a type."""
        return insufficient(instance_type, zone, _rule(cloud, instance_type, zone, market))

    @staticmethod
    def check_start(cloud, instance: Any) -> None:
        """Refuses to start a stopped instance where there is no more of its type."""
        zone, market = instance._placement.zone, instance.lifecycle or "on-demand"
        rule = _rule(cloud, instance.instance_type, zone, market)
        if rule is not None and rule["available"] < 1:
            raise insufficient(instance.instance_type, zone, rule)

    def reserve(self, cloud, launch: LaunchRequest, call: Call, least: int, most: int) -> int:
        """How many of `most` can be launched; refuses when they are fewer than `least`."""
        if launch.spot_options is not None:
            most = min(most, self.spot_left(cloud, launch.backend))
            if most < least:
                raise quota_exceeded()
        zone = launch.zone
        count = min(most, self.available(cloud, launch, zone))
        rule = _rule(cloud, launch.instance_type, zone, launch.market)
        if count < least:
            raise insufficient(launch.instance_type, zone, rule)
        if rule is not None and not launch.params.get("DryRun"):
            rule["available"] -= count
            call.notes["reserved"] = (rule, count)
        return count

    def release(self, cloud, call: Call) -> None:
        """Gives back what a launch that failed after all had taken."""
        rule, count = call.notes.pop("reserved", (None, 0))
        if rule is not None:
            rule["available"] += count

    @staticmethod
    def spot_left(cloud, backend: Any) -> int:
        """How many more spot instances the quota allows."""
        if cloud.settings.quota_spot is None:
            return _PLENTY
        instances = backend.all_instances()
        live = sum(1 for i in instances if i.lifecycle == "spot" and i.state in _LIVE)
        return cloud.settings.quota_spot - live


def quota_exceeded() -> Refusal:
    """AWS's answer when the account may have no more spot instances."""
    return Refusal("MaxSpotInstanceCountExceeded", "Max spot instance count exceeded")


def insufficient(
    instance_type: str, zone: str | None, rule: dict[str, Any] | None = None
) -> Refusal:
    """AWS's answer when a zone has no more of a type, or what the rule says instead."""
    if rule and rule.get("code"):
        return Refusal(rule["code"], f"The lab has no {instance_type} in {zone}: {rule['code']}")
    return Refusal(
        "InsufficientInstanceCapacity",
        f"We currently do not have sufficient {instance_type} capacity in the Availability Zone "
        f"you requested ({zone}). Our system will be working on provisioning additional capacity. "
        f"You can currently get {instance_type} capacity by not specifying an Availability Zone in "
        f"your request or choosing another one.",
        500,
    )


def _rule(cloud, instance_type: str, zone: str | None, market: str) -> dict[str, Any] | None:
    for rule in cloud.settings.capacity:
        if (
            fnmatch.fnmatch(instance_type, rule.get("type", "*"))
            and fnmatch.fnmatch(zone or "", rule.get("az", "*"))
            and rule.get("market", market) == market
        ):
            return rule
    return None
