"""Which instance types a region and each of its zones offer, with real wildcards and pages.

AWS offers not every type in every zone, and one type that a region lacks fails a call that names it.
moto has the real table, but answers everything in one page
and knows no wildcards. t3.small is offered in every zone of the lab: examples count on it.
"""

from __future__ import annotations

import functools
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.instance_types import INSTANCE_TYPE_OFFERINGS

from ..pipeline import DEFAULT_ACCOUNT, Answer, Call, Repair
from . import wire
from .filters import matching, page
from .wire import refusable

EVERYWHERE = "t3.small"


class Offerings(Repair):
    """DescribeInstanceTypeOfferings and DescribeInstanceTypes."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2":
            return None
        if call.action == "DescribeInstanceTypeOfferings":
            return _describe_offerings(call)
        if call.action == "DescribeInstanceTypes":
            return _describe_types(call)
        return None


def offered(region: str, instance_type: str, zone: str | None) -> bool:
    """Whether a zone (or, without one, the region) offers a type."""
    zones = zones_offering(region, instance_type)
    return bool(zones) if zone is None else zone in zones


@functools.cache
def zones_offering(region: str, instance_type: str) -> list[str]:
    """The names of a region's zones that offer a type, sorted."""
    if instance_type == EVERYWHERE:
        return sorted(zones_of(region))
    table = INSTANCE_TYPE_OFFERINGS["availability-zone"].get(region, [])
    stated = {row["Location"] for row in table if row["InstanceType"] == instance_type}
    return sorted(stated & set(zones_of(region)))


@functools.cache
def types_offered(region: str) -> list[str]:
    """All types that at least one zone of the region offers, sorted."""
    table = INSTANCE_TYPE_OFFERINGS["availability-zone"].get(region, [])
    return sorted({row["InstanceType"] for row in table} | {EVERYWHERE})


@functools.cache
def zones_of(region: str) -> dict[str, str]:
    """The zones of a region: their names, with their ids."""
    backend = ec2_backends[DEFAULT_ACCOUNT][region]
    return {zone.name: zone.zone_id for zone in backend.describe_availability_zones()}


def _describe_offerings(call: Call) -> Answer:
    asked = wire.parameters(call)
    kind = asked.get("LocationType", "region")
    if kind == "region":
        rows = [(name, call.region) for name in types_offered(call.region)]
    else:
        ids = zones_of(call.region)
        rows = [
            (name, zone if kind == "availability-zone" else ids[zone])
            for name in types_offered(call.region)
            for zone in zones_offering(call.region, name)
        ]

    def values(row: tuple[str, str] | None, name: str) -> list[str] | None:
        if name not in ("instance-type", "location"):
            return None
        return [] if row is None else [row[0] if name == "instance-type" else row[1]]

    rows = matching(rows, asked.get("Filters", []), values)
    rows, token = page(rows, asked)
    offerings = [
        {"InstanceType": name, "LocationType": kind, "Location": location}
        for name, location in rows
    ]
    return wire.answer(call, {"InstanceTypeOfferings": offerings, "NextToken": token})


def _describe_types(call: Call) -> Answer | None:
    asked = wire.parameters(call)
    named = asked.get("InstanceTypes", [])
    offered_here = set(types_offered(call.region))
    known = {
        t["InstanceType"]: t
        for t in ec2_backends[call.account][call.region].instance_types
        if t["InstanceType"] in offered_here
    }
    unknown = [name for name in named if name not in known]
    if unknown:
        text = f"The following supplied instance types do not exist: [{', '.join(sorted(unknown))}]"
        raise wire.Refusal("InvalidInstanceType", text)
    if named and "MaxResults" in asked:
        raise wire.Refusal(
            "InvalidParameterCombination",
            "The parameter InstanceTypes cannot be used with the parameter MaxResults",
        )
    chosen = [known[name] for name in named] if named else list(known.values())
    rows = matching(chosen, asked.get("Filters", []), _type_values)
    rows, token = page(rows, asked, most=100, default=100)
    return wire.answer(call, {"InstanceTypes": rows, "NextToken": token})


def _type_values(row: Any, name: str) -> list[str] | None:
    from moto.ec2.models.instance_types import InstanceType

    if name not in InstanceType._filter_attributes:
        return None
    value = row.get_filter_value(name) if row is not None else []
    return value if isinstance(value, list) else [] if value is None else [value]
