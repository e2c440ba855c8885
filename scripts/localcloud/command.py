"""The `lab` command: its subcommands and their options."""

from __future__ import annotations

import argparse
import sys

from . import orders, running
from .client import LabError
from .fault_command import add_faults
from .modes import NoMode
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
    add_faults(verbs, common)
    _add_interrupt(verbs, common)
    _add_observation(verbs, common)
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
    host.add_argument(
        "--imds",
        metavar="FAULT",
        help="the metadata service fails: 401, 403, 404, 503, garbage, slow, silent; or: ok",
    )
    host.add_argument("--exec", metavar="CMD", help="run a shell line as root; its status is ours")
    host.set_defaults(run=orders.order_host)


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


def _add_observation(verbs: argparse._SubParsersAction, common: argparse.ArgumentParser) -> None:
    calls = verbs.add_parser("calls", parents=[common], help="show the API calls made so far")
    calls.add_argument("--forget", action="store_true", help="forget them; the next is number 1")
    calls.add_argument("--since", type=int, default=0, metavar="N", help="those after number N")
    calls.add_argument("--region", metavar="REGION", help="those of one region")
    calls.add_argument("--json", action="store_true", help="as one JSON document")
    calls.set_defaults(run=orders.show_calls)

    policy = verbs.add_parser("policy", parents=[common], help="allow a caller what an IAM policy says")
    policy.add_argument("file", metavar="FILE", nargs="?", help="the policy; without: everything")
    policy.add_argument("--access-key", metavar="KEY", help="whose (default: the key of `lab env`)")
    policy.set_defaults(run=orders.set_policy)

    decisions = verbs.add_parser(
        "decisions", parents=[common], help="show what was decided under policies"
    )
    decisions.add_argument("--denied", action="store_true", help="only what was denied")
    decisions.add_argument("--json", action="store_true", help="as one JSON document")
    decisions.set_defaults(run=orders.show_decisions)

    inventory = verbs.add_parser(
        "inventory", parents=[common], help="print all that an account has, as JSON"
    )
    inventory.add_argument("--account", metavar="ID", help="default: the account of `lab env`")
    inventory.add_argument("--region", metavar="REGION", help="only what is in this region")
    inventory.set_defaults(run=orders.show_inventory)


def _positive(text: str) -> float:
    value = float(text)
    if value < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return value
