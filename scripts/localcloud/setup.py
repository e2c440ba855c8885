"""`lab setup`: the venv with moto and the AWS tools, and what hosts need beyond the machine's files."""

from __future__ import annotations

import contextlib
import fcntl
import glob
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from typing import Callable, Iterator

from .base import missing_programs
from .paths import REQUIREMENTS, LabHome

# Unpacked, not installed: nothing is enabled on the machine. libwrap0 is sshd's only library that a
# machine with an SSH client may lack.
_PACKAGES = ("openssh-server", "openssh-sftp-server", "sudo", "libwrap0")
_ROOTFS_PACKAGES = (
    "openssh-server,sudo,python3,iproute2,nftables,curl,ca-certificates,procps,rsync,less,netbase"
)
_MINIMUM = (3, 10)

Say = Callable[[str], None]


class SetupError(Exception):
    """The set-up cannot be done; the text says what is missing and the command that adds it."""


def set_up(home: LabHome, rootless: bool, say: Say) -> None:
    """Makes what is missing; quick when nothing is."""
    os.makedirs(home.folder, exist_ok=True)
    with _exclusively(home):
        if not os.path.exists(_marker(home)):
            _make_venv(home, say)
        if rootless:
            if not os.path.exists(f"{home.rootfs}/usr/sbin/sshd"):
                _make_rootfs(home, say)
        elif not _has_host_programs(home):
            _fetch_packages(home, say)


def _make_venv(home: LabHome, say: Say) -> None:
    if sys.version_info < _MINIMUM:
        wanted, found = ".".join(map(str, _MINIMUM)), platform.python_version()
        raise SetupError(f"Python {wanted} or later is needed, this is {found}")
    say(f"making the Python environment {home.venv} (moto and the AWS tools)")
    shutil.rmtree(home.venv, ignore_errors=True)
    _run([sys.executable, "-m", "venv", home.venv], "sudo apt-get install -y python3-venv")
    pip = [home.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run([*pip, "--requirement", REQUIREMENTS], "look at the message of pip above")
    with open(_marker(home), "w", encoding="utf-8") as file:
        file.write("complete\n")


def _fetch_packages(home: LabHome, say: Say) -> None:
    say(f"fetching {', '.join(_PACKAGES)} (to be unpacked for hosts, not installed)")
    with tempfile.TemporaryDirectory(dir=home.folder) as scratch:
        os.chmod(scratch, 0o755)
        _run(["apt-get", "download", "-q=2", *_PACKAGES], "sudo apt-get update", folder=scratch)
        os.makedirs(home.debs, exist_ok=True)
        for deb in glob.glob(f"{scratch}/*.deb"):
            os.replace(deb, f"{home.debs}/{os.path.basename(deb)}")


def _make_rootfs(home: LabHome, say: Say) -> None:
    """A small Debian, unpacked by the user that will be root in it."""
    if not shutil.which("mmdebstrap"):
        raise SetupError("rootless hosts need mmdebstrap: sudo apt-get install -y mmdebstrap uidmap")
    say("making a root file system for rootless hosts (about half a minute)")
    tarball = f"{home.folder}/rootfs.tar"
    suite = platform.freedesktop_os_release().get("VERSION_CODENAME", "bookworm")
    bootstrap = [
        "mmdebstrap",
        "--mode=unshare",
        "--variant=minbase",
        "--quiet",
        f"--include={_ROOTFS_PACKAGES}",
        suite,
        tarball,
    ]
    _run(bootstrap, "look at the message of mmdebstrap above")
    unpack = f"mkdir -p '{home.rootfs}' && tar -C '{home.rootfs}' -xpf '{tarball}' --exclude='./dev/*'"
    inside = ["unshare", "--user", "--map-root-user", "--map-auto", "sh", "-c", unpack]
    _run(inside, "sudo apt-get install -y uidmap")
    os.unlink(tarball)


def _has_host_programs(home: LabHome) -> bool:
    return not missing_programs() or len(glob.glob(f"{home.debs}/*.deb")) >= len(_PACKAGES)


def _run(command: list[str], remedy: str, folder: str | None = None) -> None:
    try:
        # What such tools say is talk: stdout stays for data.
        done = subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, cwd=folder)
        failure = f"ended with status {done.returncode}" if done.returncode else ""
    except FileNotFoundError:
        failure = "is not installed"
    if failure:
        raise SetupError(f"{os.path.basename(command[0])} {failure}; try: {remedy}")


def _marker(home: LabHome) -> str:
    return f"{home.venv}/complete"


@contextlib.contextmanager
def _exclusively(home: LabHome) -> Iterator[None]:
    """Two set-ups at once would spoil each other."""
    with open(f"{home.folder}/setup.lock", "a", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
