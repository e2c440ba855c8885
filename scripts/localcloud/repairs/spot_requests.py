"""Spot instance requests of RunInstances launches, with their whole life.

On AWS every spot launch has a request (`sir-...`): active and fulfilled, then closed with the
reason why the instance ended; a persistent one opens again and launches anew until it is
cancelled, and cancelling a stopped one terminates its instance (EC2 user guide, "Spot request
status"). During the two minutes of an interruption notice the status already is
instance-terminated-no-capacity. moto has no request for RunInstances, and fulfils its own of
RequestSpotInstances for ever.
"""

from __future__ import annotations

import secrets
import string
import time
from typing import Any

from moto.ec2.models import ec2_backends

from ..pipeline import Answer, Call, Repair
from . import wire
from .filters import matching, page
from .launches import launched
from .spot_relaunch import relauncher
from .spot_request import SpotRequest, described, filter_values
from .visibility import hide, visible
from .wire import Refusal, refusable

_ALPHABET = string.ascii_lowercase + string.digits
_ENDED = ("shutting-down", "terminated")
_STOPPED = ("stopping", "stopped")
_REOPENS_AFTER = 30.0  # seconds, times the lab's time scale


class SpotRequests(Repair):
    """Opens a request for every spot launch, and describes and cancels requests."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2":
            return None
        for request in _requests(ec2_backends[call.account][call.region]):
            _follow(request, cloud)
        if call.action == "DescribeSpotInstanceRequests":
            return self._describe(call, cloud)
        if call.action == "CancelSpotInstanceRequests":
            return self._cancel(call)
        return None

    def after(self, call: Call, answer: Answer, cloud) -> Answer:
        launch = call.notes.get("launch")
        if launch is not None and launch.spot_options is not None:
            reservation = launched(call, answer)
            for instance in reservation.instances if reservation else ():
                hide(cloud, _open(call, launch, instance))
        return answer

    def _describe(self, call: Call, cloud) -> Answer:
        asked = wire.parameters(call)
        found = _named(call, asked.get("SpotInstanceRequestIds", []))
        found = [request for request in found if visible(cloud, request.id)]
        found = matching(found, asked.get("Filters", []), filter_values)
        found, token = page(found, asked)
        rows = [described(request) for request in found]
        return wire.answer(call, {"SpotInstanceRequests": rows, "NextToken": token})

    def _cancel(self, call: Call) -> Answer:
        ids = wire.parameters(call).get("SpotInstanceRequestIds", [])
        if not ids:
            text = "The request must contain the parameter SpotInstanceRequestId"
            raise Refusal("MissingParameter", text)
        cancelled = _named(call, ids)
        for request in cancelled:
            _cancel_one(request)
        rows = [{"SpotInstanceRequestId": r.id, "State": r.state} for r in cancelled]
        return wire.answer(call, {"CancelledSpotInstanceRequests": rows})


def is_one_time(instance: Any) -> bool:
    """Whether an instance comes from a one-time spot request."""
    request_id = getattr(instance, "spot_instance_request_id", None)
    request = instance.ec2_backend.spot_instance_requests.get(request_id)
    return request is not None and request.type != "persistent"


def _open(call: Call, launch: Any, instance: Any) -> str:
    request_id = "sir-" + "".join(secrets.choice(_ALPHABET) for _ in range(8))
    again = relauncher(call, launch)
    request = SpotRequest(request_id, launch.backend, launch.spot_options, instance, again)
    launch.backend.spot_instance_requests[request_id] = request
    instance.spot_instance_request_id = request_id
    tags = launch.tags("spot-instances-request")
    if tags:
        launch.backend.create_tags([request_id], tags)
    return request_id


def _requests(backend: Any) -> list[SpotRequest]:
    """All requests of a backend; those that moto made for RequestSpotInstances are taken over."""
    for request_id, request in list(backend.spot_instance_requests.items()):
        if not isinstance(request, SpotRequest):
            options = {"SpotInstanceType": request.type, "MaxPrice": request.price}
            instance = request.instance
            instance.spot_instance_request_id = request_id
            taken = SpotRequest(request_id, backend, options, instance, None)
            backend.spot_instance_requests[request_id] = taken
    return list(backend.spot_instance_requests.values())


def _follow(request: SpotRequest, cloud) -> None:
    """Brings a request up to what has become of its instance."""
    instance = request.instance
    ended = instance.state in _ENDED
    if request.state == "cancelled":
        if ended and request.code == "request-canceled-and-instance-running":
            request.become("cancelled", _ending(instance))
    elif request.state == "open":
        if request.reopens is not None and time.monotonic() >= request.reopens:
            _fulfil_again(request, cloud)
    elif ended:
        _end(request, _ending(instance), cloud)
    elif request.state != "closed":
        _follow_living(request, cloud)


def _follow_living(request: SpotRequest, cloud) -> None:
    instance = request.instance
    host = cloud.hosts.get(instance.id)
    if host is not None and host.interruption:
        word = "stopped" if host.interruption["action"] == "stop" else "terminated"
        request.become("active", f"instance-{word}-no-capacity")
    elif instance.state in _STOPPED:
        by_aws = instance.state_reason.code.startswith("Server.")
        request.become("disabled", f"instance-stopped-{'no-capacity' if by_aws else 'by-user'}")
    else:
        request.become("active", "fulfilled")


def _end(request: SpotRequest, code: str, cloud) -> None:
    if request.persistent and request.again is not None:
        request.become("open", code)
        request.reopens = time.monotonic() + _REOPENS_AFTER * cloud.settings.time_scale
    else:
        request.become("closed", code)


def _fulfil_again(request: SpotRequest, cloud) -> None:
    instance = request.again()
    if instance is None:
        request.reopens = time.monotonic() + _REOPENS_AFTER * cloud.settings.time_scale
        return
    request.instance, request.reopens = instance, None
    instance.spot_instance_request_id = request.id
    request.become("active", "fulfilled")


def _named(call: Call, ids: list[str]) -> list[SpotRequest]:
    known = {r.id: r for r in _requests(ec2_backends[call.account][call.region])}
    unknown = [request_id for request_id in ids if request_id not in known]
    if len(unknown) == 1:
        text = f"The spot instance request ID '{unknown[0]}' does not exist"
        raise Refusal("InvalidSpotInstanceRequestID.NotFound", text)
    if unknown:
        text = f"The spot instance request IDs '{', '.join(unknown)}' do not exist"
        raise Refusal("InvalidSpotInstanceRequestID.NotFound", text)
    return [known[request_id] for request_id in ids] if ids else list(known.values())


def _cancel_one(request: SpotRequest) -> None:
    if request.state == "disabled":
        request.backend.terminate_instances([request.instance.id])
        request.become("cancelled", "instance-terminated-by-user")
    elif request.state == "active":
        request.become("cancelled", "request-canceled-and-instance-running")
    elif request.state == "open":
        request.reopens = None
        request.become("cancelled", "canceled-before-fulfillment")


def _ending(instance: Any) -> str:
    code = instance.state_reason.code
    if code in ("Server.SpotInstanceTermination", "Server.InsufficientInstanceCapacity"):
        return "instance-terminated-no-capacity"
    by_user = code in ("Client.UserInitiatedShutdown", "Client.InstanceInitiatedShutdown")
    return f"instance-terminated-by-{'user' if by_user else 'service'}"
