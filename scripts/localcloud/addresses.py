"""The public addresses of one lab: a slice 127.N.0.0/16 of the loopback network, and the SSH port.

Labs may run side by side: each claims its slice by binding (not listening on) one address of it, which
the kernel gives back whenever and however the lab ends.
"""

from __future__ import annotations

import errno
import socket

_PROBE = "127.255.255.253"  # in nobody's slice
_SLICES = range(20, 220)


class NoAddress(Exception):
    """There is no free slice or port."""


class PublicAddresses:
    def __init__(self, ports: list[int]) -> None:
        self.ssh_port = _usable_port(ports)
        self._claim, self._slice = _claim_slice(self.ssh_port)
        self._next = 10
        self._given_back: list[str] = []

    def give_back(self, address: str) -> None:
        """Lets the next launch have an address that was in use before."""
        self._given_back.append(address)

    def take(self) -> str:
        """A fresh address: AWS, too, hardly ever gives the same one twice in a row."""
        if self._given_back:
            return self._given_back.pop()
        number = self._next
        self._next += 1
        return f"127.{self._slice}.{number // 250}.{number % 250 + 1}"


def _usable_port(ports: list[int]) -> int:
    """The first port that can be bound; 22 cannot beside an sshd that listens on all addresses."""
    for port in ports:
        with socket.socket() as probe:
            try:
                probe.bind((_PROBE, port))
            except OSError:
                continue
            return port
    raise NoAddress(f"cannot listen on 127.0.0.0/8: none of the ports {ports} is free")


def _claim_slice(port: int) -> tuple[socket.socket, int]:
    for number in _SLICES:
        claim = socket.socket()
        try:
            claim.bind((f"127.{number}.255.254", port))
        except OSError as error:
            claim.close()
            if error.errno != errno.EADDRINUSE:
                raise NoAddress(f"cannot bind 127.{number}.255.254:{port}: {error.strerror}") from None
            continue
        return claim, number
    raise NoAddress("all address slices are taken: too many labs are running")
