"""One spot instance request: what is kept of it, and how it is described and filtered."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .filters import tag_values

_MESSAGES = {
    "fulfilled": "Your Spot request is fulfilled.",
    "instance-terminated-by-user": "Your Spot instance was terminated by you.",
    "instance-terminated-by-service": "Your Spot instance was terminated by Amazon EC2.",
    "instance-terminated-no-capacity": (
        "Your Spot instance was terminated because there is no Spot capacity available that "
        "matches your request."
    ),
    "instance-stopped-by-user": "Your Spot instance was stopped by you.",
    "instance-stopped-no-capacity": (
        "Your Spot instance was stopped because there is no Spot capacity available that "
        "matches your request."
    ),
    "request-canceled-and-instance-running": (
        "Your Spot request is canceled, but your instance is still running."
    ),
    "canceled-before-fulfillment": "Your Spot request was canceled before it was fulfilled.",
}


@dataclass
class SpotRequest:
    """One request and the instance it has at present; kept among the requests of moto's backend."""

    id: str
    backend: Any
    options: dict[str, Any]  # the SpotOptions of the launch
    instance: Any
    again: Callable[[], Any] | None  # launches the next instance; None when it cannot
    state: str = "active"
    code: str = "fulfilled"
    created: datetime.datetime = field(default_factory=lambda: _now())
    updated: datetime.datetime = field(default_factory=lambda: _now())
    reopens: float | None = None

    @property
    def type(self) -> str:
        return self.options.get("SpotInstanceType", "one-time")

    @property
    def persistent(self) -> bool:
        return self.type == "persistent"

    @property
    def tags(self) -> dict[str, str]:
        rows = self.backend.describe_tags(filters={"resource-id": [self.id]})
        return {row["key"]: row["value"] for row in rows}

    def become(self, state: str, code: str) -> None:
        if (state, code) != (self.state, self.code):
            self.state, self.code, self.updated = state, code, _now()


def described(request: SpotRequest) -> dict[str, Any]:
    """The request as DescribeSpotInstanceRequests shows it."""
    instance, options = request.instance, request.options
    row = {
        "SpotInstanceRequestId": request.id,
        "State": request.state,
        "Type": request.type,
        "Status": {
            "Code": request.code,
            "Message": _MESSAGES[request.code],
            "UpdateTime": request.updated,
        },
        "CreateTime": request.created,
        "InstanceId": instance.id,
        "InstanceInterruptionBehavior": options.get("InstanceInterruptionBehavior", "terminate"),
        "LaunchedAvailabilityZone": instance._placement.zone,
        "ProductDescription": "Linux/UNIX",
        "SpotPrice": options.get("MaxPrice"),
        "ValidUntil": options.get("ValidUntil"),
        "Tags": [{"Key": k, "Value": v} for k, v in request.tags.items()],
        "LaunchSpecification": {
            "ImageId": instance.image_id,
            "InstanceType": instance.instance_type,
            "KeyName": instance.key_name,
            "SubnetId": instance.subnet_id,
            "SecurityGroups": [
                {"GroupId": g.id, "GroupName": g.name} for g in instance.security_groups
            ],
            "Placement": {"AvailabilityZone": instance._placement.zone},
            "Monitoring": {"Enabled": instance.monitoring_state == "enabled"},
        },
    }
    return {name: value for name, value in row.items() if value is not None}


_FILTERS = {
    "availability-zone": lambda row: row["LaunchedAvailabilityZone"],
    "create-time": lambda row: row["CreateTime"].strftime("%Y-%m-%dT%H:%M:%S.000Z"),
    "fault-code": lambda row: "",
    "instance-id": lambda row: row["InstanceId"],
    "launch.image-id": lambda row: row["LaunchSpecification"]["ImageId"],
    "launch.instance-type": lambda row: row["LaunchSpecification"]["InstanceType"],
    "launch.key-name": lambda row: row["LaunchSpecification"]["KeyName"] or "",
    "launched-availability-zone": lambda row: row["LaunchedAvailabilityZone"],
    "product-description": lambda row: row["ProductDescription"],
    "spot-instance-request-id": lambda row: row["SpotInstanceRequestId"],
    "spot-price": lambda row: row.get("SpotPrice", ""),
    "state": lambda row: row["State"],
    "status-code": lambda row: row["Status"]["Code"],
    "status-message": lambda row: row["Status"]["Message"],
    "type": lambda row: row["Type"],
}


def filter_values(request: SpotRequest | None, name: str) -> list[str] | None:
    if request is None:
        return [] if name in _FILTERS or tag_values({}, name) is not None else None
    if name in _FILTERS:
        return [_FILTERS[name](described(request))]
    return tag_values(request.tags, name)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)
