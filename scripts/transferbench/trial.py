"""Runs the work of a row: everybody in turn, so that a busy moment meets all; each within a limit."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass, field

from . import echo
from .loads import Load, Loads
from .peers import SPOT, Work, command, peers_of
from .profile import Profiler
from .rows import Row
from .stage import MACHINE, Stage

# What ends this fast is run more often: a median of five would be chance.
_RUNS_OF_SHORT_WORK = 15
_PRESSES = 200
_LEAST_PATIENCE = 60.0


@dataclass
class Measurement:
    """Of one peer in one row; empty when it was not its turn before the time was over."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)  # seconds of the client and its children
    peak: int = 0  # KiB, of the largest process
    cut_at: float | None = None  # it was ended after so long
    failure: str | None = None

    @property
    def median(self) -> float | None:
        return statistics.median(self.seconds) if self.seconds else None

    @property
    def at_least(self) -> float | None:
        """What it takes, or what it takes more than."""
        return self.cut_at or self.median

    @property
    def is_over(self) -> bool:
        return self.cut_at is not None or self.failure is not None


@dataclass(frozen=True)
class Outcome:
    row: Row
    load: Load
    measurements: dict[str, Measurement]
    wanted_runs: int
    note: str = ""  # why there are no measurements
    profile: str = ""  # whose code spot's processor time was

    def ratio(self, peer: str) -> float | None:
        """So many times as fast as the peer is spot."""
        ours, theirs = self.measurements[SPOT], self.measurements[peer]
        if ours.is_over or ours.median is None or theirs.failure or theirs.at_least is None:
            return None
        return theirs.at_least / ours.median


class Trial:
    def __init__(
        self, stage: Stage, runs: int, longest: float, deadline: float, profiler: Profiler | None, say
    ) -> None:
        self._stage = stage
        self._profiler = profiler
        self._loads = Loads(stage)
        self._runs = runs
        self._longest = longest
        self._deadline = deadline
        self._say = say

    def measure(self, row: Row, load: Load) -> Outcome:
        if row.reuses and not self._stage.spot.can_share:
            return Outcome(row, load, {}, 0, "not yet: spot has no connection reuse")
        if row.verb == "echo" and not self._stage.spot.has_verb("shell"):
            return Outcome(row, load, {}, 0, "not yet: spot has no shell")
        if self._time_left() <= 0:
            return Outcome(row, load, {}, 0, "not measured: the time budget is spent")
        measurements = {peer: Measurement() for peer in self._peers(row)}
        runs = max(self._runs, _RUNS_OF_SHORT_WORK) if row.verb == "exec" else self._runs
        for number in range(runs):
            order = list(measurements)
            for peer in order if number % 2 == 0 else reversed(order):
                measurement = measurements[peer]
                if measurement.is_over or self._time_left() <= 0:
                    continue
                self._run_once(
                    row, load, peer, measurement, self._patience(row, peer, measurements)
                )
                self._say(f"{row.name} {number + 1}/{runs} {peer}: {_told(measurement)}")
        return Outcome(row, load, measurements, runs, profile=self._profiled(row, load))

    def _peers(self, row: Row) -> list[str]:
        if row.verb == "echo":
            return [SPOT, "ssh"]
        if row.again:
            return [SPOT, "rsync -a", "scp"]
        everybody = peers_of(row.verb, row.reuses)
        return [peer for peer in everybody if not row.reuses or peer == SPOT or peer in row.needs]

    def _time_left(self) -> float:
        return self._deadline - time.monotonic()

    def _patience(self, row: Row, peer: str, measurements: dict[str, Measurement]) -> float:
        """Long enough to tell whether a peer is as slow as required, not longer."""
        ours = measurements[SPOT].seconds
        if peer == SPOT or not ours:
            return self._longest
        factor = row.needs[peer].factor if peer in row.needs else 1
        return min(self._longest, max(_LEAST_PATIENCE, 1.25 * factor * max(ours)))

    def _run_once(
        self, row: Row, load: Load, peer: str, measurement: Measurement, limit: float
    ) -> None:
        if row.verb == "echo":
            self._press_keys(row, peer, measurement, limit)
            return
        work, arrival = self._prepared(row, load, peer)
        words = command(peer, work)
        if row.again and not measurement.seconds:
            if _timed(words, work, limit, Measurement()) is None:
                measurement.failure = "the first copy failed"
                return
        seconds = _timed(words, work, limit, measurement)
        if seconds is None:
            return
        if not self._has_arrived(row, load, arrival):
            measurement.failure = "what arrived is not what was sent"
            return
        measurement.seconds.append(seconds)

    def _profiled(self, row: Row, load: Load) -> str:
        """One more run, for nothing but to be looked at."""
        if not self._profiler or row.verb == "echo" or self._time_left() <= 0:
            return ""
        work, _ = self._prepared(row, load, SPOT)
        words = self._profiler.wrapped(row.name, command(SPOT, work))
        measurement = Measurement()
        if _timed(words, work, self._longest, measurement) is None:
            return measurement.failure or "took too long"
        return self._profiler.concluded(row.name)

    def _prepared(self, row: Row, load: Load, peer: str) -> tuple[Work, str]:
        """The work, and where its result will be; the place is empty unless the row wants it full."""
        link = self._stage.link(row.round_trip)
        if row.reuses and peer == SPOT:
            self._stage.spot_output("exec", MACHINE, "true", environment=link.environment)
        source = target = arrival = ""
        slug = "".join(letter for letter in peer if letter.isalpha())
        if row.again:
            source, target = self._loads.local(load), f"again-{slug}"
            arrival = target if peer == "rsync -a" else f"{target}/{load.name}"
            self._stage.remote(f"mkdir -p {target}")
        elif row.verb == "up":
            source, target = self._loads.local(load), "arrival"
            arrival = target
            self._loads.forget_there(target)
        elif row.verb == "down":
            source, target = self._loads.remote(load), str(self._loads.arrivals / "arrival")
            arrival = target
            self._loads.forget_here(target)
        return Work(row.verb, link, load, source, target, row.reuses, self._stage), arrival

    def _has_arrived(self, row: Row, load: Load, arrival: str) -> bool:
        if row.verb == "exec":
            return True
        if row.verb == "up":
            return self._loads.arrived_there(load, arrival)
        return self._loads.arrived_here(load, arrival)

    def _press_keys(self, row: Row, peer: str, measurement: Measurement, limit: float) -> None:
        link = self._stage.link(row.round_trip)
        words = [*link.ssh, "-tt", MACHINE, echo.REMOTE]
        if peer == SPOT:
            words = [self._stage.spot.path, "shell", MACHINE, "--", "sh", "-c", echo.REMOTE]
        try:
            taken = echo.press_keys(words, link.environment, _PRESSES, min(limit, 30.0))
        except (echo.NoEcho, OSError) as error:
            measurement.failure = str(error)
            return
        measurement.seconds.append(sorted(taken)[len(taken) * 99 // 100])


def _timed(words: list[str], work: Work, limit: float, measurement: Measurement) -> float | None:
    """The seconds that a command took; None when it was cut or failed, which the measurement tells."""
    log = work.stage.folder / "errors.log"
    with open(log, "wb") as errors:
        started = time.perf_counter()
        child = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
            env=work.link.environment, start_new_session=True,
        )
        clock = threading.Timer(limit, os.killpg, (child.pid, signal.SIGKILL))
        clock.start()
        try:
            _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        finally:
            clock.cancel()
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
    if seconds >= limit:
        measurement.cut_at = limit
        return None
    if child.returncode != 0:
        last = log.read_text(errors="replace").strip().splitlines()[-1:]
        measurement.failure = f"ended with {child.returncode}: {' '.join(last)}"
        return None
    measurement.processor.append(usage.ru_utime + usage.ru_stime)
    measurement.peak = max(measurement.peak, usage.ru_maxrss)
    return seconds


def _told(measurement: Measurement) -> str:
    if measurement.failure:
        return measurement.failure
    if measurement.cut_at is not None:
        return f"cut off after {measurement.cut_at:.0f} s"
    return f"{measurement.seconds[-1]:.3f} s"
