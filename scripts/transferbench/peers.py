"""Who is measured, and the command with which each does a piece of work as its users would."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import Callable

from .loads import Load
from .stage import HERE, MACHINE, USER, Link, Stage

SPOT = "spot"


@dataclass(frozen=True)
class Work:
    """One thing to be done once."""

    verb: str  # "up", "down" or "exec"
    link: Link
    load: Load
    source: str
    target: str
    reuses: bool  # whether a connection of before may be borrowed
    stage: Stage

    @property
    def remote_source(self) -> str:
        return f"{MACHINE}:{self.source}"

    @property
    def remote_target(self) -> str:
        return f"{MACHINE}:{self.target}"


def command(peer: str, work: Work) -> list[str]:
    return _COMMANDS[peer](work)


def peers_of(verb: str, reuses: bool) -> list[str]:
    """Everybody who can do it, spot first."""
    if verb == "exec":
        return [SPOT, "ssh -M"] if reuses else [SPOT, "ssh", "paramiko", "spot-connect"]
    return [SPOT, "scp", "sftp", "rsync -a", "tar | ssh", "paramiko", "spot-connect"]


def spot_command(work: Work, verb: str, *arguments: str) -> list[str]:
    """spot with a connection of its own, unless it may borrow one."""
    spot = work.stage.spot
    alone = ["--no-share"] if not work.reuses and spot.has_flag(verb, "--no-share") else []
    return [spot.path, verb, *alone, MACHINE, *arguments]


def _spot(work: Work) -> list[str]:
    if work.verb == "exec":
        return spot_command(work, "exec", "true")
    if work.verb == "up":
        return spot_command(work, "upload", work.source, work.target)
    return spot_command(work, "download", work.source, work.target)


def _scp(work: Work) -> list[str]:
    start = ["scp", "-q", *(["-r"] if work.load.is_tree else []), "-F", str(work.link.config)]
    if work.verb == "up":
        return [*start, work.source, work.remote_target]
    return [*start, work.remote_source, work.target]


def _sftp(work: Work) -> list[str]:
    verb = "put" if work.verb == "up" else "get"
    recursive = "-r " if work.load.is_tree else ""
    order = f"{verb} {recursive}{work.source} {work.target}"
    return _shell(f"echo {shlex.quote(order)} | sftp -q -F {work.link.config} -b - {MACHINE}")


def _rsync(work: Work) -> list[str]:
    start = ["rsync", "-a", "-e", shlex.join(work.link.ssh)]
    inside = "/" if work.load.is_tree else ""
    if work.verb == "up":
        return [*start, work.source + inside, work.remote_target + inside]
    return [*start, work.remote_source + inside, work.target + inside]


def _tar(work: Work) -> list[str]:
    """For one file without tar: what a person would pipe."""
    ssh = f"{shlex.join(work.link.ssh)} {MACHINE}"
    source, target = work.source, work.target
    if not work.load.is_tree:
        there = f"cat > {target}" if work.verb == "up" else f"cat {source}"
        return _shell(
            f"{ssh} {shlex.quote(there)} < {source}" if work.verb == "up" else f"{ssh} {there} > {target}"
        )
    pack, unpack = f"tar -C {source} -cf - .", f"mkdir {target} && tar -C {target} -xf -"
    if work.verb == "up":
        return _shell(f"{pack} | {ssh} {shlex.quote(unpack)}")
    return _shell(f"{ssh} {shlex.quote(pack)} | ( {unpack} )")


def _paramiko(*options: str) -> Callable[[Work], list[str]]:
    def made(work: Work) -> list[str]:
        link = work.link
        program = [work.stage.paramiko_python, str(HERE / "paramiko_peer.py"), *options]
        start = [*program, link.address, str(link.port), USER, link.key]
        if work.verb == "exec":
            return [*start, "exec", "true"]
        return [*start, "put" if work.verb == "up" else "get", work.source, work.target]

    return made


def _shell(line: str) -> list[str]:
    return ["bash", "-c", f"set -o pipefail; {line}"]


_COMMANDS: dict[str, Callable[[Work], list[str]]] = {
    SPOT: _spot,
    "ssh": lambda work: [*work.link.ssh, MACHINE, "true"],
    "ssh -M": lambda work: [*work.link.shared_ssh, MACHINE, "true"],
    "scp": _scp,
    "sftp": _sftp,
    "rsync -a": _rsync,
    "tar | ssh": _tar,
    "paramiko": _paramiko(),
    "spot-connect": _paramiko("--progress"),
}
