"""Regions that the account has not enabled.

AWS does not know the account's keys there: EC2 answers AuthFailure, the others that the token is
invalid. DescribeRegions leaves such regions out unless all are asked for, and then says
`not-opted-in`. Which they are is `cloud.settings.closed_regions`.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends

from ..pipeline import Answer, Call, Repair
from . import wire
from .filters import matching
from .refusals import Reason, refusal
from .wire import refusable


class Regions(Repair):
    """Refuses what is asked of a closed region, and lists regions with their status."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        closed = cloud.settings.closed_regions
        if call.region in closed:
            return refusal(call, Reason.UNKNOWN_KEY, f"{call.region} is not enabled")
        if not closed or call.service != "ec2" or call.action != "DescribeRegions":
            return None
        asked = wire.parameters(call)
        backend = ec2_backends[call.account][call.region]
        rows = [
            {
                "RegionName": region.name,
                "Endpoint": region.endpoint,
                "OptInStatus": "not-opted-in" if region.name in closed else region.opt_in_status,
            }
            for region in backend.describe_regions(asked.get("RegionNames"))
        ]
        if not asked.get("AllRegions"):
            rows = [row for row in rows if row["OptInStatus"] != "not-opted-in"]
        return wire.answer(call, {"Regions": matching(rows, asked.get("Filters", []), _values)})


def _values(row: dict[str, Any] | None, name: str) -> list[str] | None:
    members = {
        "region-name": "RegionName",
        "endpoint": "Endpoint",
        "opt-in-status": "OptInStatus",
    }
    if name not in members:
        return None
    return [row[members[name]]] if row else []
