"""The subcommands that start and end a lab: `setup`, `up`, `down`."""

from __future__ import annotations

import argparse
import json
import os
import select
import signal
import subprocess
import sys
import time
from typing import Any, NoReturn

from . import modes, setup, sweep
from .client import LabClient, LabError, state_folder
from .paths import SCRIPTS, LabHome

_READY_SECONDS = 30.0
_END_SECONDS = 15.0


def set_up_lab(options: argparse.Namespace) -> None:
    started = time.monotonic()
    home = LabHome.of_user()
    setup.set_up(home, options.rootless, _say)
    _say(f"the lab is set up ({time.monotonic() - started:.1f} s)")
    print(home.python)


def bring_up(options: argparse.Namespace) -> None:
    home, state = LabHome.of_user(), state_folder(options.state)
    mode = modes.choose(home, options.mode)
    setup.set_up(home, mode.rootless, _say)
    for swept in sweep.sweep_all(home):
        _say(f"swept what a dead lab left in {swept}")
    _make_free(home, state)
    sweep.register(home, state, mode.name)
    command = _daemon_command(options, home, state, mode)
    if options.foreground:
        _say(f"mode {mode.name}: {mode.reason}")
        _run_in_foreground(command, mode)
    started = time.monotonic()
    environment = _start(command, state)
    _say(f"mode {mode.name}: {mode.reason}")
    _say(
        f"ready after {time.monotonic() - started:.1f} s at {environment['AWS_ENDPOINT_URL']}, "
        f"SSH port {environment['SPOT_SSH_PORT']}"
    )
    _say('next: eval "$(scripts/lab env)"')


def bring_down(options: argparse.Namespace) -> None:
    home, state = LabHome.of_user(), state_folder(options.state)
    try:
        client = LabClient(state)
    except LabError as error:
        if sweep.sweep_one(home, state) is sweep.Swept.PARTLY:
            raise LabError(f"cannot remove all that a dead lab left in {state}") from None
        for swept in sweep.sweep_all(home):
            _say(f"swept what a dead lab left in {swept}")
        _say(str(error).split(" (")[0])
        return
    client.ask("stop", {})
    processes = client.record["processes"]
    deadline = time.monotonic() + _END_SECONDS
    while any(sweep.alive(process) for process in processes):
        if time.monotonic() > deadline:
            raise LabError(f"the lab (pid {processes[0][0]}) has not ended after {_END_SECONDS:.0f} s")
        time.sleep(0.02)
    sweep.sweep_all(home)
    _say("down")


def _daemon_command(
    options: argparse.Namespace, home: LabHome, state: str, mode: modes.Mode
) -> list[str]:
    path = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"
    setting = ["env", f"PATH={path}", f"PYTHONPATH={SCRIPTS}", f"SPOT_LAB_HOME={home.folder}"]
    setting.append("PYTHONDONTWRITEBYTECODE=1")  # nothing of root's in the work tree
    arguments = {
        "--state": state,
        "--port": options.port,
        "--time-scale": options.time_scale,
        "--seed": options.seed,
        "--mode": mode.name,
        "--reason": mode.reason,
        "--owner": os.geteuid() if mode.name == "sudo" else -1,
    }
    words = [f"{name}={value}" for name, value in arguments.items()]
    return [*mode.prefix, *setting, home.python, "-m", "localcloud.daemon", *words]


def _start(command: list[str], state: str) -> dict[str, Any]:
    """Starts the daemon in a session of its own and waits for its word."""
    os.makedirs(state, exist_ok=True)
    with open(f"{state}/log", "ab") as log:
        daemon = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            start_new_session=True,
        )
    assert daemon.stdout is not None
    ready, _, _ = select.select([daemon.stdout], [], [], _READY_SECONDS)
    line = daemon.stdout.readline().decode() if ready else ""
    word, _, text = line.strip().partition(" ")
    if word == "READY":
        return json.loads(text)
    if word == "FAILED":
        raise LabError(text)
    if ready:
        raise LabError(f"the lab ended while starting; the last of its log:\n{_tail(f'{state}/log')}")
    daemon.terminate()
    raise LabError(f"the lab was not ready after {_READY_SECONDS:.0f} s; its log is {state}/log")


def _run_in_foreground(command: list[str], mode: modes.Mode) -> NoReturn:
    """Becomes the daemon. Through sudo it cannot be signalled, so then this process stays and ends
    it by closing its stdin."""
    command = [*command, "--watch-stdin"]
    if mode.name != "sudo":
        os.execvp(command[0], command)
    daemon = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert daemon.stdin is not None
    hang_up = daemon.stdin.close
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: hang_up())
    while daemon.poll() is None:
        ready, _, _ = select.select([0], [], [], 0.2)
        if ready and not os.read(0, 4096):
            hang_up()
            break
    sys.exit(daemon.wait())


def _make_free(home: LabHome, state: str) -> None:
    """Sweeps a state folder; it may be used (again) after that."""
    result = sweep.sweep_one(home, state)
    if result is sweep.Swept.ALIVE:
        raise LabError(f"a lab is running already (or just starting) with the state {state}")
    if result is sweep.Swept.PARTLY:
        raise LabError(f"cannot remove what a dead lab left in {state}: not all of it is ours")
    os.makedirs(state, exist_ok=True)
    if os.listdir(state):
        raise LabError(f"{state} is not empty, and not the state folder of a lab")
    with open(f"{state}/{sweep.LOCK}", "a", encoding="utf-8"):
        pass  # made here, so that it is the user's own even when the lab runs as root


def _tail(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return "".join(file.readlines()[-8:]).rstrip()
    except OSError:
        return "(it has none)"


def _say(text: str) -> None:
    print(f"lab: {text}", file=sys.stderr, flush=True)
