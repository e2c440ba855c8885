"""The lab's own endpoints under /lab/, which the `lab` command speaks to.

Reading is open. Whatever changes something needs the lab's token, because it can mean root in a host:
the port is on loopback, and other users of the machine can reach that.
"""

from __future__ import annotations

import hmac
import json
import os
import signal
import sys
import traceback
import urllib.parse
from typing import Any, Callable

from .cloud import Cloud
from .faults import Faults
from .host import Host, HostError
from .imds import FAULTS as IMDS_FAULTS
from .observation import Observation, Read, Write
from .pipeline import Answer
from .repairs import service_roles
from .settings import DELAYS

TOKEN_HEADER = "X-Lab-Token"
_POOL = ("type", "az", "market")  # what a capacity rule is about


class Refused(Exception):
    """The request makes no sense; the text says why."""


def _optional(value: Any) -> int | None:
    return None if value is None else int(value)


def _mode(value: Any) -> str:
    """How the service-linked role of EC2 Spot comes about; what is there of it is forgotten."""
    if value not in service_roles.MODES:
        raise Refused(f"unknown mode of the service-linked role: {value}")
    service_roles.forget_spot_roles()
    return str(value)


# How the value of each setting is read.
_SETTABLE: dict[str, Callable[[Any], Any]] = {
    "births": list,
    "caller": str,
    "clock": float,
    "closed_regions": list,
    "default_vpc": bool,
    "disk_mib": int,
    "eventual": float,
    "pages": lambda value: value and dict(value),
    "quota_spot": _optional,
    "reuse_addresses": bool,
    "spot_role": _mode,
    "time_scale": float,
    "vanish": float,
    "vcpus": dict,
}


class Control:
    def __init__(
        self,
        cloud: Cloud,
        faults: Faults,
        observation: Observation,
        token: str,
        about: dict[str, Any],
    ) -> None:
        self._cloud = cloud
        self._faults = faults
        self._observation = observation
        self._token = token
        self._about = about
        self._reads: dict[str, Read] = {
            "status": lambda _: self._status(),
            "faults": lambda _: self._list_faults(),
            **observation.reads,
        }
        self._writes: dict[str, Write] = {
            "fault": self._add_fault,
            "clear": self._clear,
            "set": self._set,
            "capacity": self._add_capacity,
            "host": self._host_order,
            "interrupt": self._interrupt,
            "rebalance": self._rebalance,
            "stop": self._stop,
            **observation.writes,
        }

    def answer(self, environ: dict[str, Any]) -> Answer:
        try:
            return self._answer(environ)
        except Exception as error:  # the lab's own: said on its log and to the caller
            traceback.print_exc(file=sys.stderr)
            return _json(500, {"error": f"the lab failed: {error!r}"})

    def _answer(self, environ: dict[str, Any]) -> Answer:
        name = environ["PATH_INFO"][len("/lab/") :]
        if name == "checkip":
            return Answer(200, "text/plain", f"{self._cloud.settings.caller}\n".encode())
        if name in self._reads:
            query = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", "")))
            return _json(200, self._reads[name](query))
        if name not in self._writes:
            return _json(404, {"error": f"unknown: {name}"})
        given = environ.get("HTTP_" + TOKEN_HEADER.upper().replace("-", "_"), "")
        if not hmac.compare_digest(given, self._token):
            return _json(403, {"error": f"the {TOKEN_HEADER} header is missing or wrong"})
        try:
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            order = json.loads(body or b"{}")
            return _json(200, self._writes[name](order))
        except (Refused, HostError) as refusal:
            return _json(409, {"error": str(refusal)})
        except (ValueError, TypeError, KeyError) as error:
            return _json(400, {"error": f"bad order: {error}"})

    def _status(self) -> dict[str, Any]:
        hosts = {host.id: host.describe() for host in list(self._cloud.hosts.values())}
        return {**self._about, "hosts": hosts}

    # Faults

    def _list_faults(self) -> dict[str, Any]:
        settings = self._cloud.settings
        told = {name: getattr(settings, name) for name in (*_SETTABLE, "capacity", "delays")}
        return {"rules": self._faults.listing(), **told}

    def _add_fault(self, order: dict[str, Any]) -> dict[str, Any]:
        return {"id": self._faults.add(**order).id}

    def _clear(self, _: dict[str, Any]) -> dict[str, Any]:
        cleared = self._faults.clear()
        self._cloud.settings.clear()
        self._observation.clear()
        for host in list(self._cloud.hosts.values()):
            host.heal()
        return {"cleared": cleared}

    def _set(self, order: dict[str, Any]) -> dict[str, Any]:
        settings = self._cloud.settings
        for name, value in order.items():
            if name == "delays":
                unknown = set(value) - set(DELAYS)
                if unknown:
                    raise Refused(f"unknown delay: {', '.join(sorted(unknown))}")
                settings.delays.update({key: float(seconds) for key, seconds in value.items()})
            elif name == "vcpus":
                settings.vcpus.update({str(market): int(limit) for market, limit in value.items()})
            elif name in _SETTABLE:
                setattr(settings, name, _SETTABLE[name](value))
            else:
                raise Refused(f"unknown setting: {name}")
        if "caller" in order:
            self._cloud.reconcile()
        return self._list_faults()

    def _add_capacity(self, order: dict[str, Any]) -> dict[str, Any]:
        """The newest rule for the same type, zone and market replaces the older."""
        rule = {key: order[key] for key in _POOL if order.get(key)}
        others = [
            known
            for known in self._cloud.settings.capacity
            if {key: known[key] for key in _POOL if key in known} != rule
        ]
        if order.get("code"):
            rule["code"] = str(order["code"])
        self._cloud.settings.capacity = [*others, {**rule, "available": int(order["available"])}]
        return {"capacity": self._cloud.settings.capacity}

    # Hosts

    def _find(self, order: dict[str, Any]) -> Host:
        host = self._cloud.hosts.get(order["id"])
        if host is None:
            raise Refused(f"no such instance: {order['id']}")
        return host

    def _host_order(self, order: dict[str, Any]) -> dict[str, Any]:
        host = self._find(order)
        done: dict[str, Any] = {"id": host.id}
        if order.get("log"):
            done["log"] = [line for _, line in host.console]
        if order.get("cut"):
            done["cut"] = host.cut()
        if "blackhole" in order:
            host.set_blackhole(bool(order["blackhole"]))
        if "reset" in order:
            host.resets = int(order["reset"])
        if "sshd" in order:
            host.set_sshd(bool(order["sshd"]))
        if "imds" in order:
            if order["imds"] not in (None, *IMDS_FAULTS):
                raise Refused(f"unknown fault of the metadata service: {order['imds']}")
            host.metadata.fault = order["imds"]
        if "disk_mib" in order:
            host.resize_disk(int(order["disk_mib"]))
        if "execute" in order:
            status, output, errors = host.execute(order["execute"], float(order.get("timeout", 60)))
            done["status"] = status
            done["stdout"] = output.decode("utf-8", "replace")
            done["stderr"] = errors.decode("utf-8", "replace")
        return done

    def _interrupt(self, order: dict[str, Any]) -> dict[str, Any]:
        action = order.get("action", "terminate")
        if action not in ("terminate", "stop", "hibernate"):
            raise Refused(f"unknown action: {action}")
        notice = float(order.get("notice", 120))
        return {"time": self._cloud.interrupt(self._find(order), action, notice)}

    def _rebalance(self, order: dict[str, Any]) -> dict[str, Any]:
        host = self._find(order)
        host.rebalance = self._cloud.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        return {"time": host.rebalance}

    def _stop(self, _: dict[str, Any]) -> dict[str, Any]:
        os.kill(os.getpid(), signal.SIGTERM)
        return {"pid": os.getpid()}


def _json(status: int, value: Any) -> Answer:
    return Answer(status, "application/json", json.dumps(value).encode() + b"\n")
