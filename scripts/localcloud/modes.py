"""How the lab gets its namespaces: as root, through sudo, or rootless in a user namespace."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass

from .paths import LabHome
from .sweep import PREFIXES, ROOTLESS

_TOOLS = {
    "ip": "iproute2",
    "nft": "nftables",
    "nsenter": "util-linux",
    "unshare": "util-linux",
    "ssh-keygen": "openssh-client",
}
_NAMESPACES = ["unshare", "--mount", "--uts", "--ipc", "--net", "--pid", "--fork", "true"]


class NoMode(Exception):
    """Hosts cannot be had on this machine; the text says exactly what is missing."""


@dataclass(frozen=True)
class Mode:
    name: str  # "root", "sudo" or "rootless"
    reason: str
    prefix: list[str]  # put before the daemon's command

    @property
    def rootless(self) -> bool:
        return self.name == "rootless"


def choose(home: LabHome, wanted: str = "auto") -> Mode:
    """The first way that works here, or the wanted one; raises `NoMode` with every obstacle."""
    lacking = [f"{tool} (package {package})" for tool, package in _TOOLS.items() if not _which(tool)]
    if lacking:
        raise NoMode(f"missing programs: {', '.join(lacking)}")
    ways = {"root": _as_root, "sudo": _through_sudo, "rootless": _rootless}
    obstacles = []
    for name, way in ways.items():
        if wanted not in ("auto", name):
            continue
        mode, obstacle = way(home)
        if mode:
            return mode
        obstacles.append(f"{name}: {obstacle}")
    raise NoMode("hosts need namespaces, and there is no way to them here:\n  " + "\n  ".join(obstacles))


def _as_root(_: LabHome) -> tuple[Mode | None, str]:
    if os.geteuid() != 0:
        return None, "you are not root"
    error = _failure(_NAMESPACES)
    if error:
        return None, f"root may not make namespaces ({error}); a container needs --privileged"
    return Mode("root", "you are root: hosts use the machine's own files", []), ""


def _through_sudo(_: LabHome) -> tuple[Mode | None, str]:
    if os.geteuid() == 0:
        return None, "you are root already"
    if not shutil.which("sudo"):
        return None, "sudo is not installed"
    if _failure(["sudo", "-n", "true"]):
        return None, "sudo asks for a password (run `sudo -v` first, or allow NOPASSWD)"
    error = _failure(["sudo", "-n", *_NAMESPACES])
    if error:
        return None, f"root may not make namespaces ({error})"
    reason = "sudo works without a password: hosts use the machine's own files"
    return Mode("sudo", reason, PREFIXES["sudo"]), ""


def _rootless(home: LabHome) -> tuple[Mode | None, str]:
    obstacles = [
        f"{tool} is missing (package uidmap)" for tool in ("newuidmap", "newgidmap") if not _which(tool)
    ]
    user = pwd.getpwuid(os.geteuid()).pw_name
    for path in ("/etc/subuid", "/etc/subgid"):
        if not _has_range(path, user):
            remedy = f"sudo usermod --add-sub{path[8:]}s 100000-165535 {user}"
            obstacles.append(f"{path} has no range for {user} ({remedy})")
    if not obstacles:
        error = _failure([*ROOTLESS, *_NAMESPACES])
        if error:
            obstacles.append(f"user namespaces are not allowed ({error})")
    if not os.path.exists(f"{home.rootfs}/usr/sbin/sshd") and not _which("mmdebstrap"):
        obstacles.append("there is no root file system for hosts and no mmdebstrap to make one")
    if obstacles:
        return None, "; ".join(obstacles)
    reason = "neither root nor sudo, but user namespaces work: hosts have a small Debian of their own"
    return Mode("rootless", reason, ROOTLESS), ""


def _failure(command: list[str]) -> str:
    """Why a command fails; "" when it does not."""
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return "" if done.returncode == 0 else (done.stderr.strip() or f"status {done.returncode}")


def _which(tool: str) -> str | None:
    """Users often lack /usr/sbin in their PATH; the lab does not."""
    return shutil.which(tool, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def _has_range(path: str, user: str) -> bool:
    try:
        with open(path, encoding="utf-8") as file:
            return any(line.split(":")[0] in (user, str(os.geteuid())) for line in file)
    except OSError:
        return False
