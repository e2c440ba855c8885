"""Launches a fleet's instances: each pool's by a RunInstances call that walks through the same
repairs as a client's, so that hosts, spot requests, tags and refusals are the same."""

from __future__ import annotations

import html
import io
import re
from typing import Any

from ..pipeline import Answer, Call
from . import moto_app, wire
from .authorization import Authorization
from .capacity import Capacity, quota_exceeded
from .fleet_allocation import Taken
from .fleet_request import ON_DEMAND, SPOT, Pool
from .launches import Launches
from .spot_requests import SpotRequests
from .visibility import Visibility
from .wire import Refusal

_ERROR = re.compile(r"<Code>(.*?)</Code>\s*<Message>(.*?)</Message>", re.DOTALL)


class FleetLauncher:
    """The repairs that a launch needs, put together once."""

    def __init__(
        self,
        authorization: Authorization,
        capacity: Capacity,
        launches: Launches,
        spot: SpotRequests,
        visibility: Visibility,
    ) -> None:
        self.authorization = authorization
        self.capacity = capacity
        self.launches = launches
        self.finishing = (spot, launches, visibility)  # the order of their after()

    def start(self, call: Call, cloud, fleet: Any) -> FleetLaunch:
        return FleetLaunch(self, call, cloud, fleet)


class FleetLaunch:
    """The launches of one fleet."""

    def __init__(self, launcher: FleetLauncher, call: Call, cloud, fleet: Any) -> None:
        self._launcher = launcher
        self._call = call
        self._cloud = cloud
        self._fleet = fleet
        self._promised: dict[str, list[str]] = {SPOT: [], ON_DEMAND: []}  # types, by market
        self._number = 0

    def available(self, pool: Pool, market: str) -> int:
        return self._launcher.capacity.left(self._cloud, pool.instance_type, pool.zone, market)

    def take(self, pool: Pool, market: str, count: int) -> tuple[Taken, Refusal | None]:
        """Promises up to `count` instances; with the reason if they are fewer."""
        backend, promised = self._fleet.request.backend, self._promised[market]
        kind, capacity = pool.instance_type, self._launcher.capacity
        allowed = capacity.quota_left(self._cloud, backend, kind, market, promised)
        allowed = min(count, allowed)
        if allowed < 1:
            raise quota_exceeded(market)
        call = self._run_instances(pool, market, allowed)
        try:
            self._launcher.authorization.check(call, self._cloud)
            self._launcher.launches.prepare(call, self._cloud)
        except Refusal as refusal:
            raise _in_fleet_words(refusal) from None
        given = call.notes["launch"].params["MaxCount"]
        shortage = quota_exceeded(market) if allowed < count else None
        if given < allowed:
            shortage = capacity.shortage(self._cloud, kind, pool.zone, market)
        promised += [kind] * given
        return Taken(pool, market, given, call), shortage

    def give_back(self, taken: Taken) -> None:
        self._launcher.capacity.release(self._cloud, taken.call)
        self._redeem(taken)

    def run(self, taken: Taken) -> list[Any]:
        """Makes the promised instances; moto's own refusals are raised."""
        call = taken.call
        answer = moto_app.ask(call)
        for repair in self._launcher.finishing:
            answer = repair.after(call, answer, self._cloud)
        if not answer.ok:
            raise _refusal(answer)
        self._redeem(taken)  # they are counted as instances from now on
        instances = call.notes["reservation"].instances
        for instance in instances:
            instance.add_tags({"aws:ec2:fleet-id": self._fleet.id})
        return instances

    def _redeem(self, taken: Taken) -> None:
        for _ in range(taken.count):
            self._promised[taken.market].remove(taken.pool.instance_type)

    def _run_instances(self, pool: Pool, market: str, count: int) -> Call:
        asked = pool.launch(market, count)
        asked["ClientToken"] = f"{self._fleet.id}-{self._number}"
        self._number += 1
        tags = [
            {"ResourceType": kind, "Tags": [{"Key": k, "Value": v} for k, v in stated.items()]}
            for kind in ("instance", "volume")
            if (stated := self._fleet.request.tags(kind))
        ]
        if tags:
            asked["TagSpecifications"] = tags
        environ = {
            **self._call.environ,
            "REQUEST_METHOD": "POST",
            "QUERY_STRING": "",
            "CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-8",
            "CONTENT_LENGTH": "0",
            "wsgi.input": io.BytesIO(b""),
        }
        call = Call.read(environ)
        call.notes["number"] = self._call.notes.get("number")
        call.account, call.action = self._call.account, "RunInstances"
        call.service, call.protocol, call.region = "ec2", "ec2", self._call.region
        call.form = {}
        wire.replace_parameters(call, asked)
        return call


def _in_fleet_words(refusal: Refusal) -> Refusal:
    """A fleet calls it a configuration error that a zone does not have a type."""
    if refusal.code != "Unsupported":
        return refusal
    return Refusal("InvalidFleetConfiguration", refusal.message.split(" Please ")[0])


def _refusal(answer: Answer) -> Refusal:
    found = _ERROR.search(answer.body.decode("utf-8", "replace"))
    code, message = found.groups() if found else ("InternalError", "An internal error has occurred")
    return Refusal(html.unescape(code), html.unescape(message), answer.status)
