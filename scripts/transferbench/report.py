"""What is printed: the machine, a table for each row, and one table of all ratios."""

from __future__ import annotations

import ctypes
import os
import pathlib
import platform
import re
import subprocess

from .peers import SPOT
from .stage import Stage
from .trial import Measurement, Outcome

_COLUMNS = ["scp", "sftp", "rsync -a", "tar | ssh", "paramiko", "spot-connect", "ssh", "ssh -M"]
MET, MISSED, UNKNOWN = "met", "MISSED", "not shown"


def machine_line(stage: Stage) -> str:
    parts = [
        f"{os.cpu_count()} × {_processor()}",
        f"Linux {platform.release()}",
        _first(["ssh", "-V"], r"OpenSSH_[^,\s]+"),
        _first(["rsync", "--version"], r"rsync\s+version \S+"),
        f"libssh2 {_libssh2()}",
        "paramiko "
        + _first([stage.paramiko_python, "-c", "import paramiko; print(paramiko.__version__)"], r"\S+"),
        f"spot {_first([stage.spot.path, '--version'], r'.+')}",
        f"load {os.getloadavg()[0]:.1f}",
    ]
    return " · ".join(parts)


def row_table(outcome: Outcome) -> str:
    title = outcome.row.title.format(load=outcome.load)
    lines = [f"{title}  [{outcome.row.name}]"]
    if not outcome.measurements:
        return "\n".join([*lines, f"  {outcome.note}"])
    heading = f"  {'':14}{'median':>11}{'fastest':>11}{'MB/s':>8}{'CPU s':>8}{'runs':>6}"
    lines.append(f"{heading}{'spot is':>11}  must")
    for peer, measurement in outcome.measurements.items():
        lines.append(f"  {peer:14}{_figures(outcome, measurement)}{_comparison(outcome, peer)}".rstrip())
    if outcome.profile:
        lines.append(f"  spot's processor time: {outcome.profile}")
    return "\n".join(lines)


def summary(outcomes: list[Outcome]) -> str:
    """One line for each row: so many times as fast as each peer is spot."""
    present = [name for name in _COLUMNS if any(name in outcome.measurements for outcome in outcomes)]
    lines = [f"{'spot is … times as fast as':28}{'spot':>10}" + "".join(f"{n:>13}" for n in present)]
    for outcome in outcomes:
        if not outcome.measurements:
            lines.append(f"{outcome.row.name:28}  {outcome.note}")
            continue
        ours = outcome.measurements[SPOT]
        cells = "".join(f"{_ratio(outcome, peer):>13}" for peer in present)
        lines.append(f"{outcome.row.name:28}{_time(ours):>10}{cells}  {verdict(outcome)}")
    met = sum(verdict(outcome) == MET for outcome in outcomes)
    return "\n".join([*lines, f"{met} of {len(outcomes)} rows met"])


def verdict(outcome: Outcome) -> str:
    """The worst of a row's verdicts."""
    said = [judge(outcome, peer) for peer in outcome.row.needs]
    for word in (MISSED, UNKNOWN):
        if word in said:
            return word
    return MET


def judge(outcome: Outcome, peer: str) -> str:
    if not outcome.measurements:
        return UNKNOWN
    ours, theirs = outcome.measurements[SPOT], outcome.measurements[peer]
    ratio = outcome.ratio(peer)
    if ratio is None:
        return MISSED if ours.is_over else UNKNOWN
    if outcome.row.needs[peer].met_by(ratio):
        return MET
    return UNKNOWN if theirs.cut_at is not None else MISSED


def as_json(outcome: Outcome) -> dict:
    return {
        "row": outcome.row.name,
        "title": outcome.row.title.format(load=outcome.load),
        "note": outcome.note,
        "profile": outcome.profile,
        "verdict": verdict(outcome),
        "peers": {
            peer: {
                "seconds": measurement.seconds,
                "processor_seconds": measurement.processor,
                "peak_kib": measurement.peak,
                "cut_at": measurement.cut_at,
                "failure": measurement.failure,
                "ratio": outcome.ratio(peer),
                "must": outcome.row.needs[peer].text if peer in outcome.row.needs else None,
            }
            for peer, measurement in outcome.measurements.items()
        },
    }


def _figures(outcome: Outcome, measurement: Measurement) -> str:
    if measurement.failure:
        return f"  {measurement.failure}"
    if measurement.median is None:
        return f"{_time(measurement):>11}{'':33}"
    rate = outcome.load.total / measurement.median / 1e6
    processor = sorted(measurement.processor)[len(measurement.processor) // 2 :][:1]
    return (
        f"{_time(measurement):>11}{_seconds(min(measurement.seconds)):>11}"
        + (f"{rate:8.1f}" if outcome.load.total else f"{'':8}")
        + (f"{processor[0]:8.2f}" if processor else f"{'':8}")
        + f"{len(measurement.seconds):6}"
    )


def _comparison(outcome: Outcome, peer: str) -> str:
    if peer == SPOT or outcome.measurements[peer].failure:
        return ""
    text = f"{_ratio(outcome, peer):>11}"
    if peer in outcome.row.needs:
        text += f"  {outcome.row.needs[peer].text}: {judge(outcome, peer)}"
    return text


def _ratio(outcome: Outcome, peer: str) -> str:
    if peer not in outcome.measurements:
        return ""
    ratio = outcome.ratio(peer)
    if ratio is None:
        return "–"
    sign = "> " if outcome.measurements[peer].cut_at is not None else ""
    return f"{sign}{ratio:.2f} ×"


def _time(measurement: Measurement) -> str:
    if measurement.failure:
        return "failed"
    if measurement.cut_at is not None:
        return f"> {measurement.cut_at:.0f} s"
    return "–" if measurement.median is None else _seconds(measurement.median)


def _seconds(value: float) -> str:
    return f"{value * 1000:.2f} ms" if value < 0.01 else f"{value:.3f} s"


def _processor() -> str:
    text = pathlib.Path("/proc/cpuinfo").read_text()
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1] if found else platform.machine()


def _libssh2() -> str:
    try:
        library = ctypes.CDLL("libssh2.so.1")
    except OSError:
        return "unknown"
    library.libssh2_version.restype = ctypes.c_char_p
    return library.libssh2_version(0).decode()


def _first(command: list[str], pattern: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    found = re.search(pattern, done.stdout + done.stderr)
    return re.sub(r"\s+", " ", found[0]) if found else f"{command[0]} unknown"
