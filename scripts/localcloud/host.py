"""One host: the real machine behind one EC2 instance, seen from the lab.

`Host` starts and ends it through the nursery, follows what its PID 1 tells, hands it connections, and
injects what goes wrong with machines. What the *instance* then is called is `cloud.Cloud`'s business.
"""

from __future__ import annotations

import enum
import itertools
import json
import os
import socket
import struct
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from . import firewall, userdata
from .door import Door, DoorState
from .guest import messages
from .imds import Metadata

if TYPE_CHECKING:
    from .cloud import Cloud
    from .vpc import Vpc

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER: close() sends RST
_GRACE = 0.3  # seconds between TERM and KILL at power off
_CLOUD_INIT = {"ec2-user": "22.2.2", "admin": "22.4.2", "ubuntu": "24.4"}


class Phase(enum.Enum):
    PENDING = "pending"
    UP = "up"
    STOPPING = "stopping"
    STOPPED = "stopped"
    ENDING = "ending"
    GONE = "gone"


class HostError(Exception):
    """What was asked of this host cannot be done; the text says why."""


class Host:
    def __init__(self, cloud: Cloud, vpc: Vpc, instance: Any, backend: Any) -> None:
        self.cloud = cloud
        self.vpc = vpc
        self.instance = instance
        self.backend = backend
        self.id: str = instance.id
        self.phase = Phase.PENDING
        self.private_ip: str = instance.private_ip
        self.public_ip: str | None = None
        self.folder = f"{cloud.folder}/hosts/{self.id}"
        self.console: list[tuple[float, str]] = []  # (wall clock, line)
        self.stages: dict[str, float] = {}  # seconds since this boot began
        self.metadata = Metadata(self)
        self.interruption: dict[str, str] | None = None  # as spot/instance-action shows it
        self.rebalance: str | None = None  # when a rebalance recommendation was given
        self.blackholed = False
        self.resets = 0  # connections still to be reset
        self.disk_mib: int = cloud.settings.disk_mib
        self._door: Door | None = None
        self._control: socket.socket | None = None
        self._listeners: list[socket.socket] = []
        self._connections: dict[int, socket.socket] = {}
        self._executions: dict[str, Future[int]] = {}
        self._numbers = itertools.count(1)
        self._door_lock = threading.Lock()
        self._connections_lock = threading.Lock()
        self._sshd_killed = False
        self._rules = ""
        self._resumed = False
        self._started = 0.0

    # Life

    @property
    def booted(self) -> bool:
        """Whether the machine has ever been up."""
        return self._resumed

    @property
    def started(self) -> bool:
        """Whether there are processes of this host, so that `ended` will follow."""
        return self._control is not None

    def assign_address(self) -> None:
        """A new public address, if the instance's interface has one at all."""
        interface = self.instance.nics[0]
        if not interface.public_ip:
            return
        interface.public_ip = None
        delay = self.cloud.settings.delay("address")
        if delay:
            self.cloud.reactor.later(delay, self._take_address)
        else:
            self._take_address()

    def _take_address(self) -> None:
        if self._door is not None or self.phase not in (Phase.PENDING, Phase.UP):
            return
        interface = self.instance.nics[0]
        self.public_ip = interface.public_ip = self.cloud.addresses.take()
        port = self.cloud.addresses.ssh_port
        self._door = Door(self.cloud.reactor, self.public_ip, port, self._receive)
        self.update_door()

    def boot(self) -> None:
        """Writes the host's specification and has the nursery bear it."""
        self.stages, self._started = {}, time.time()
        self._sshd_killed = False
        os.makedirs(self.folder, mode=0o711, exist_ok=True)
        spec = self._specification()
        descriptor = os.open(f"{self.folder}/spec.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(spec, file)
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._control = ours
        self._rules = spec["firewall"]
        self.cloud.reactor.watch(ours, lambda: self._hear(ours))
        self.cloud.nursery.bear(self.id, self.folder, theirs)
        theirs.close()
        self._resumed = True

    def power_off(self, reboot: bool = False) -> None:
        """Asks PID 1 to end the host; `ended` follows."""
        self._send({"op": "power-off", "grace": _GRACE, "reboot": reboot})

    def ended(self) -> None:
        """The host's processes are gone: nothing of it may be heard or reached any more."""
        for listener in (self._control, *self._listeners):
            if listener is not None:
                self.cloud.reactor.forget(listener)
                listener.close()
        self._control, self._listeners = None, []
        self.cut()
        self.metadata.forget_tokens()
        for execution in self._executions.values():
            if not execution.done():
                execution.set_exception(HostError(f"{self.id} ended meanwhile"))
        self._executions = {}
        self.update_door()

    def release_address(self) -> Door | None:
        """Gives the public address up; its door stays to swallow what still comes."""
        door, self._door, self.public_ip = self._door, None, None
        if door:
            door.become(DoorState.SWALLOWING)
        return door

    # The public side

    def update_door(self) -> None:
        """Opens or closes the public address by groups, boot stage and faults."""
        with self._door_lock:
            if self._door:
                self._door.become(self._door_state())

    def update_firewall(self) -> None:
        """Brings the private side up to date with the security groups."""
        rules = self._ruleset()
        if self._control and "kernel" in self.stages and rules != self._rules:
            self._rules = rules
            self._send({"op": "firewall", "rules": rules})

    def _door_state(self) -> DoorState:
        ports = {firewall.SSH, self.cloud.addresses.ssh_port}
        caller = self.cloud.settings.caller
        if self.blackholed or not firewall.admits(self.groups(), ports, caller):
            return DoorState.SWALLOWING
        if self._sshd_killed:
            return DoorState.REFUSING
        if "sshd" in self.stages and self._control:
            return DoorState.OPEN
        booting = time.time() - self._started if self._started else 0.0
        if booting < self.cloud.settings.delay("network"):
            return DoorState.SWALLOWING
        return DoorState.REFUSING

    def _receive(self, connection: socket.socket) -> None:
        """Called by the door for every connection: the socket itself goes to the host."""
        if self.resets > 0:
            self.resets -= 1
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            connection.close()
            return
        number = next(self._numbers)
        with self._connections_lock:
            self._connections[number] = connection
        self._send({"op": "connection", "id": number}, [connection.fileno()])

    # Faults

    def cut(self) -> int:
        """Ends every public connection at once; returns how many there were."""
        with self._connections_lock:
            connections, self._connections = list(self._connections.values()), {}
        for connection in connections:
            _hang_up(connection)
        return len(connections)

    def set_blackhole(self, on: bool) -> None:
        """New connections time out and the open ones stall (their sshd is frozen), or all heals."""
        self.blackholed = on
        self._send({"op": "freeze", "on": on})
        self.update_door()

    def set_sshd(self, running: bool) -> None:
        """Kills every sshd (sessions end, connections are refused), or starts it again."""
        self._sshd_killed = not running
        self._send({"op": "start-sshd" if running else "kill-sshd"})
        self.update_door()

    def heal(self) -> None:
        """Takes the faults of this host back."""
        self.resets = 0
        self.metadata.fault = None
        if self.blackholed:
            self.set_blackhole(False)
        if self._sshd_killed:
            self.set_sshd(True)

    def resize_disk(self, mib: int) -> None:
        if self._control is None or not self.disk_mib:
            raise HostError(
                f"{self.id} has no disk of limited size: set `lab fault disk MIB` before its launch"
            )
        self.disk_mib = mib
        self._send({"op": "resize", "mib": mib})

    def execute(self, command: str, timeout: float) -> tuple[int, bytes, bytes]:
        """Runs a shell line as root; returns its status, output and errors."""
        if self._control is None:
            raise HostError(f"{self.id} is not up")
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        name = str(next(self._numbers))
        future: Future[int] = Future()
        self._executions[name] = future
        self._send({"op": "execute", "id": name, "command": command}, [out_write, err_write])
        os.close(out_write)
        os.close(err_write)
        texts: list[bytes] = [b"", b""]
        readers = [
            threading.Thread(target=_read_all, args=(descriptor, texts, at), daemon=True)
            for at, descriptor in enumerate((out_read, err_read))
        ]
        for reader in readers:
            reader.start()
        status = future.result(timeout)
        for reader in readers:
            reader.join(timeout=1)  # something left running may keep the pipe open
        return status, texts[0], texts[1]

    # What others ask

    def groups(self) -> list[Any]:
        return [group for group in self.instance.security_groups if hasattr(group, "ingress_rules")]

    def console_text(self, latest: bool) -> str:
        """The console as GetConsoleOutput gives it; it lags unless the latest is asked for."""
        horizon = time.time() - (0 if latest else self.cloud.settings.delay("console"))
        return "".join(f"{line}\r\n" for when, line in list(self.console) if when <= horizon)

    def own_log(self) -> str:
        """What its first processes complained about; empty when all is well."""
        try:
            with open(f"{self.folder}/init.log", encoding="utf-8", errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def describe(self) -> dict[str, Any]:
        """For `lab status`."""
        return {
            "state": self.instance.state,
            "phase": self.phase.value,
            "region": self.vpc.region,
            "type": self.instance.instance_type,
            "public_ip": self.public_ip,
            "private_ip": self.private_ip,
            "door": self._door.state.value if self._door else "none",
            "stages": self.stages,
            "connections": len(self._connections),
            "login_user": self.login_user(),
        }

    def login_user(self) -> str:
        image = self.backend.amis.get(self.instance.image_id)
        name = (image.name or "").lower() if image else ""
        if "ubuntu" in name:
            return "ubuntu"
        return "admin" if name.startswith("debian") else "ec2-user"

    # Inside

    def _specification(self) -> dict[str, Any]:
        cloud, user = self.cloud, self.login_user()
        fqdn = self.instance.private_dns_name
        pair = self.backend.key_pairs.get(self.instance.key_name) if self.instance.key_name else None
        described = userdata.UserData(userdata.decode(str(self.instance.user_data or ""))).described()
        return {
            "id": self.id,
            "dir": self.folder,
            "started": self._started,
            "resumed": self._resumed,
            "lower": cloud.base.lower,
            "machine_base": cloud.base.is_machine,
            "disk_mib": self.disk_mib,
            "hostname": fqdn.split(".")[0],
            "fqdn": fqdn,
            "private_ip": self.private_ip,
            "prefix": self.vpc.network.prefixlen,
            "gateway": self.vpc.gateway,
            "firewall": self._ruleset(),
            "api_port": cloud.port,
            "login_user": user,
            "public_keys": [pair.material_public.decode()] if pair else [],
            "cloud_init": _CLOUD_INIT[user],
            "user_data": described,
            "delays": {name: cloud.settings.delay(name) for name in ("sshd", "keys", "cloudinit")},
            "time_scale": cloud.settings.time_scale,
        }

    def _ruleset(self) -> str:
        return firewall.ruleset(self.groups(), lambda group: self.cloud.members(self.vpc, group))

    def _hear(self, control: socket.socket) -> None:
        """One message of PID 1 (on the reactor's thread)."""
        received = messages.receive(control)
        if received is None:
            self.cloud.reactor.forget(control)
            return
        message, fds = received
        event = message["event"]
        reactor = self.cloud.reactor
        if event == "console":
            self.console.append((time.time(), message["line"]))
        elif event == "stage":
            self.stages[message["name"]] = message["seconds"]
            reactor.soon(self.update_door)
            reactor.soon(self.update_firewall)  # the groups may have changed since the boot began
        elif event == "network-wanted":
            reactor.soon(lambda: self._join(fds[0]))
        elif event == "sockets":
            self._serve_inside(*(socket.socket(fileno=fd) for fd in fds))
        elif event == "closed":
            with self._connections_lock:
                connection = self._connections.pop(message["id"], None)
            if connection:
                _hang_up(connection)
        elif event == "executed":
            self._executions.pop(message["id"]).set_result(message["status"])

    def _join(self, namespace: int) -> None:
        try:
            self.vpc.plug(namespace)
        finally:
            os.close(namespace)
        self._send({"op": "joined"})
        self.cloud.host_started(self)

    def _serve_inside(self, metadata: socket.socket, api: socket.socket) -> None:
        """The instance metadata service, and the lab's API at its usual address, inside the host."""
        for listener, serve in ((metadata, self.metadata.serve), (api, self.cloud.serve_connection)):
            listener.setblocking(False)
            self._listeners.append(listener)
            self.cloud.reactor.watch(listener, lambda l=listener, s=serve: _accept(l, s))

    def _send(self, message: dict[str, Any], fds: Any = ()) -> None:
        if self._control is not None:
            messages.send(self._control, message, fds)


def _accept(listener: socket.socket, serve: Any) -> None:
    try:
        connection, peer = listener.accept()
    except OSError:
        return
    connection.setblocking(True)
    serve(connection, peer)


def _hang_up(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # the other side was quicker
    connection.close()


def _read_all(descriptor: int, texts: list[bytes], at: int) -> None:
    with os.fdopen(descriptor, "rb") as source:
        texts[at] = source.read()
