"""A TCP relay on loopback that makes the other end seem far away.

Every byte is handed on half a round trip after it came, in order, as on a link of endless bandwidth and
without loss; a connection costs a round trip before its first byte, as a TCP handshake does. What it
cannot lengthen is what the caller's own kernel measures: connect() returns at once.

usage: relay.py ADDRESS TARGET-ADDRESS TARGET-PORT ROUND-TRIP-MS
Prints the port on which it listens, and ends when its standard input does.
"""

from __future__ import annotations

import collections
import contextlib
import select
import socket
import sys
import time

_PIECE = 1 << 18
# More than any SSH window allows a sender to have under way; what comes beyond it waits in the sender.
_MOST_UNDER_WAY = 256 << 20


class Direction:
    """What is under way from one socket to the other."""

    def __init__(self, source: socket.socket, target: socket.socket | None, opened: float) -> None:
        self.source = source
        self.target = target  # None: not called yet
        self.opened = opened  # nothing departs before
        self.ended = False  # the source has said its last word
        self.blocked = False  # the target's kernel takes no more now
        self.pieces: collections.deque[tuple[float, memoryview]] = collections.deque()
        self.size = 0

    @property
    def wants_more(self) -> bool:
        return not self.ended and self.size < _MOST_UNDER_WAY

    @property
    def due(self) -> float | None:
        is_held = self.blocked or not self.target
        return self.pieces[0][0] if self.pieces and not is_held else None

    def receive(self, delay: float) -> None:
        try:
            piece = self.source.recv(_PIECE)
        except BlockingIOError:
            return
        self.ended = not piece
        self.size += len(piece)
        self.pieces.append((max(time.monotonic(), self.opened) + delay, memoryview(piece)))

    def deliver(self) -> bool:
        """Hands on what is due; tells whether the last word was among it."""
        now = time.monotonic()
        while self.target and self.pieces and self.pieces[0][0] <= now:
            due, piece = self.pieces[0]
            if not piece:
                with contextlib.suppress(OSError):
                    self.target.shutdown(socket.SHUT_WR)
                self.pieces.clear()
                return True
            try:
                sent = self.target.send(piece)
            except BlockingIOError:
                self.blocked = True
                return False
            self.size -= sent
            if sent < len(piece):
                self.pieces[0] = (due, piece[sent:])
            else:
                self.pieces.popleft()
        return False


class Connection:
    def __init__(self, caller: socket.socket, target: tuple[str, int], delay: float) -> None:
        now = time.monotonic()
        # The handshake: the caller may speak after a round trip, its last part is half a one more.
        self.answers_at: float | None = now + 3 * delay
        self._address = target
        self._outward = Direction(caller, None, now + 2 * delay)
        self.directions = [self._outward]
        self._open_ends = 2
        self._set_up(caller)

    def answer(self) -> None:
        """Calls the target, for whom the handshake has come to its end."""
        self.answers_at = None
        called = socket.create_connection(self._address)
        self._set_up(called)
        self._outward.target = called
        self.directions.append(Direction(called, self._outward.source, time.monotonic()))

    def _set_up(self, end: socket.socket) -> None:
        end.setblocking(False)
        end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def finish(self) -> bool:
        """One direction has ended; tells whether it was the last one."""
        self._open_ends -= 1
        return self._open_ends == 0

    def close(self) -> None:
        for direction in self.directions:
            direction.source.close()


class Relay:
    def __init__(self, address: str, target: tuple[str, int], round_trip: float) -> None:
        self._target = target
        self._delay = round_trip / 2
        self._connections: set[Connection] = set()
        self._listener = socket.create_server((address, 0), backlog=128)
        self.port = self._listener.getsockname()[1]

    def run(self, until: int) -> None:
        """Relays until the file descriptor can be read or has ended."""
        while True:
            readable, writable = self._wait(until)
            if until in readable:
                return
            if self._listener in readable:
                caller, _ = self._listener.accept()
                self._connections.add(Connection(caller, self._target, self._delay))
            for connection in list(self._connections):
                try:
                    over = self._serve(connection, readable, writable)
                except OSError:
                    over = True
                if over:
                    connection.close()
                    self._connections.discard(connection)

    def _wait(self, until: int) -> tuple[set, set]:
        """select(2), whose deadline is exact to the microsecond: epoll's is not."""
        readers: list = [until, self._listener]
        writers, times = [], []
        for connection in self._connections:
            times.append(connection.answers_at)
            for direction in connection.directions:
                if direction.wants_more:
                    readers.append(direction.source)
                if direction.blocked:
                    writers.append(direction.target)
                times.append(direction.due)
        deadline = min((when for when in times if when is not None), default=None)
        patience = None if deadline is None else max(0.0, deadline - time.monotonic())
        readable, writable, _ = select.select(readers, writers, [], patience)
        return set(readable), set(writable)

    def _serve(self, connection: Connection, readable: set, writable: set) -> bool:
        """Moves what can be moved; tells whether the connection is over."""
        if connection.answers_at is not None and connection.answers_at <= time.monotonic():
            connection.answer()
        for direction in connection.directions:
            if direction.blocked and direction.target in writable:
                direction.blocked = False
            if direction.source in readable:
                direction.receive(self._delay)
            if not direction.blocked and direction.deliver() and connection.finish():
                return True
        return False


def main() -> None:
    address, target, port, milliseconds = sys.argv[1:]
    relay = Relay(address, (target, int(port)), float(milliseconds) / 1000)
    print(relay.port, flush=True)
    relay.run(sys.stdin.fileno())


if __name__ == "__main__":
    main()
