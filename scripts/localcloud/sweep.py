"""Cleaning up after labs that died: kill -9, a crash, a lost test runner.

Little can be left: hosts die with the nursery, the nursery with the lab, and namespaces, mounts and
listeners with their processes. What stays is files. This module makes sure of the former and removes
the latter; it runs before every start and at `lab down`.
"""

from __future__ import annotations

import contextlib
import enum
import fcntl
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from typing import Any, Iterator

from .paths import SCRIPTS, LabHome

RECORD = "lab.json"
LOCK = "lab.lock"  # also the mark of a state folder: nothing is ever removed from another
_CONTENTS = ("hosts", "layer", RECORD, "log", "nursery.log", LOCK)
_WAIT_SECONDS = 5.0

# What gives a lab of each mode the right to its namespaces and files.
ROOTLESS = ["unshare", "--user", "--map-root-user", "--map-auto", "--mount"]
PREFIXES: dict[str, list[str]] = {"root": [], "sudo": ["sudo", "-n"], "rootless": ROOTLESS}


class Swept(enum.Enum):
    CLEAN = "clean"
    ALIVE = "alive"  # a lab runs there
    PARTLY = "partly"  # files are left that could not be removed


def start_time(pid: int) -> int | None:
    """When a process started (clock ticks since boot), which tells it from a later one of its pid."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


def read_record(state: str) -> dict[str, Any] | None:
    """What the lab of this state folder wrote about itself; None without one."""
    try:
        with open(f"{state}/{RECORD}", encoding="utf-8") as file:
            return json.load(file)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return None


def alive(process: list[int]) -> bool:
    """Whether the process [pid, start time] still runs."""
    return start_time(process[0]) == process[1]


@contextlib.contextmanager
def locked(state: str) -> Iterator[bool]:
    """Holds the lock of a state folder; yields False when a lab that lives has it."""
    with open(f"{state}/{LOCK}", "a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def register(home: LabHome, state: str, mode: str) -> None:
    """Notes a state folder and whose rights its files need, so that any later start can sweep it."""
    os.makedirs(f"{home.folder}/labs", exist_ok=True)
    with open(_entry(home, state), "w", encoding="utf-8") as file:
        json.dump({"state": state, "mode": mode}, file)


def unregister(home: LabHome, state: str) -> None:
    with contextlib.suppress(OSError):
        os.unlink(_entry(home, state))


def sweep_all(home: LabHome) -> list[str]:
    """Sweeps every noted lab that is dead; returns their state folders."""
    swept = []
    folder = f"{home.folder}/labs"
    for name in os.listdir(folder) if os.path.isdir(folder) else ():
        with contextlib.suppress(OSError, ValueError):
            with open(f"{folder}/{name}", encoding="utf-8") as file:
                noted = json.load(file)
            if sweep(noted["state"], noted["mode"]) is Swept.CLEAN:
                unregister(home, noted["state"])
                swept.append(noted["state"])
    return swept


def sweep_one(home: LabHome, state: str) -> Swept:
    """Sweeps one state folder with the rights that its lab had."""
    mode = "root"
    with contextlib.suppress(OSError, ValueError):
        with open(_entry(home, state), encoding="utf-8") as file:
            mode = json.load(file)["mode"]
    result = sweep(state, mode)
    if result is Swept.CLEAN:
        unregister(home, state)
    return result


def sweep(state: str, mode: str) -> Swept:
    """Removes all that the dead lab of `state` left."""
    if not os.path.exists(f"{state}/{LOCK}"):
        return Swept.CLEAN
    if PREFIXES[mode] and os.path.isdir(f"{state}/hosts"):
        command = [*PREFIXES[mode], "env", f"PYTHONPATH={SCRIPTS}", sys.executable]
        subprocess.run([*command, "-B", "-m", "localcloud.sweep", state], stdin=subprocess.DEVNULL)
        if not os.path.exists(f"{state}/{LOCK}"):
            return Swept.CLEAN
    with locked(state) as free:
        if not free:
            return Swept.ALIVE
        end_processes((read_record(state) or {}).get("processes", []))
        remove_files(state)
    return Swept.PARTLY if os.path.isdir(f"{state}/hosts") else Swept.CLEAN


def remove_files(state: str) -> None:
    """Removes a lab's own files, and the folder if nothing else is in it."""
    for name in _CONTENTS:
        path = f"{state}/{name}"
        if os.path.isdir(path):
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                os.unlink(path)
    with contextlib.suppress(OSError):
        os.rmdir(state)


def end_processes(processes: list[list[int]]) -> None:
    """KILL to those that still run, and waits until they are gone."""
    for process in processes:
        if alive(process):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process[0], signal.SIGKILL)
    deadline = time.monotonic() + _WAIT_SECONDS
    while any(alive(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(0.01)


def _entry(home: LabHome, state: str) -> str:
    return f"{home.folder}/labs/{hashlib.sha256(state.encode()).hexdigest()[:16]}"


if __name__ == "__main__":  # with the rights of the lab that is dead
    sweep(sys.argv[1], "root")
