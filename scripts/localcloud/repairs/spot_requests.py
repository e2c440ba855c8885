"""Spot instance requests of RunInstances launches, with their whole life.

On AWS every spot launch has a request (`sir-...`): active and fulfilled, then closed with the reason
why the instance ended; a persistent one opens again and launches anew until it is cancelled, and
cancelling a stopped one terminates its instance (EC2 user guide, "Spot request status"). During the
two minutes of an interruption notice the status already is instance-terminated-no-capacity. moto has
no request for RunInstances, and fulfils its own of RequestSpotInstances for ever.
"""

from __future__ import annotations

import datetime
import secrets
import string
import time
from dataclasses import dataclass, field
from typing import Any

from moto.ec2.models import ec2_backends

from ..pipeline import Answer, Call, Repair
from . import wire
from .filters import matching, page, tag_values
from .launches import launched
from .spot_relaunch import relaunch
from .wire import Refusal, refusable

_ALPHABET = string.ascii_lowercase + string.digits
_ENDED = ("shutting-down", "terminated")
_STOPPED = ("stopping", "stopped")
_REOPENS_AFTER = 30.0  # seconds, times the lab's time scale
_MESSAGES = {
    "fulfilled": "Your Spot request is fulfilled.",
    "pending-evaluation": "Your Spot request has been submitted for review, and is pending evaluation.",
    "instance-terminated-by-user": "Your Spot instance was terminated by you.",
    "instance-terminated-no-capacity": (
        "Your Spot instance was terminated because there is no Spot capacity available that matches "
        "your request."
    ),
    "instance-stopped-by-user": "Your Spot instance was stopped by you.",
    "instance-stopped-no-capacity": (
        "Your Spot instance was stopped because there is no Spot capacity available that matches "
        "your request."
    ),
    "request-canceled-and-instance-running": (
        "Your Spot request is canceled, but your instance is still running."
    ),
    "canceled-before-fulfillment": "Your Spot request was canceled before it was fulfilled.",
}


@dataclass
class SpotRequest:
    """One request and the instance it has at present."""

    id: str
    account: str
    region: str
    launch: Any  # the LaunchRequest that made it
    environ: dict[str, Any]  # of the launching call, to launch again
    instance: Any
    created: datetime.datetime
    state: str = "active"
    code: str = "fulfilled"
    updated: datetime.datetime = field(default_factory=lambda: _now())
    reopens: float | None = None

    @property
    def persistent(self) -> bool:
        return self.launch.spot_options.get("SpotInstanceType") == "persistent"

    def become(self, state: str, code: str) -> None:
        if (state, code) != (self.state, self.code):
            self.state, self.code, self.updated = state, code, _now()


class SpotRequests(Repair):
    """Keeps the requests, and answers DescribeSpotInstanceRequests and CancelSpotInstanceRequests."""

    def __init__(self) -> None:
        self._requests: dict[str, SpotRequest] = {}

    def one_time(self, instance: Any) -> bool:
        """Whether an instance comes from a one-time request."""
        request = self._requests.get(getattr(instance, "spot_instance_request_id", None) or "")
        return request is not None and not request.persistent

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2":
            return None
        self._follow_instances(cloud)
        if call.action == "DescribeSpotInstanceRequests":
            return self._describe(call)
        if call.action == "CancelSpotInstanceRequests":
            return self._cancel(call)
        return None

    def after(self, call: Call, answer: Answer, cloud) -> Answer:
        launch = call.notes.get("launch")
        if launch is not None and launch.spot_options is not None:
            reservation = launched(call, answer)
            for instance in reservation.instances if reservation else ():
                self._open(call, launch, instance)
        return answer

    def _open(self, call: Call, launch: Any, instance: Any) -> None:
        request_id = "sir-" + "".join(secrets.choice(_ALPHABET) for _ in range(8))
        environ, now = {**call.environ, "lab.body": call.body}, _now()
        self._requests[request_id] = SpotRequest(
            request_id, call.account, call.region, launch, environ, instance, now
        )
        instance.spot_instance_request_id = request_id
        tags = launch.tags("spot-instances-request")
        if tags:
            launch.backend.create_tags([request_id], tags)

    def _follow_instances(self, cloud) -> None:
        """Brings every request up to what has become of its instance."""
        for request in list(self._requests.values()):
            if request.state in ("closed", "cancelled") and request.instance.state == "terminated":
                if request.state == "cancelled":
                    request.become("cancelled", _ending(request.instance))
                continue
            if request.state == "open":
                if request.reopens is not None and time.monotonic() >= request.reopens:
                    self._fulfil_again(request, cloud)
                continue
            self._follow(request, cloud)

    def _follow(self, request: SpotRequest, cloud) -> None:
        instance = request.instance
        if request.state == "cancelled":
            return
        host = cloud.hosts.get(instance.id)
        if instance.state in _ENDED:
            self._end(request, _ending(instance), cloud)
        elif getattr(host, "action", None):
            word = "stopped" if host.action[0] == "stop" else "terminated"
            request.become(request.state, f"instance-{word}-no-capacity")
        elif instance.state in _STOPPED:
            by_aws = instance.state_reason.code.startswith("Server.")
            request.become("disabled", f"instance-stopped-{'no-capacity' if by_aws else 'by-user'}")
        else:
            request.become("active", "fulfilled")

    @staticmethod
    def _end(request: SpotRequest, code: str, cloud) -> None:
        if not request.persistent:
            request.become("closed", code)
        elif request.state != "open":
            request.become("open", code)
            request.reopens = time.monotonic() + _REOPENS_AFTER * cloud.settings.time_scale

    @staticmethod
    def _fulfil_again(request: SpotRequest, cloud) -> None:
        instance = relaunch(request.environ, request.launch, cloud)
        if instance is None:
            request.reopens = time.monotonic() + _REOPENS_AFTER * cloud.settings.time_scale
            return
        request.instance, request.reopens = instance, None
        instance.spot_instance_request_id = request.id
        request.become("active", "fulfilled")

    def _mine(self, call: Call, ids: list[str]) -> list[SpotRequest]:
        mine = {
            request.id: request
            for request in self._requests.values()
            if (request.account, request.region) == (call.account, call.region)
        }
        unknown = [request_id for request_id in ids if request_id not in mine]
        if unknown:
            if len(unknown) == 1:
                text = f"The spot instance request ID '{unknown[0]}' does not exist"
            else:
                text = f"The spot instance request IDs '{', '.join(unknown)}' do not exist"
            raise Refusal("InvalidSpotInstanceRequestID.NotFound", text)
        return [mine[request_id] for request_id in ids] if ids else list(mine.values())

    def _describe(self, call: Call) -> Answer:
        asked = wire.parameters(call)
        found = self._mine(call, asked.get("SpotInstanceRequestIds", []))
        found = matching(found, asked.get("Filters", []), _values)
        found, token = page(found, asked)
        rows = [_row(request) for request in found]
        return wire.answer(call, {"SpotInstanceRequests": rows, "NextToken": token})

    def _cancel(self, call: Call) -> Answer:
        ids = wire.parameters(call).get("SpotInstanceRequestIds", [])
        if not ids:
            text = "The request must contain the parameter SpotInstanceRequestId"
            raise Refusal("MissingParameter", text)
        cancelled = self._mine(call, ids)
        for request in cancelled:
            self._cancel_one(request)
        rows = [{"SpotInstanceRequestId": r.id, "State": r.state} for r in cancelled]
        return wire.answer(call, {"CancelledSpotInstanceRequests": rows})

    @staticmethod
    def _cancel_one(request: SpotRequest) -> None:
        if request.state == "disabled":
            backend = ec2_backends[request.account][request.region]
            backend.terminate_instances([request.instance.id])
            request.become("cancelled", "instance-terminated-by-user")
        elif request.state == "active":
            request.become("cancelled", "request-canceled-and-instance-running")
        elif request.state == "open":
            request.reopens = None
            request.become("cancelled", "canceled-before-fulfillment")


def _ending(instance: Any) -> str:
    by_aws = instance.state_reason.code == "Server.SpotInstanceTermination"
    return "instance-terminated-no-capacity" if by_aws else "instance-terminated-by-user"


def _tags(request: SpotRequest) -> dict[str, str]:
    rows = request.launch.backend.describe_tags(filters={"resource-id": [request.id]})
    return {row["key"]: row["value"] for row in rows}


def _row(request: SpotRequest) -> dict[str, Any]:
    instance, options = request.instance, request.launch.spot_options
    row = {
        "SpotInstanceRequestId": request.id,
        "State": request.state,
        "Type": options.get("SpotInstanceType", "one-time"),
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
        "Tags": [{"Key": k, "Value": v} for k, v in _tags(request).items()],
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


def _values(request: SpotRequest | None, name: str) -> list[str] | None:
    if request is None:
        return [] if name in _FILTERS or tag_values({}, name) is not None else None
    if name in _FILTERS:
        return [_FILTERS[name](_row(request))]
    return tag_values(_tags(request), name)


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)
