"""A host's public address: a loopback address on which the lab accepts for the host.

Like a real one it can be open, refuse (nobody listens), or swallow: then the accept queue is kept
full, so that the kernel drops every further SYN and the caller's connect() times out, as it does
behind a closed security group or after the machine is gone. No root and no packet filter needed.
"""

from __future__ import annotations

import contextlib
import enum
import socket
import threading
from typing import Callable

from .reactor import Reactor

# Our own connections, which fill the accept queue, come from this address.
_FILLER = "127.255.255.254"
_BACKLOG = 128


class DoorState(enum.Enum):
    REFUSING = "refusing"
    SWALLOWING = "swallowing"
    OPEN = "open"


class Door:
    def __init__(
        self, reactor: Reactor, address: str, port: int, receive: Callable[[socket.socket], None]
    ) -> None:
        self.address = address
        self.state = DoorState.REFUSING
        self._reactor = reactor
        self._port = port
        self._receive = receive
        self._listener: socket.socket | None = None
        self._fillers: list[socket.socket] = []
        self._lock = threading.Lock()

    def become(self, state: DoorState) -> None:
        """Changes the state; connections that were accepted before stay."""
        with self._lock:
            if state is self.state:
                return
            self.state = state
            if state is DoorState.REFUSING:
                self._close()
            elif state is DoorState.OPEN:
                self._open()
            else:
                self._swallow()

    def _open(self) -> None:
        listener = self._listening(_BACKLOG)
        for filler in self._fillers:
            filler.close()
        self._fillers = []
        self._reactor.watch(listener, self._accept)

    def _swallow(self) -> None:
        if self._listener:
            self._reactor.forget(self._listener)
            self._accept()  # who connected while the door was open is inside
        self._listening(0)
        for _ in range(2):
            filler = socket.socket()
            filler.setblocking(False)
            filler.bind((_FILLER, 0))
            with contextlib.suppress(BlockingIOError):
                filler.connect((self.address, self._port))
            self._fillers.append(filler)

    def _close(self) -> None:
        if self._listener:
            self._reactor.forget(self._listener)
            self._listener.close()
            self._listener = None
        for filler in self._fillers:
            filler.close()
        self._fillers = []

    def _listening(self, backlog: int) -> socket.socket:
        if self._listener is None:
            self._listener = socket.socket()
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self._listener.bind((self.address, self._port))
            self._listener.setblocking(False)
        self._listener.listen(backlog)
        return self._listener

    def _accept(self) -> None:
        """Takes all that wait in the queue."""
        while self._listener:
            try:
                connection, peer = self._listener.accept()
            except BlockingIOError:
                return
            except OSError:
                continue  # reset before we came to it
            if peer[0] == _FILLER:
                connection.close()
                continue
            connection.setblocking(True)
            self._receive(connection)
