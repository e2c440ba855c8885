"""How many instances there are to be had: capacity by type, zone and market, and the spot quota.

AWS refuses what it has not with InsufficientInstanceCapacity, and launches fewer than MaxCount when
MinCount allows. moto has no end of machines. Rules are `cloud.settings.capacity`: a list of {"type": "c5.*", "az": "us-east-1a",
"market": "spot", "available": 2}, where az and market may be missing; the first that fits a
launch counts. Where it has "code", that is the error of a launch that finds too few. The quotas
are `cloud.settings.quota_spot`: live spot instances in an account and region, None for no limit; and
`cloud.settings.vcpus`: vCPUs of live standard instances by market.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES

from ..pipeline import Call
from .launch_request import LaunchRequest
from .prices import vcpus
from .shortages import insufficient, refused
from .wire import Refusal

_LIVE = ("pending", "running", "stopping", "stopped", "shutting-down")
_PLENTY = 10**6
_STANDARD = "acdhimrtz"  # the families of the standard quotas


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
        most = min(
            most, self.quota_left(cloud, launch.backend, launch.instance_type, launch.market)
        )
        if most < least:
            raise quota_exceeded(launch.market)
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
    def quota_left(
        cloud, backend: Any, instance_type: str, market: str, promised: Sequence[str] = ()
    ) -> int:
        """How many more instances of a type the quotas allow, after those promised already."""
        instances = backend.all_instances()
        live = [i for i in instances if (i.lifecycle or "on-demand") == market and i.state in _LIVE]
        kinds = [i.instance_type for i in live] + list(promised)
        left = _PLENTY
        if market == "spot" and cloud.settings.quota_spot is not None:
            left = cloud.settings.quota_spot - len(kinds)
        limit = cloud.settings.vcpus.get(market)
        if limit is not None and _standard(instance_type):
            used = sum(vcpus(kind) for kind in kinds if _standard(kind))
            left = min(left, int(limit - used) // vcpus(instance_type))
        return max(0, left)


def quota_exceeded(market: str) -> Refusal:
    """AWS's answer when the account may have no more instances of a market."""
    spot = market == "spot"
    return refused("MaxSpotInstanceCountExceeded" if spot else "VcpuLimitExceeded")


def _standard(instance_type: str) -> bool:
    """Whether the type counts for the quotas of standard instances."""
    return instance_type[:1] in _STANDARD and instance_type in INSTANCE_TYPES


def _rule(cloud, instance_type: str, zone: str | None, market: str) -> dict[str, Any] | None:
    for rule in cloud.settings.capacity:
        if (
            fnmatch.fnmatch(instance_type, rule.get("type", "*"))
            and fnmatch.fnmatch(zone or "", rule.get("az", "*"))
            and rule.get("market", market) == market
        ):
            return rule
    return None
