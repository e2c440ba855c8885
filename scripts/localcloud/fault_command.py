"""The `lab fault` subcommands and their options."""

from __future__ import annotations

import argparse

from . import orders
from .faults import KINDS
from .settings import DELAYS

_TOLD = {
    "error": "answer with an AWS error",
    "throttle": "answer with the service's throttling error",
    "drop": "end the connection instead of answering; the call has no effect",
    "drop-answer": "let the call have its effect, then end the connection",
    "latency": "wait first",
    "html": "answer with a proxy's HTML page",
    "empty": "let the call have its effect, answer with an empty body; with --status, no effect",
    "truncate": "let the call have its effect, end the connection within the body",
    "half": "let the call have its effect, send half of the body as if it were the whole",
    "stall": "let the call have its effect, stand still within the body, then end the connection",
    "expired-token": "the session of the key that makes the call has expired from then on",
}
_WITH_STATUS = {"error": 400, "html": 502, "empty": None}


def add_faults(verbs: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    """Adds the verb `fault`."""
    fault = verbs.add_parser("fault", help="make the cloud misbehave")
    kinds = fault.add_subparsers(dest="fault", required=True, metavar="FAULT")
    which = _selection(common)
    for kind in KINDS:
        _add_kind(kinds, kind, which)
    _add_holds(kinds, which, common)
    _add_pages(kinds, common)
    _add_capacity(kinds, common)
    _add_stillbirths(kinds, common)
    _add_switches(kinds, common)
    _add_settings(kinds, common)
    boot = kinds.add_parser("boot", parents=[common], help="delay the stages of a boot (seconds)")
    for name in DELAYS:
        boot.add_argument(f"--{name}", type=float, metavar="SECONDS")
    boot.set_defaults(run=orders.delay_boot)
    kinds.add_parser("list", parents=[common], help="show what is injected").set_defaults(
        run=orders.list_faults
    )
    kinds.add_parser("clear", parents=[common], help="take all of it back").set_defaults(
        run=orders.clear_faults
    )


def _selection(common: argparse.ArgumentParser) -> argparse.ArgumentParser:
    which = argparse.ArgumentParser(add_help=False, parents=[common])
    for name, what in (
        ("service", "signing name, as ec2 or elasticfilesystem"),
        ("action", "as RunInstances"),
        ("region", "as eu-west-1"),
        ("access-key", "only calls with this key"),
    ):
        which.add_argument(
            f"--{name}", default="*", metavar="PATTERN", help=f"{what} (default: all)"
        )
    which.add_argument(
        "--mutating", action="store_true", help="only calls that may change something"
    )
    which.add_argument(
        "--skip", type=int, default=0, metavar="M", help="let M such calls pass first"
    )
    return which


def _add_kind(kinds: argparse._SubParsersAction, kind: str, which: argparse.ArgumentParser) -> None:
    sub = kinds.add_parser(kind, parents=[which], help=_TOLD[kind])
    sub.add_argument(
        "--count", type=int, default=1, metavar="N", help="hit N calls (default 1; 0: all)"
    )
    if kind == "error":
        sub.add_argument("code", metavar="CODE", help="as UnauthorizedOperation")
        sub.add_argument("--message", default="injected by the lab")
    if kind in _WITH_STATUS:
        status = _WITH_STATUS[kind]
        told = f" (default {status})" if status else ""
        sub.add_argument("--status", type=int, default=status, help=f"HTTP status{told}")
        sub.add_argument("--effect", action="store_true", help="the call has its effect first")
    if kind in ("error", "throttle", "html"):
        sub.add_argument("--retry-after", metavar="SECONDS", help="add a Retry-After header")
    if kind in ("latency", "stall"):
        sub.add_argument("seconds", type=float, metavar="SECONDS")
    sub.set_defaults(run=orders.add_fault)


def _add_holds(
    kinds: argparse._SubParsersAction,
    which: argparse.ArgumentParser,
    common: argparse.ArgumentParser,
) -> None:
    hold = kinds.add_parser(
        "hold", parents=[which], help="let a call have its effect, hold its answer until released"
    )
    hold.add_argument(
        "--seconds", type=float, default=30.0, metavar="S", help="at most so long (default 30)"
    )
    hold.add_argument(
        "--before", action="store_true", help="hold the call before its effect; dropped, it has none"
    )
    hold.set_defaults(run=orders.hold)
    for name, told in (
        ("await", "wait until the answer of a call is held"),
        ("release", "send the answer that is held"),
    ):
        sub = kinds.add_parser(name, parents=[common], help=told)
        sub.add_argument("id", type=int, metavar="ID", help="the number that `fault hold` printed")
        if name == "await":
            sub.add_argument("--seconds", type=float, default=10.0, metavar="S", help="default 10")
        else:
            sub.add_argument("--drop", action="store_true", help="end the connection instead")
        sub.set_defaults(run=getattr(orders, f"{name}_hold"))


def _add_pages(kinds: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    pages = kinds.add_parser("pages", parents=[common], help="cut listings into small pages")
    pages.add_argument("size", type=int, metavar="SIZE", help="rows of a page")
    pages.add_argument("--action", default="*", metavar="PATTERN", help="as DescribeInstances")
    pages.add_argument("--empty", action="store_true", help="the first page is empty, with a token")
    pages.add_argument(
        "--repeat", action="store_true", help="the second page's token never changes"
    )
    pages.set_defaults(run=orders.cut_pages)


def _add_capacity(kinds: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    capacity = kinds.add_parser("capacity", parents=[common], help="limit how many there are")
    capacity.add_argument("type", metavar="TYPE", help="instance type, or a pattern as 'c5.*'")
    capacity.add_argument("zone", metavar="ZONE", help="zone, or a pattern as 'us-east-1*'")
    capacity.add_argument("available", type=int, metavar="N")
    capacity.add_argument("--market", choices=("spot", "on-demand"), help="default: both")
    capacity.add_argument(
        "--code", metavar="CODE", help="what is said instead of InsufficientInstanceCapacity"
    )
    capacity.set_defaults(run=orders.limit_capacity)

    vcpus = kinds.add_parser("vcpus", parents=[common], help="limit the vCPUs of standard instances")
    vcpus.add_argument("limit", type=int, metavar="N")
    vcpus.add_argument("--market", choices=("spot", "on-demand"), default="spot", help="default: spot")
    vcpus.set_defaults(run=orders.limit_vcpus)


def _add_stillbirths(kinds: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    births = kinds.add_parser(
        "stillbirth", parents=[common], help="machines die between pending and running"
    )
    births.add_argument("code", metavar="CODE", help="as Server.InsufficientInstanceCapacity")
    births.add_argument("--type", metavar="PATTERN", help="instance type (default: all)")
    births.add_argument("--az", metavar="PATTERN", help="zone (default: all)")
    births.add_argument("--market", choices=("spot", "on-demand"), help="default: both")
    births.add_argument("--count", type=int, default=1, metavar="N", help="how many (default 1; 0: all)")
    births.set_defaults(run=orders.add_stillbirth)


def _add_switches(kinds: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    for name, told in (
        ("default-vpc", "whether accounts have a default VPC"),
        ("reuse-addresses", "give public addresses that were given up to the next launch"),
    ):
        sub = kinds.add_parser(name, parents=[common], help=told)
        sub.add_argument("value", choices=("on", "off"))
        sub.set_defaults(run=orders.switch)
    regions = kinds.add_parser("closed-regions", parents=[common], help="regions that are not enabled")
    regions.add_argument("regions", metavar="REGION", nargs="*", help="none: all are enabled")
    regions.set_defaults(run=orders.close_regions)


def _add_settings(kinds: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    for name, metavar, kind, told in (
        ("eventual", "SECONDS", float, "new resources are not found for a while"),
        ("clock", "SECONDS", float, "the lab's clock is ahead by so much (negative: behind)"),
        ("spot-role", "MODE", str, "service-linked role of EC2 Spot: auto, missing or denied"),
        ("quota", "N", int, "limit the live spot instances"),
        ("vanish", "SECONDS", float, "so long a terminated instance is described (3600)"),
        ("disk", "MIB", int, "hosts launched from now on have so small a disk (0: no limit)"),
        ("caller", "ADDRESS", str, "what-is-my-IP and security groups see this address"),
    ):
        sub = kinds.add_parser(name, parents=[common], help=told)
        sub.add_argument("value", type=kind, metavar=metavar)
        sub.set_defaults(run=orders.set_value)
