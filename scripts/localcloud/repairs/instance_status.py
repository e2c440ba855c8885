"""DescribeInstanceStatus with AWS's filters and pages.

AWS answers for running instances unless IncludeAllInstances, and `initializing` checks for the
first minutes. moto ignores every filter but the state's, and pages.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends

from ..pipeline import Answer, Call, Repair
from . import wire
from .filters import matching, page
from .visibility import visible
from .wire import Refusal, refusable


class InstanceStatus(Repair):
    """Answers DescribeInstanceStatus from moto's instances."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2" or call.action != "DescribeInstanceStatus":
            return None
        asked = wire.parameters(call)
        ids = asked.get("InstanceIds", [])
        if ids and "MaxResults" in asked:
            raise Refusal(
                "InvalidParameterCombination",
                "The parameter instancesSet cannot be used with the parameter maxResults",
            )
        rows = [
            _row(instance)
            for instance in ec2_backends[call.account][call.region].all_instances()
            if (not ids or instance.id in ids)
            and visible(cloud, instance.id)
            and (instance.state == "running" or asked.get("IncludeAllInstances"))
        ]
        rows = matching(rows, asked.get("Filters", []), _values)
        rows, token = page(rows, asked)
        return wire.answer(call, {"InstanceStatuses": rows, "NextToken": token})


def _row(instance: Any) -> dict[str, Any]:
    return {
        "InstanceId": instance.id,
        "AvailabilityZone": instance._placement.zone,
        "InstanceState": {"Code": instance._state.code, "Name": instance._state.name},
        "InstanceStatus": instance.instance_status,
        "SystemStatus": instance.system_status,
        "Events": [],
    }


_FILTERS = {
    "availability-zone": lambda row: row["AvailabilityZone"],
    "instance-state-code": lambda row: str(row["InstanceState"]["Code"]),
    "instance-state-name": lambda row: row["InstanceState"]["Name"],
    "instance-status.status": lambda row: row["InstanceStatus"]["Status"],
    "instance-status.reachability": lambda row: _reachability(row["InstanceStatus"]),
    "system-status.status": lambda row: row["SystemStatus"]["Status"],
    "system-status.reachability": lambda row: _reachability(row["SystemStatus"]),
}


def _reachability(status: dict[str, Any]) -> str:
    return status["Details"][0]["Status"] if "Details" in status else ""


def _values(row: dict[str, Any] | None, name: str) -> list[str] | None:
    if name not in _FILTERS:
        return None
    return [] if row is None else [_FILTERS[name](row)]
