"""Where a measurement takes place: a lab, one machine in it, relays before it, and all that goes again."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pathlib
import select
import shutil
import subprocess
import sys
import tempfile

from localcloud.paths import LabHome

HERE = pathlib.Path(__file__).resolve().parent
LAB = HERE.parent / "lab"
MACHINE = "bench"
USER = "ec2-user"
_PATIENCE = 300


class StageError(Exception):
    """The measurement cannot take place; the text says why."""


class Spot:
    """The binary under test, and what it says that it can."""

    def __init__(self, binary: pathlib.Path) -> None:
        self.path = str(binary)
        self._help: dict[str, str] = {}

    def help(self, *verb: str) -> str:
        key = " ".join(verb)
        if key not in self._help:
            done = subprocess.run([self.path, *verb, "--help"], capture_output=True, text=True, timeout=30)
            self._help[key] = done.stdout if done.returncode == 0 else ""
        return self._help[key]

    def has_verb(self, verb: str) -> bool:
        return any(line.split()[:1] in ([verb], [f"{verb},"]) for line in self.help().splitlines())

    def has_flag(self, verb: str, flag: str) -> bool:
        return flag in self.help(verb)

    @property
    def can_share(self) -> bool:
        """Whether a later command borrows the connection of an earlier one."""
        return self.has_verb("disconnect")


class Link:
    """The way to the machine at one distance: a port for spot, a configuration for OpenSSH's programs."""

    def __init__(self, stage: Stage, milliseconds: int) -> None:
        port = stage.ssh_port if milliseconds == 0 else stage.start_relay(milliseconds)
        self.address = stage.address
        self.port = port
        self.key = stage.key
        # Of its own, so that no command borrows the connection of another distance.
        sockets = stage.folder / f"run-{milliseconds}"
        sockets.mkdir(mode=0o700)
        self.environment = {
            **stage.environment, "SPOT_SSH_PORT": str(port), "XDG_RUNTIME_DIR": str(sockets)
        }
        self.config = stage.folder / f"ssh-{milliseconds}.conf"
        block = stage.spot_output("ssh-config", MACHINE, environment=self.environment)
        self.config.write_text(f"{block}    IdentityAgent none\n    LogLevel ERROR\n")
        self._master = stage.folder / f"master-{milliseconds}"
        stage.callback(self.end_master)

    @property
    def ssh(self) -> list[str]:
        return ["ssh", "-F", str(self.config)]

    @property
    def shared_ssh(self) -> list[str]:
        """Through a ControlMaster, which the first use starts."""
        if not self._master.exists():
            options = ["-M", "-S", str(self._master), "-f", "-N", "-o", "ControlPersist=yes"]
            subprocess.run(
                [*self.ssh, *options, MACHINE], check=True, timeout=60, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        return [*self.ssh, "-S", str(self._master)]

    def end_master(self) -> None:
        if self._master.exists():
            subprocess.run(
                [*self.ssh, "-S", str(self._master), "-O", "exit", MACHINE],
                timeout=30, capture_output=True, check=False,
            )


class Stage(contextlib.ExitStack):
    """Everything is under one folder and ends with the stage."""

    def __init__(self, spot: Spot, parent: str | None, keep: bool, say) -> None:
        super().__init__()
        self.spot = spot
        self._say = say
        self._links: dict[int, Link] = {}
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="spot-bench-", dir=parent))
        self.folder.chmod(0o755)
        self.callback(self._leave_folder, keep)
        try:
            self._build()
        except BaseException:
            self.close()
            raise

    def link(self, milliseconds: int) -> Link:
        if milliseconds not in self._links:
            self._links[milliseconds] = Link(self, milliseconds)
        return self._links[milliseconds]

    def remote(self, line: str) -> str:
        """Runs a shell line on the machine, outside any measurement, and returns what it prints."""
        done = subprocess.run(
            [*self.link(0).shared_ssh, MACHINE, line], capture_output=True, text=True, timeout=_PATIENCE
        )
        if done.returncode != 0:
            raise StageError(f"on the machine: {line}: {done.stderr.strip()}")
        return done.stdout

    def spot_output(self, *arguments: str, environment: dict | None = None) -> str:
        done = subprocess.run(
            [self.spot.path, *arguments], capture_output=True, text=True, timeout=_PATIENCE,
            stdin=subprocess.DEVNULL, env=environment or self.environment,
        )
        if done.returncode != 0:
            raise StageError(f"spot {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout

    def start_relay(self, milliseconds: int) -> int:
        """The relay is a process of its own, so that it takes no time from what is measured here."""
        command = [sys.executable, str(HERE / "relay.py"), self.address, self.address]
        relay = subprocess.Popen(
            [*command, str(self.ssh_port), str(milliseconds)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        self.callback(_end, relay)
        port = _first_line(relay).strip()
        if not port:
            raise StageError(f"the relay for {milliseconds} ms does not start")
        return int(port)

    def _build(self) -> None:
        self.paramiko_python = _paramiko_python(self._say)
        self._say(f"starting a lab in {self.folder}")
        self.environment = self._start_lab()
        self._say("launching a machine")
        self.spot_output("launch", MACHINE, "-p", "t3.small")
        config = self.spot_output("ssh-config", MACHINE)
        words = dict(line.split(maxsplit=1) for line in config.splitlines() if line.strip())
        self.address = words["HostName"]
        self.ssh_port = int(words["Port"])
        self.key = words["IdentityFile"].strip('"')
        if self.spot.can_share:
            self.callback(self._disconnect)

    def _disconnect(self) -> None:
        for environment in (self.environment, *(link.environment for link in self._links.values())):
            subprocess.run(
                [self.spot.path, "disconnect", MACHINE], env=environment, timeout=30,
                capture_output=True, check=False,
            )

    def _start_lab(self) -> dict[str, str]:
        state = self.folder / "lab"
        with open(self.folder / "lab.log", "wb") as log:
            lab = subprocess.Popen(
                [str(LAB), "up", "--foreground", "--state", str(state), "--time-scale", "0.01"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )
        self.callback(_end, lab)
        line = _first_line(lab)
        if not line.startswith("READY "):
            raise StageError(f"the lab does not start:\n{(self.folder / 'lab.log').read_text()}")
        home, sockets = self.folder / "home", self.folder / "run"
        for folder in (home, sockets):
            folder.mkdir(mode=0o700)
        own = {
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(sockets),
            "TERM": "xterm",
            "LANG": "C.UTF-8",
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        }
        return {**json.loads(line[len("READY ") :]), **own}

    def _leave_folder(self, keep: bool) -> None:
        if keep:
            self._say(f"kept {self.folder}")
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


def _first_line(process: subprocess.Popen) -> str:
    """What it says when it is ready; nothing if it ends, or takes too long."""
    readable, _, _ = select.select([process.stdout], [], [], _PATIENCE)
    return process.stdout.readline() if readable else ""


def _end(process: subprocess.Popen) -> None:
    """Closes its standard input, on which it ends; it has some seconds for that."""
    process.stdin.close()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


def _paramiko_python(say) -> str:
    """The Python of a venv with the pinned paramiko, made once for each set of pins."""
    pins = HERE / "requirements.txt"
    digest = hashlib.sha256(pins.read_bytes()).hexdigest()[:12]
    venv = pathlib.Path(LabHome.of_user().folder) / f"bench-{digest}"
    python, marker = venv / "bin" / "python", venv / "complete"
    if not marker.exists():
        say(f"making the Python environment {venv} (paramiko)")
        shutil.rmtree(venv, ignore_errors=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        for command in ([sys.executable, "-m", "venv", str(venv)], [*pip, "--requirement", str(pins)]):
            done = subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, timeout=600)
            if done.returncode != 0:
                raise StageError(f"{' '.join(command)} ended with {done.returncode}")
        marker.write_text("complete\n")
    return str(python)
