"""The few system calls that Python 3.10 does not offer: namespaces, mounts, capabilities."""

from __future__ import annotations

import ctypes
import os
import platform
import signal

NEWNS, NEWUTS, NEWIPC, NEWPID, NEWNET = 0x20000, 0x4000000, 0x8000000, 0x20000000, 0x40000000

MS_RDONLY, MS_NOSUID, MS_NODEV, MS_REMOUNT = 1, 2, 4, 32
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2

# What a host's root must not do to the machine underneath: module loading, raw I/O, reboot, nice
# beyond limits, resource limits, clock, tty config, mknod, audit, MAC, syslog, wake alarms.
MACHINE_CAPABILITIES = (16, 17, 22, 25, 26, 27, 30, 31, 32, 33, 34, 35, 36, 37)

_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP = 1, 24
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    _check(_libc.unshare(flags), "unshare")


def mount(source: str | None, target: str, kind: str | None, flags: int = 0, data: str = "") -> None:
    def encoded(text: str | None) -> bytes | None:
        return text.encode() if text is not None else None

    result = _libc.mount(
        encoded(source), target.encode(), encoded(kind), ctypes.c_ulong(flags), data.encode()
    )
    _check(result, f"mount {kind or source} on {target}")


def detach(target: str) -> None:
    """Unmounts at once; the mount goes away when its last user does."""
    _check(_libc.umount2(target.encode(), MNT_DETACH), f"umount {target}")


def pivot_root(new_root: str, old_root: str) -> None:
    number = _PIVOT_ROOT[platform.machine()]
    _check(_libc.syscall(number, new_root.encode(), old_root.encode()), "pivot_root")


def set_hostname(name: str) -> None:
    _check(_libc.sethostname(name.encode(), len(name)), "sethostname")


def die_with_parent() -> None:
    """SIGKILL for this process when the *thread* that forked it ends: fork from single-threaded
    processes only."""
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def drop_machine_capabilities() -> None:
    """Takes the machine's own powers from this process and all it will start."""
    for capability in MACHINE_CAPABILITIES:
        _libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0)
