"""The `lab` command: its subcommands and their options."""

from __future__ import annotations

import argparse
import sys

from . import orders, running
from .client import LabError
from .faults import KINDS
from .modes import NoMode
from .settings import DELAYS
from .setup import SetupError

_DESCRIPTION = """\
A cloud on this machine: the AWS API (moto, with its gaps repaired) and a real isolated host with a
real sshd for every instance. See docs/lab.md.
"""

_EXAMPLE = """\
example:
  scripts/lab up && eval "$(scripts/lab env)"
  aws ec2 describe-regions
  scripts/lab fault throttle --service ec2 --action DescribeInstances --count 2
  scripts/lab down
"""


def main() -> int:
    parser = build_parser()
    options = parser.parse_args()
    try:
        return options.run(options) or 0
    except (LabError, NoMode, SetupError) as error:
        print(f"lab: error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def build_parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="lab", description=_DESCRIPTION, epilog=_EXAMPLE, formatter_class=raw
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--state", metavar="DIR", help="which lab: its state folder (default: $SPOT_LAB_STATE, else yours)"
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    setup = verbs.add_parser(
        "setup", help="make what the lab needs (quick when it is there); print its Python"
    )
    setup.add_argument("--rootless", action="store_true", help="also the file system of rootless hosts")
    setup.set_defaults(run=running.set_up_lab)

    up = verbs.add_parser("up", parents=[common], help="start the lab")
    up.add_argument("--port", type=int, default=0, help="port of the API (default: any free one)")
    up.add_argument(
        "--time-scale",
        type=_positive,
        default=1.0,
        metavar="X",
        help="factor on every made-up duration: boot delays, interruption notices (0.01: fast)",
    )
    up.add_argument("--seed", type=int, default=1, metavar="N", help="of prices and other chance")
    up.add_argument(
        "--mode",
        choices=("auto", "root", "sudo", "rootless"),
        default="auto",
        help="how to get namespaces (default: the first way that works)",
    )
    up.add_argument(
        "--foreground",
        action="store_true",
        help="print `READY {json}`, and end on SIGTERM or when stdin closes",
    )
    up.set_defaults(run=running.bring_up)

    down = verbs.add_parser("down", parents=[common], help="end the lab; nothing of it stays")
    down.set_defaults(run=running.bring_down)

    status = verbs.add_parser("status", parents=[common], help="show the lab and its hosts")
    status.add_argument("--json", action="store_true", help="as one JSON document")
    status.set_defaults(run=orders.show_status)

    env = verbs.add_parser("env", parents=[common], help="print the settings for a shell (`eval` it)")
    env.set_defaults(run=orders.print_environment)

    _add_host(verbs, common)
    _add_fault(verbs, common)
    _add_interrupt(verbs, common)
    return parser


def _add_host(verbs: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    host = verbs.add_parser("host", parents=[common], help="look at one host, or break it")
    host.add_argument("id", metavar="ID", help="the instance id")
    host.add_argument("--log", action="store_true", help="print the console from the first boot on")
    host.add_argument("--cut", action="store_true", help="end all its connections now")
    host.add_argument(
        "--blackhole",
        choices=("on", "off"),
        help="new connections time out, open ones stall; off: all heals",
    )
    host.add_argument("--reset", type=int, metavar="N", help="answer the next N connections with RST")
    host.add_argument(
        "--kill-sshd", action="store_true", help="end every sshd; connections are refused from then on"
    )
    host.add_argument("--start-sshd", action="store_true", help="start sshd again")
    host.add_argument(
        "--disk", type=int, metavar="MIB", help="resize the disk (of a host launched with `fault disk`)"
    )
    host.add_argument("--exec", metavar="CMD", help="run a shell line as root; its status is ours")
    host.set_defaults(run=orders.order_host)


def _add_fault(verbs: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    fault = verbs.add_parser("fault", help="make the cloud misbehave")
    kinds = fault.add_subparsers(dest="fault", required=True, metavar="FAULT")
    which = argparse.ArgumentParser(add_help=False, parents=[common])
    for name, what in (
        ("service", "signing name, as ec2 or elasticfilesystem"),
        ("action", "as RunInstances"),
        ("region", "as eu-west-1"),
        ("access-key", "only calls with this key"),
    ):
        which.add_argument(f"--{name}", default="*", metavar="PATTERN", help=f"{what} (default: all)")
    which.add_argument("--skip", type=int, default=0, metavar="M", help="let M such calls pass first")
    which.add_argument(
        "--count", type=int, default=1, metavar="N", help="hit N calls (default 1; 0: all)"
    )
    told = {
        "error": "answer with an AWS error",
        "throttle": "answer with the service's throttling error",
        "drop": "end the connection instead of answering; the call has no effect",
        "drop-answer": "let the call have its effect, then end the connection",
        "latency": "wait first",
        "html": "answer with a proxy's HTML page; the call has no effect",
        "empty": "let the call have its effect, answer with an empty body",
        "truncate": "let the call have its effect, end the connection within the body",
    }
    for kind in KINDS:
        sub = kinds.add_parser(kind, parents=[which], help=told[kind])
        if kind == "error":
            sub.add_argument("code", metavar="CODE", help="as UnauthorizedOperation")
            sub.add_argument("--status", type=int, default=400, help="HTTP status (default 400)")
            sub.add_argument("--message", default="injected by the lab")
        if kind == "latency":
            sub.add_argument("seconds", type=float, metavar="SECONDS")
        sub.set_defaults(run=orders.add_fault)

    capacity = kinds.add_parser("capacity", parents=[common], help="limit how many there are")
    capacity.add_argument("type", metavar="TYPE", help="instance type, or a pattern as 'c5.*'")
    capacity.add_argument("zone", metavar="ZONE", help="zone, or a pattern as 'us-east-1*'")
    capacity.add_argument("available", type=int, metavar="N")
    capacity.add_argument("--market", choices=("spot", "on-demand"), help="default: both")
    capacity.add_argument(
        "--code", metavar="CODE", help="what is said instead of InsufficientInstanceCapacity"
    )
    capacity.set_defaults(run=orders.limit_capacity)

    for name, metavar, kind, told_ in (
        ("eventual", "SECONDS", float, "new resources are not found for a while"),
        ("quota", "N", int, "limit the live spot instances"),
        ("disk", "MIB", int, "hosts launched from now on have so small a disk (0: no limit)"),
        ("caller", "ADDRESS", str, "what-is-my-IP and security groups see this address"),
    ):
        sub = kinds.add_parser(name, parents=[common], help=told_)
        sub.add_argument("value", type=kind, metavar=metavar)
        sub.set_defaults(run=orders.set_value)

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


def _add_interrupt(verbs: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    interrupt = verbs.add_parser("interrupt", parents=[common], help="take a spot instance away")
    interrupt.add_argument("id", metavar="ID", help="the instance id")
    interrupt.add_argument(
        "--notice", type=float, default=120, metavar="S", help="seconds before it (default 120, scaled)"
    )
    interrupt.add_argument(
        "--action", choices=("terminate", "stop", "hibernate"), default="terminate"
    )
    interrupt.add_argument(
        "--rebalance", action="store_true", help="only recommend to rebalance; nothing is taken"
    )
    interrupt.set_defaults(run=orders.interrupt)


def _positive(text: str) -> float:
    value = float(text)
    if value < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return value
