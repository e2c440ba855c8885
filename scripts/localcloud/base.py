"""What hosts are made from: the machine's own files, or (rootless) a small Debian of their own.

A host needs sshd and sudo. Where the machine has not installed them they are unpacked from Debian
packages into an overlay layer, so that no service and no user appears on the machine.
"""

from __future__ import annotations

import contextlib
import glob
import os
import shutil
import subprocess
from dataclasses import dataclass

from .guest import kernel
from .paths import LabHome

_NEEDED = ("/usr/sbin/sshd", "/usr/lib/openssh/sftp-server", "/usr/bin/sudo")


@dataclass(frozen=True)
class Base:
    """Overlay layers, uppermost first."""

    lower: list[str]
    is_machine: bool  # the machine's own files, of which the users' must be hidden


class BaseError(Exception):
    """Hosts cannot be made here; the text says what is missing."""


def prepare(home: LabHome, state: str, rootless: bool) -> Base:
    """What the hosts of a lab are made from, and a place for what they write.

    From here on this process has mounts of its own, which go away with it: nothing is left behind.
    """
    kernel.unshare(kernel.NEWNS)
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    base = _rootfs_base(home) if rootless else _machine_base(home, state)
    hosts = f"{state}/hosts"
    os.makedirs(hosts, mode=0o711, exist_ok=True)
    if not _can_hold_disks(hosts, base):
        # In a container: what is written in hosts then takes memory instead of disk.
        kernel.mount("hosts", hosts, "tmpfs", kernel.MS_NODEV, "mode=711")
        if not _can_hold_disks(hosts, base):
            raise BaseError("the kernel does not allow overlay mounts here")
    return base


def release(state: str) -> None:
    """Lets go of the mounts, so that the state folder can be removed."""
    for name in ("layer", "hosts"):
        with contextlib.suppress(OSError):
            kernel.detach(f"{state}/{name}")


def _machine_base(home: LabHome, state: str) -> Base:
    """The machine's files, with what they lack in a layer above."""
    if not missing_programs():
        return Base(["/"], is_machine=True)
    debs = sorted(glob.glob(f"{home.debs}/*.deb"))
    if not debs:
        lacking = ", ".join(missing_programs())
        raise BaseError(f"hosts need {lacking}: run `scripts/lab setup`, which unpacks them")
    layer = f"{state}/layer"
    os.makedirs(layer, exist_ok=True)
    # A layer must not lie on the file system that is the layer below it.
    kernel.mount("layer", layer, "tmpfs", kernel.MS_NODEV, "mode=755")
    for deb in debs:
        unpack = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE)
        subprocess.run(["tar", "-C", layer, "-xpf", "-"], stdin=unpack.stdout, check=True)
        if unpack.wait():
            raise BaseError(f"cannot unpack {deb}")
    _merge_usr(layer)
    return Base([layer, "/"], is_machine=True)


def _rootfs_base(home: LabHome) -> Base:
    """The unpacked Debian that rootless hosts use."""
    if not os.path.exists(f"{home.rootfs}/usr/sbin/sshd"):
        raise BaseError("there is no root file system for hosts: run `scripts/lab setup --rootless`")
    return Base([home.rootfs], is_machine=False)


def _can_hold_disks(folder: str, base: Base) -> bool:
    """Whether an overlay may keep its upper layer here (not on another overlay, nor on NFS)."""
    probe = f"{folder}/probe"
    for name in ("upper", "work", "root"):
        os.makedirs(f"{probe}/{name}", exist_ok=True)
    lower = ":".join(base.lower)
    options = f"lowerdir={lower},upperdir={probe}/upper,workdir={probe}/work"
    try:
        kernel.mount("overlay", f"{probe}/root", "overlay", 0, options)
        kernel.detach(f"{probe}/root")
        return True
    except OSError:
        return False
    finally:
        shutil.rmtree(probe, ignore_errors=True)


def missing_programs() -> list[str]:
    return [path for path in _NEEDED if not os.path.exists(path)]


def _merge_usr(layer: str) -> None:
    """On a merged-/usr machine a real directory /lib in a layer would hide the link below it."""
    for name in ("bin", "sbin", "lib", "lib64"):
        if os.path.islink(f"/{name}") and os.path.isdir(f"{layer}/{name}"):
            shutil.copytree(
                f"{layer}/{name}", f"{layer}/usr/{name}", symlinks=True, dirs_exist_ok=True
            )
            shutil.rmtree(f"{layer}/{name}")
