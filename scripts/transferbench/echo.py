"""How long a key press takes to come back in a shell: from the keyboard's side of a terminal, through
the program, to a terminal on the machine and back.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time

_READY = b"echo-begins"
_PAUSE = 0.01  # as long as the keys of a fast typist never are apart; enough that none rides on another
REMOTE = "printf 'echo-''begins'; exec cat"


class NoEcho(Exception):
    """The program ended, or nothing came back in time."""


def press_keys(command: list[str], environment: dict[str, str], presses: int, patience: float) -> list[float]:
    """The seconds that each key press took."""
    child, terminal = pty.fork()
    if child == 0:
        try:
            os.execvpe(command[0], command, environment)
        finally:
            os._exit(127)
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    try:
        _read_until(terminal, _READY, patience)
        taken = []
        for number in range(presses):
            time.sleep(_PAUSE)
            key = bytes([ord("a") + number % 26])
            started = time.perf_counter()
            os.write(terminal, key)
            _read_until(terminal, key, patience)
            taken.append(time.perf_counter() - started)
        return taken
    finally:
        os.close(terminal)
        _end(child)


def _read_until(terminal: int, wanted: bytes, patience: float) -> None:
    seen = b""
    deadline = time.monotonic() + patience
    while wanted not in seen:
        readable, _, _ = select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))
        if not readable:
            raise NoEcho(f"no {wanted!r} within {patience:g} s")
        try:
            piece = os.read(terminal, 4096)
        except OSError:  # how Linux says that the other side of the terminal is closed
            piece = b""
        if not piece:
            raise NoEcho(f"the program ended: {seen.decode(errors='replace').strip()}")
        seen += piece


def _end(child: int) -> None:
    """The closed terminal has hung up; whoever does not heed that is killed."""
    deadline = time.monotonic() + 5
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return
        time.sleep(0.02)
