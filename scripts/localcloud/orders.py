"""The subcommands that speak to a running lab."""

from __future__ import annotations

import argparse
import json
import shlex
import sys
import urllib.parse
from typing import Any

from .client import LabClient, LabError, state_folder
from .settings import DELAYS


def _client(options: argparse.Namespace) -> LabClient:
    return LabClient(state_folder(options.state))


def show_status(options: argparse.Namespace) -> None:
    status = _client(options).ask("status")
    if options.json:
        print(json.dumps(status, indent=2))
        return
    print(f"running at {status['endpoint']} (pid {status['pid']}), SSH port {status['ssh_port']}")
    print(f"mode {status['mode']}: {status['reason']}")
    rows = [("INSTANCE", "STATE", "REGION", "TYPE", "PUBLIC", "PRIVATE", "STAGE", "DOOR")]
    for host_id, host in status["hosts"].items():
        stage = max(host["stages"], key=host["stages"].get, default="-")
        addresses = (host["public_ip"] or "-", host["private_ip"])
        about = (host_id, host["state"], host["region"], host["type"])
        rows.append((*about, *addresses, stage, host["door"]))
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows if len(rows) > 1 else ():
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())


def print_environment(options: argparse.Namespace) -> None:
    print("unset AWS_SESSION_TOKEN AWS_PROFILE AWS_DEFAULT_PROFILE")
    for name, value in _client(options).record["environment"].items():
        print(f"export {name}={shlex.quote(value)}")


def order_host(options: argparse.Namespace) -> int:
    order: dict[str, Any] = {"id": options.id, "log": options.log, "cut": options.cut}
    if options.blackhole:
        order["blackhole"] = options.blackhole == "on"
    if options.reset is not None:
        order["reset"] = options.reset
    if options.kill_sshd or options.start_sshd:
        order["sshd"] = options.start_sshd
    if options.disk is not None:
        order["disk_mib"] = options.disk
    if options.imds is not None:
        order["imds"] = None if options.imds == "ok" else options.imds
    if options.exec is not None:
        order["execute"] = options.exec
    done = _client(options).ask("host", order)
    for line in done.get("log", ()):
        print(line)
    if options.cut:
        print(f"cut {done['cut']} connections", file=sys.stderr)
    sys.stdout.write(done.get("stdout", ""))
    sys.stderr.write(done.get("stderr", ""))
    status = done.get("status", 0)
    return status if status >= 0 else 128 - status


def add_fault(options: argparse.Namespace) -> None:
    order = {"kind": options.fault, **_chosen(options)}
    for name in ("count", "code", "status", "message", "seconds", "effect"):
        if getattr(options, name, None) is not None:
            order[name] = getattr(options, name)
    if getattr(options, "retry_after", None):
        order["headers"] = {"Retry-After": options.retry_after}
    done = _client(options).ask("fault", order)
    print(f"fault {done['id']} is set", file=sys.stderr)


def hold(options: argparse.Namespace) -> None:
    order = {"seconds": options.seconds, "before": options.before, **_chosen(options)}
    print(_client(options).ask("hold", order)["id"])


def await_hold(options: argparse.Namespace) -> int:
    order = {"id": options.id, "seconds": options.seconds}
    held = _client(options).ask("await", order, timeout=options.seconds + 30)
    print(f"{held['state']}" + (f" call {held['call']}" if held["call"] else ""))
    return 0 if held["state"] == "holding" else 1


def release_hold(options: argparse.Namespace) -> None:
    _client(options).ask("release", {"id": options.id, "drop": options.drop})


def _chosen(options: argparse.Namespace) -> dict[str, Any]:
    """Which calls a fault or a hold is about."""
    names = ("service", "action", "region", "access_key", "mutating", "skip")
    return {name: getattr(options, name) for name in names}


def show_calls(options: argparse.Namespace) -> None:
    client = _client(options)
    if options.forget:
        client.ask("forget-calls", {})
        return
    calls = [
        call
        for call in client.ask("calls")["calls"]
        if call["number"] > options.since and options.region in (None, call["region"])
    ]
    if options.json:
        print(json.dumps({"calls": calls}, indent=2))
        return
    for call in calls:
        kind = "dry" if call["dry_run"] else "write" if call["mutates"] else "read"
        status = {None: "...", 0: "cut"}.get(call["status"], call["status"])
        words = (f"{call['service']}:{call['action']}", call["region"], call["code"] or "")
        line = f"{call['number']:4} {call['seconds']:9.3f} {status} {kind:5} {' '.join(words)}"
        print(line.rstrip())


def set_policy(options: argparse.Namespace) -> None:
    document = None
    if options.file:
        try:
            with open(options.file, encoding="utf-8") as file:
                document = json.load(file)
        except (OSError, ValueError) as error:
            raise LabError(f"cannot read the policy {options.file}: {error}") from None
    order = {"document": document, "access_key": options.access_key}
    told = _client(options).ask("policy", order)
    state = "has this policy" if document else "may do everything"
    print(f"{told['access_key']} {state}", file=sys.stderr)


def show_decisions(options: argparse.Namespace) -> None:
    told = _client(options).ask("decisions")
    if options.json:
        print(json.dumps(told, indent=2))
        return
    for one in told["decisions"]:
        if not (options.denied and one["allowed"]):
            verdict = "allowed" if one["allowed"] else "DENIED "
            print(f"{one['call'] or '-':>4} {verdict} {one['action']} {one['resource']}")


def show_inventory(options: argparse.Namespace) -> None:
    asked = {name: getattr(options, name) for name in ("account", "region")}
    query = "?" + urllib.parse.urlencode({name: value for name, value in asked.items() if value})
    print(json.dumps(_client(options).ask(f"inventory{query}"), indent=2))


def limit_capacity(options: argparse.Namespace) -> None:
    order = {
        "type": options.type,
        "az": options.zone,
        "market": options.market,
        "available": options.available,
        "code": options.code,
    }
    _client(options).ask("capacity", order)


def limit_vcpus(options: argparse.Namespace) -> None:
    _client(options).ask("set", {"vcpus": {options.market: options.limit}})


def add_stillbirth(options: argparse.Namespace) -> None:
    client = _client(options)
    rule = {name: getattr(options, name) for name in ("code", "type", "az", "market")}
    if options.count:
        rule["count"] = options.count
    client.ask("set", {"births": [*client.ask("faults")["births"], rule]})


def switch(options: argparse.Namespace) -> None:
    names = {"default-vpc": "default_vpc", "reuse-addresses": "reuse_addresses"}
    _client(options).ask("set", {names[options.fault]: options.value == "on"})


def close_regions(options: argparse.Namespace) -> None:
    _client(options).ask("set", {"closed_regions": options.regions})


def cut_pages(options: argparse.Namespace) -> None:
    names = ("size", "action", "empty", "repeat")
    _client(options).ask("set", {"pages": {name: getattr(options, name) for name in names}})


def set_value(options: argparse.Namespace) -> None:
    names = {"quota": "quota_spot", "disk": "disk_mib", "spot-role": "spot_role"}
    _client(options).ask("set", {names.get(options.fault, options.fault): options.value})


def delay_boot(options: argparse.Namespace) -> None:
    delays = {name: getattr(options, name) for name in DELAYS}
    chosen = {name: seconds for name, seconds in delays.items() if seconds is not None}
    _client(options).ask("set", {"delays": chosen})


def list_faults(options: argparse.Namespace) -> None:
    print(json.dumps(_client(options).ask("faults"), indent=2))


def clear_faults(options: argparse.Namespace) -> None:
    _client(options).ask("clear", {})


def interrupt(options: argparse.Namespace) -> None:
    client = _client(options)
    if options.rebalance:
        print(client.ask("rebalance", {"id": options.id})["time"])
        return
    order = {"id": options.id, "notice": options.notice, "action": options.action}
    print(client.ask("interrupt", order)["time"])
