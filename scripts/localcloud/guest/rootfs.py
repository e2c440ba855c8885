"""The root file system of a host: an overlay over the base, with mounts and devices of its own."""

from __future__ import annotations

import os
from typing import Any

from . import kernel
from .kernel import MS_BIND, MS_NODEV, MS_NOSUID, MS_PRIVATE, MS_RDONLY, MS_REC, MS_REMOUNT

# The directories at the top of the machine that a host may see when the base is the machine itself;
# all others (homes, data disks, work trees) are the user's and stay hidden.
_SHOWN = {"bin", "boot", "etc", "lib", "lib32", "lib64", "libx32", "opt", "sbin", "usr", "var"}
_MOUNTED = {"dev", "proc", "run", "sys", "tmp"}
_HIDDEN = (
    "etc/ssh",
    "etc/ssl/private",
    "etc/sudoers.d",
    "var/lib/cloud",
    "var/lib/docker",
    "var/log",
    "var/mail",
    "var/spool/cron",
    "var/tmp",
)
DISK = "/run/lab-disk"  # where a host of limited size keeps its upper layer
_DEVICES = ("null", "zero", "full", "random", "urandom", "tty")


def enter(spec: dict[str, Any]) -> None:
    """Builds the host's root file system and makes it this process's root."""
    kernel.mount(None, "/", None, MS_REC | MS_PRIVATE)
    root = _mount_overlay(spec)
    _mount_kernel_views(root)
    _make_devices(root)
    if spec["disk_mib"]:
        os.mkdir(f"{root}{DISK}", 0o700)
        kernel.mount(f"{spec['dir']}/disk", f"{root}{DISK}", None, MS_BIND)
    old = f"{root}/.old"
    os.makedirs(old, exist_ok=True)
    kernel.pivot_root(root, old)
    os.chdir("/")
    kernel.detach("/.old")
    os.rmdir("/.old")
    _protect_machine()


def _mount_overlay(spec: dict[str, Any]) -> str:
    folder = spec["dir"]
    root = f"{folder}/root"
    disk = folder
    os.makedirs(root, exist_ok=True)
    if spec["disk_mib"]:
        disk = f"{folder}/disk"
        os.makedirs(disk, exist_ok=True)
        kernel.mount("disk", disk, "tmpfs", 0, f"size={spec['disk_mib']}m")
    for name in ("upper", "work"):
        os.makedirs(f"{disk}/{name}", exist_ok=True)
    lower = ":".join(spec["lower"])
    covers = _hide_private(f"{disk}/upper") if spec["machine_base"] else []
    options = f"lowerdir={lower},upperdir={disk}/upper,workdir={disk}/work"
    kernel.mount("overlay", root, "overlay", 0, options)
    for path in covers:
        kernel.mount("hidden", f"{root}/{path}", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755")
    return root


def _hide_private(upper: str) -> list[str]:
    """Hides what belongs to the machine's users; returns what must be covered by mounts instead.

    A directory that is marked opaque in the upper layer shows nothing of the layers below.
    """
    names = [
        name
        for name in os.listdir("/")
        if name not in _SHOWN | _MOUNTED and os.path.isdir(f"/{name}") and not os.path.islink(f"/{name}")
    ]
    covers = []
    for path in (*names, *_HIDDEN):
        if not os.path.isdir(f"/{path}"):
            continue
        os.makedirs(f"{upper}/{path}", exist_ok=True)
        mode = os.stat(f"/{path}").st_mode & 0o7777
        os.chmod(f"{upper}/{path}", mode)
        try:
            os.setxattr(f"{upper}/{path}", "trusted.overlay.opaque", b"y")
        except OSError:
            covers.append(path)
    return covers


def _mount_kernel_views(root: str) -> None:
    for name in ("proc", "sys", "dev", "run", "tmp"):
        os.makedirs(f"{root}/{name}", exist_ok=True)
    kernel.mount("proc", f"{root}/proc", "proc", MS_NOSUID | MS_NODEV)
    kernel.mount("sysfs", f"{root}/sys", "sysfs", MS_RDONLY | MS_NOSUID | MS_NODEV)
    kernel.mount("run", f"{root}/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755")
    kernel.mount("tmp", f"{root}/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")


def _make_devices(root: str) -> None:
    """A small /dev: the harmless nodes by bind mount (mknod is not ours), ptys and shm of its own."""
    dev = f"{root}/dev"
    kernel.mount("dev", dev, "tmpfs", MS_NOSUID, "mode=755,size=1m")
    for name in _DEVICES:
        with open(f"{dev}/{name}", "w"):
            pass
        kernel.mount(f"/dev/{name}", f"{dev}/{name}", None, MS_BIND)
    os.mkdir(f"{dev}/pts")
    options = "newinstance,ptmxmode=0666,mode=620,gid=5"
    kernel.mount("devpts", f"{dev}/pts", "devpts", MS_NOSUID, options)
    os.symlink("pts/ptmx", f"{dev}/ptmx")
    os.mkdir(f"{dev}/shm")
    kernel.mount("shm", f"{dev}/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777")
    os.symlink("/proc/self/fd", f"{dev}/fd")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        os.symlink(f"/proc/self/fd/{number}", f"{dev}/{name}")


def _protect_machine() -> None:
    """The kernel is shared: its settings are read-only, its dangerous files are /dev/null."""
    for path in ("/proc/sys", "/proc/irq", "/proc/bus"):
        if os.path.isdir(path):
            kernel.mount(path, path, None, MS_BIND | MS_REC)
            kernel.mount(None, path, None, MS_BIND | MS_REMOUNT | MS_RDONLY)
    for path in ("/proc/sysrq-trigger", "/proc/kcore", "/proc/kmsg"):
        if os.path.exists(path):
            kernel.mount("/dev/null", path, None, MS_BIND)
    kernel.drop_machine_capabilities()
