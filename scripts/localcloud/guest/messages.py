"""JSON messages with file descriptors over an AF_UNIX SOCK_SEQPACKET socket (lab <-> hosts)."""

from __future__ import annotations

import array
import json
import socket
from typing import Any, Iterable

_LIMIT = 1 << 16
_FDS = 4


def send(channel: socket.socket, message: dict[str, Any], fds: Iterable[int] = ()) -> bool:
    """Sends one message; False when the other side is gone."""
    fds = array.array("i", fds)
    ancillary = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)] if fds else []
    try:
        channel.sendmsg([json.dumps(message).encode()], ancillary)
    except OSError:
        return False
    return True


def receive(channel: socket.socket) -> tuple[dict[str, Any], list[int]] | None:
    """The next message with the descriptors that came with it; None when the other side is gone."""
    space = socket.CMSG_SPACE(_FDS * array.array("i").itemsize)
    try:
        data, ancillary, _, _ = channel.recvmsg(_LIMIT, space)
    except OSError:
        return None
    if not data:
        return None
    fds = array.array("i")
    for level, kind, payload in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            fds.frombytes(payload[: len(payload) - len(payload) % fds.itemsize])
    return json.loads(data), list(fds)
