"""`scripts/bench transfers`: its options, and the run of it."""

from __future__ import annotations

import argparse
import fnmatch
import json
import pathlib
import shutil
import signal
import sys
import time

from . import report
from .loads import LOADS, QUICK_LOADS
from .profile import Profiler
from .rows import ROWS
from .stage import Spot, Stage, StageError
from .trial import Trial

_ROOM = 8 << 30  # of memory, to spare the measurements the disk


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", metavar="PATTERN", default="*", help="names of rows, as in *-150*")
    parser.add_argument("--list", action="store_true", help="print the names of the rows, and end")
    parser.add_argument("--runs", type=int, default=5, help="of everybody in every row")
    parser.add_argument("--quick", action="store_true", help="smaller sizes: to try it, not to quote it")
    parser.add_argument("--binary", help="the release binary")
    parser.add_argument(
        "--budget", type=float, default=120, metavar="MINUTES", help="no run starts later"
    )
    parser.add_argument(
        "--longest", type=float, default=300, metavar="SECONDS", help="for one run of one program"
    )
    parser.add_argument("--folder", help="where files lie (memory if there is room, else temporary files)")
    parser.add_argument("--json", metavar="FILE", help="write every single time there")
    parser.add_argument(
        "--profile", metavar="DIR", help="run spot once more in each row under perf; the shares go there"
    )
    parser.add_argument("--strict", action="store_true", help="end with 1 unless every requirement is met")
    parser.add_argument("--keep", action="store_true", help="leave the files")


def run(options: argparse.Namespace, binary: pathlib.Path) -> int:
    rows = [row for row in ROWS if fnmatch.fnmatchcase(row.name, options.rows)]
    if options.list:
        print("\n".join(row.name for row in rows))
        return 0
    if not rows:
        print(f"bench: no row is named like {options.rows}: see --list", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        return _measure(rows, options, binary)
    except (StageError, OSError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _measure(rows: list, options: argparse.Namespace, binary: pathlib.Path) -> int:
    if options.profile and not Profiler.is_possible():
        raise StageError("--profile needs perf (package linux-perf)")
    profiler = Profiler(options.profile) if options.profile else None
    deadline = time.monotonic() + options.budget * 60
    loads = QUICK_LOADS if options.quick else LOADS
    outcomes = []
    with Stage(Spot(binary), options.folder or _folder(), options.keep, _say) as stage:
        head = report.machine_line(stage)
        print(head, flush=True)
        print(f"medians of {options.runs} runs or more, in turn{_quick_mark(options)}\n", flush=True)
        trial = Trial(stage, options.runs, options.longest, deadline, profiler, _say)
        for row in rows:
            outcomes.append(trial.measure(row, loads[row.load]))
            print(report.row_table(outcomes[-1]), end="\n\n", flush=True)
    print(report.summary(outcomes) + _quick_mark(options), flush=True)
    if options.json:
        document = {
            "machine": head, "quick": options.quick,
            "rows": [report.as_json(outcome) for outcome in outcomes],
        }
        pathlib.Path(options.json).write_text(json.dumps(document, indent=2) + "\n")
    is_met = all(report.verdict(outcome) == report.MET for outcome in outcomes)
    return 1 if options.strict and not is_met else 0


def _quick_mark(options: argparse.Namespace) -> str:
    return "\nQUICK: smaller sizes than the rows ask for" if options.quick else ""


def _folder() -> str | None:
    memory = "/dev/shm"
    try:
        return memory if shutil.disk_usage(memory).free >= _ROOM else None
    except OSError:
        return None


def _say(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)
