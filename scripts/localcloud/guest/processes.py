"""Starting, freezing and ending the processes of a host (all called by its PID 1)."""

from __future__ import annotations

import os
import signal
import time

from . import identity

_SSHD = "/usr/sbin/sshd"
_SSHD_LOG = "/var/log/auth.log"


def reset_signals() -> None:
    """What PID 1 handles is not for its children."""
    for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def start_sshd(connection: int) -> int:
    """`sshd -i` on an accepted connection; closes the descriptor here."""
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            reset_signals()
            log = os.open(_SSHD_LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
            os.set_blocking(connection, True)
            os.dup2(connection, 0)
            os.dup2(connection, 1)
            os.dup2(log, 2)
            os.closerange(3, 1024)
            os.execve(_SSHD, [_SSHD, "-i", "-e"], identity.ENVIRONMENT)
        finally:
            os._exit(127)
    os.close(connection)
    return child


def start_command(command: str, fds: list[int]) -> int:
    """A shell line as root, with its output to the first descriptor and its errors to the second."""
    child = os.fork()
    if child == 0:
        try:
            os.setsid()
            reset_signals()
            null = os.open("/dev/null", os.O_RDONLY)
            os.dup2(null, 0)
            os.dup2(fds[0], 1)
            os.dup2(fds[1], 2)
            os.closerange(3, 1024)
            os.execve("/bin/sh", ["sh", "-c", command], identity.ENVIRONMENT)
        finally:
            os._exit(127)
    return child


def signal_sshd(number: int) -> None:
    """A signal to every sshd process: frozen ones let a session stall, dead ones end it."""
    for pid in _all():
        try:
            with open(f"/proc/{pid}/comm") as file:
                is_sshd = file.read().strip() in ("sshd", "sshd-session", "sshd-auth")
            if is_sshd:
                os.kill(pid, number)
        except OSError:
            continue


def end_all(grace: float) -> None:
    """TERM to all, up to `grace` seconds for them to end, then KILL."""
    for number, patience in ((signal.SIGTERM, grace), (signal.SIGKILL, 1.0)):
        try:
            os.kill(-1, signal.SIGCONT)
            os.kill(-1, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            try:
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass
            except ChildProcessError:
                return
            time.sleep(0.005)


def _all() -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]
