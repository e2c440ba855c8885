"""A VPC: a network namespace with a bridge that its hosts join. Nothing of it is seen outside.

The namespace has no name: the lab holds it by a descriptor, so it goes away with the lab.
"""

from __future__ import annotations

import ipaddress
import os
import subprocess
import sys
import threading


class VpcNotReady(Exception):
    """The namespace did not come up."""


class Vpc:
    def __init__(self, vpc_id: str, region: str, cidr: str) -> None:
        self.id = vpc_id
        self.region = region
        self.network = ipaddress.ip_network(cidr)
        self.gateway = str(self.network.broadcast_address - 1)
        self._namespace = -1
        self._ready = threading.Event()
        self._links = 0

    def adopt(self, namespace: int) -> None:
        """Takes the descriptor of the new namespace and puts the bridge into it."""
        self._namespace = namespace
        self.configure(
            "link set lo up",
            "link add br0 type bridge",
            f"addr add {self.gateway}/{self.network.prefixlen} dev br0",
            "link set br0 up",
        )
        self._ready.set()

    def plug(self, namespace: int) -> None:
        """Gives the host that lives in `namespace` an eth0 on this network."""
        if not self._ready.wait(10):
            raise VpcNotReady(f"the network of {self.id} is not ready after 10 s")
        self._links += 1
        link = f"v{self._links}"
        self.configure(
            f"link add {link} type veth peer name eth0 netns {_path(namespace)}",
            f"link set {link} master br0 up",
        )

    def configure(self, *lines: str) -> None:
        """Lines of `ip -batch`, inside the VPC."""
        command = ["nsenter", f"--net={_path(self._namespace)}", "ip", "-batch", "-"]
        text = "\n".join(lines) + "\n"
        done = subprocess.run(command, input=text, capture_output=True, text=True)
        if done.returncode:
            print(f"ip failed in {self.id}: {done.stderr.strip()}", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._namespace >= 0:
            os.close(self._namespace)
            self._namespace = -1


def _path(descriptor: int) -> str:
    return f"/proc/{os.getpid()}/fd/{descriptor}"
