"""What hosts are made from: the machine's own files, or (rootless) a small Debian of their own.

A host needs sshd and sudo. Where the machine has not installed them they are unpacked from Debian
packages into an overlay layer, so that no service and no user appears on the machine.
"""

from __future__ import annotations

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


def machine_base(home: LabHome, state: str) -> Base:
    """The machine's files, with what they lack in a layer above."""
    if not missing_programs():
        return Base(["/"], is_machine=True)
    debs = sorted(glob.glob(f"{home.debs}/*.deb"))
    if not debs:
        lacking = ", ".join(missing_programs())
        raise BaseError(f"hosts need {lacking}: run `scripts/lab setup`, which unpacks them")
    layer = f"{state}/layer"
    os.makedirs(layer, exist_ok=True)
    # A layer must not lie on the file system that is the layer below it: a tmpfs, which only this
    # process and its hosts see and which goes away with them.
    kernel.unshare(kernel.NEWNS)
    kernel.mount(None, "/", None, kernel.MS_REC | kernel.MS_PRIVATE)
    kernel.mount("layer", layer, "tmpfs", kernel.MS_NODEV, "mode=755")
    for deb in debs:
        unpack = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", deb], stdout=subprocess.PIPE)
        subprocess.run(["tar", "-C", layer, "-xpf", "-"], stdin=unpack.stdout, check=True)
        if unpack.wait():
            raise BaseError(f"cannot unpack {deb}")
    _merge_usr(layer)
    return Base([layer, "/"], is_machine=True)


def release(base: Base, state: str) -> None:
    """Lets go of the layer, so that the state folder can be removed."""
    layer = f"{state}/layer"
    if layer in base.lower:
        kernel.detach(layer)


def rootfs_base(home: LabHome) -> Base:
    """The unpacked Debian that rootless hosts use."""
    if not os.path.exists(f"{home.rootfs}/usr/sbin/sshd"):
        raise BaseError("there is no root file system for hosts: run `scripts/lab setup --rootless`")
    return Base([home.rootfs], is_machine=False)


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
