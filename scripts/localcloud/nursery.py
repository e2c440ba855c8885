"""The lab's side of the nursery (`guest.nursery`), the process that bears hosts and networks."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from typing import Callable

from .guest import messages
from .reactor import Reactor

_PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from localcloud.guest import nursery; nursery.main(int(sys.argv[2]))"
)


_PATIENCE = 5.0


class Nursery:
    """Must be made by the main thread: the nursery dies with the thread that forked it."""

    def __init__(
        self, reactor: Reactor, on_ended: Callable[[str, int], None], on_lost: Callable[[], None], log: str
    ) -> None:
        self._on_ended = on_ended
        self._on_lost = on_lost
        self._networks: dict[str, Callable[[int], None]] = {}
        self._reactor = reactor
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        scripts = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        # The venv's interpreter may live where hosts cannot see it; its base is the system's.
        python = getattr(sys, "_base_executable", None) or sys.executable
        command = [python, "-I", "-S", "-c", _PROGRAM, scripts, str(theirs.fileno())]
        with open(log, "ab") as output:
            self._process = subprocess.Popen(
                command,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8"},
            )
        theirs.close()
        reactor.watch(self._channel, self._hear)

    def bear(self, host: str, folder: str, control: socket.socket) -> None:
        """Starts the host whose specification lies in `folder`."""
        order = {"op": "host", "id": host, "dir": folder}
        messages.send(self._channel, order, [control.fileno()])

    def kill(self, host: str) -> None:
        """Ends a host that does not end itself."""
        messages.send(self._channel, {"op": "kill", "id": host})

    def make_network(self, name: str, adopt: Callable[[int], None]) -> None:
        """Has a network namespace made; `adopt` gets its descriptor."""
        self._networks[name] = adopt
        messages.send(self._channel, {"op": "network", "name": name})

    @property
    def pid(self) -> int:
        return self._process.pid

    def close(self) -> None:
        """Ends all hosts, then the nursery, and waits until they are gone."""
        self._reactor.forget(self._channel)
        messages.send(self._channel, {"op": "end"})
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._channel.close()

    def _hear(self) -> None:
        received = messages.receive(self._channel)
        if received is None:
            self._reactor.forget(self._channel)
            self._on_lost()
            return
        message, fds = received
        if message["event"] == "network":
            adopt = self._networks.pop(message["name"])
            # Not a worker's: all of them may be busy with hosts that wait for this very network.
            threading.Thread(target=lambda: adopt(fds[0]), name="network").start()
        elif message["event"] == "ended":
            self._reactor.soon(lambda: self._on_ended(message["id"], message["status"]))
