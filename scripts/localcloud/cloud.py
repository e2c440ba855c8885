"""The cloud: moto's instances on one side, real hosts on the other, and what keeps them the same.

moto knows no time: an instance is running or terminated at once. After every call that may change
something, `reconcile` compares and starts, stops or ends hosts; while that takes its time the
instance is really pending, stopping or shutting-down.
"""

from __future__ import annotations

import datetime
import os
import shutil
import signal
import socket
import sys
import threading
import time
from typing import Any, Callable

from moto.autoscaling import autoscaling_backends
from moto.ec2 import ec2_backends
from moto.ec2.models.instances import StateReason

from .addresses import PublicAddresses
from .base import Base
from .door import DoorState
from .guest.init import EXIT_POWER_OFF, EXIT_REBOOT
from .host import Host, HostError, Phase
from .nursery import Nursery
from .reactor import Reactor
from .settings import Settings
from .stillbirths import stillbirth
from .vpc import Vpc

_CODES = {
    "pending": 0,
    "running": 16,
    "shutting-down": 32,
    "terminated": 48,
    "stopping": 64,
    "stopped": 80,
}
# How long the address of a machine that is gone swallows connections (seconds, unscaled).
_SWALLOW_SECONDS = 600
_PATIENCE = 8.0  # seconds until a host that does not power off is ended by force


class Cloud:
    def __init__(
        self,
        settings: Settings,
        folder: str,
        base: Base,
        addresses: PublicAddresses,
        serve_connection: Callable[[socket.socket, Any], None],
    ) -> None:
        self.settings = settings
        self.folder = folder
        self.base = base
        self.addresses = addresses
        self.serve_connection = serve_connection
        self.port = 0  # of the API; known when the server listens
        self.lock = threading.RLock()
        self.hosts: dict[str, Host] = {}
        self.fresh: dict[str, float] = {}  # instance id -> monotonic time at which it becomes known
        self.reactor = Reactor()
        self.nursery = Nursery(self.reactor, self._on_ended, self._on_lost, f"{folder}/nursery.log")
        self._vpcs: dict[tuple[str, str, str], Vpc] = {}
        self._closing = False
        self.reactor.start()

    # For repairs

    def now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.timezone.utc)

    def ec2(self, account: str, region: str) -> Any:
        """moto's EC2 backend."""
        return ec2_backends[account][region]

    def vpc(self, account: str, region: str, vpc_id: str) -> Vpc:
        """The network of a VPC; made when first asked for."""
        key = (account, region, vpc_id)
        with self.lock:
            if key not in self._vpcs:
                cidr = self.ec2(account, region).get_vpc(vpc_id).cidr_block
                self._vpcs[key] = vpc = Vpc(vpc_id, region, cidr)
                self.nursery.make_network("/".join(key), vpc.adopt)
            return self._vpcs[key]

    def members(self, vpc: Vpc, group: str) -> list[str]:
        """The private addresses of a security group's hosts in one VPC."""
        return [
            host.private_ip
            for host in list(self.hosts.values())
            if host.vpc is vpc and any(g.id == group for g in host.groups())
        ]

    def interrupt(self, host: Host, action: str, notice: float) -> str:
        """Warns a spot host and takes it `notice` seconds (scaled) later; returns that time."""
        if host.instance.lifecycle != "spot":
            raise HostError(f"{host.id} is not a spot instance")
        if host.phase is not Phase.UP:
            raise HostError(f"{host.id} is {host.instance.state}")
        seconds = notice * self.settings.time_scale
        when = (self.now() + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
        host.interruption = {"action": action, "time": when}
        self.reactor.later(seconds, lambda: self._take(host, action))
        return when

    # Reconciling

    def reconcile(self) -> None:
        """Makes the hosts what moto says. The lock is held by the caller or taken here."""
        with self.lock:
            if self._closing:
                return
            for account, regions in list(ec2_backends.items()):
                for region, backend in list(regions.items()):
                    if backend.reservations:
                        self._reconcile_region(account, region, backend)
            for host in list(self.hosts.values()):
                if host.phase in (Phase.PENDING, Phase.UP):
                    self.reactor.soon(host.update_door)
                    host.update_firewall()

    def _reconcile_region(self, account: str, region: str, backend: Any) -> None:
        for instance in backend.all_instances():
            host = self.hosts.get(instance.id)
            state = instance.state
            if host is None:
                if state == "running":
                    self._launch(account, region, backend, instance)
            elif state == "running" and host.phase is Phase.STOPPED:
                self._start(host)
            elif state == "stopped" and host.phase in (Phase.PENDING, Phase.UP):
                self._stop(host)
            elif state == "terminated" and host.phase not in (Phase.ENDING, Phase.GONE):
                self._terminate(host)

    def _launch(self, account: str, region: str, backend: Any, instance: Any) -> None:
        host = Host(self, self.vpc(account, region, instance.vpc_id), instance, backend)
        self.hosts[host.id] = host
        self._start(host)

    def _start(self, host: Host) -> None:
        host.phase = Phase.PENDING
        host.interruption = host.rebalance = None
        set_state(host.instance, "pending", StateReason("pending", "pending"))
        host.assign_address()
        self.reactor.later(self.settings.delay("pending"), lambda: self._boot(host))

    def _boot(self, host: Host) -> None:
        with self.lock:
            if host.phase is not Phase.PENDING or self._closing:
                return
            reason = None if host.booted else stillbirth(self.settings, host.instance)
            if reason is None:
                host.boot()
            else:
                self._take_back(host, reason)

    def _take_back(self, host: Host, reason: StateReason) -> None:
        """The instance never runs."""
        self._terminate_instance(host)
        host.phase = Phase.GONE
        self._retire(host)
        set_state(host.instance, "terminated", reason)
        host.instance._reason = reason.code

    def host_started(self, host: Host) -> None:
        """The machine exists and has its network (called by the host, on a worker)."""
        with self.lock:
            if host.phase is Phase.PENDING:
                host.phase = Phase.UP
                set_state(host.instance, "running", StateReason())
        if self.settings.delay("network"):
            self.reactor.later(self.settings.delay("network"), host.update_door)

    def _stop(self, host: Host) -> None:
        host.phase = Phase.STOPPING
        set_state(host.instance, "stopping")
        self._retire(host)
        self._end(host)

    def _terminate(self, host: Host) -> None:
        was_stopped = host.phase is Phase.STOPPED
        host.phase = Phase.ENDING
        set_state(host.instance, "shutting-down")
        self._retire(host)
        if was_stopped:
            self.reactor.later(self.settings.delay("shutdown"), lambda: self._settle(host))
        else:
            self._end(host)

    def _end(self, host: Host) -> None:
        if not host.started:  # still pending: there is no machine to power off
            self.reactor.later(self.settings.delay("shutdown"), lambda: self._settle(host))
            return
        host.power_off()
        self.reactor.later(_PATIENCE, lambda: self._force(host))

    def _force(self, host: Host) -> None:
        if host.phase in (Phase.STOPPING, Phase.ENDING) and host.started:
            self.nursery.kill(host.id)

    def _retire(self, host: Host) -> None:
        """The public address is AWS's again: for a while it swallows connections."""
        for interface in host.instance.nics.values():
            interface.public_ip = None
        door = host.release_address()
        if door and self.settings.reuse_addresses:
            door.become(DoorState.REFUSING)
            self.addresses.give_back(door.address)
        elif door:
            self.reactor.later(_SWALLOW_SECONDS, lambda: door.become(DoorState.REFUSING))

    def _on_ended(self, host_id: str, status: int) -> None:
        """The last process of a host is gone (on a worker)."""
        host = self.hosts[host_id]
        if status not in (EXIT_POWER_OFF, EXIT_REBOOT) and not self._closing:
            text = f"{host_id} ended with status {status}:\n{host.own_log()}"
            print(text, file=sys.stderr, flush=True)
        host.ended()
        with self.lock:
            if self._closing:
                return
            if status == EXIT_REBOOT and host.phase is Phase.UP:
                host.boot()
            elif host.phase in (Phase.PENDING, Phase.UP):
                self._shut_down_inside(host)
            elif host.phase in (Phase.STOPPING, Phase.ENDING):
                self.reactor.later(self.settings.delay("shutdown"), lambda: self._settle(host))

    def _on_lost(self) -> None:
        """Without its nursery the lab cannot go on: all hosts died with it."""
        print("the nursery has died; the lab ends", file=sys.stderr, flush=True)
        os.kill(os.getpid(), signal.SIGTERM)

    def _settle(self, host: Host) -> None:
        """The last step of stopping and of terminating."""
        with self.lock:
            if host.phase is Phase.STOPPING:
                host.phase = Phase.STOPPED
                set_state(host.instance, "stopped")
            elif host.phase is Phase.ENDING:
                host.phase = Phase.GONE
                set_state(host.instance, "terminated")
                shutil.rmtree(host.folder, ignore_errors=True)

    def _shut_down_inside(self, host: Host) -> None:
        """`shutdown` in the host (or its crash): the instance's own attribute says what follows."""
        behaviour = host.instance.instance_initiated_shutdown_behavior
        one_time = host.instance.lifecycle == "spot" and not self._persistent(host)
        if behaviour == "terminate" or one_time:
            self._terminate_instance(host)
        else:
            host.instance.stop()
        code = "Client.InstanceInitiatedShutdown"
        reason = StateReason(f"{code}: Instance initiated shutdown", code)
        self.reconcile()
        set_state(host.instance, host.instance.state, reason)

    def _take(self, host: Host, action: str) -> None:
        """What follows an interruption notice."""
        with self.lock:
            if host.phase is not Phase.UP:
                return
            if action == "terminate":
                self._terminate_instance(host)
                code = "Server.SpotInstanceTermination"
            else:
                host.instance.stop()
                code = "Server.SpotInstanceShutdown"
            self.reconcile()
            reason = StateReason(f"{code}: Spot instance termination", code)
            set_state(host.instance, host.instance.state, reason)
            host.instance._reason = f"{code} ({self.now().strftime('%Y-%m-%d %H:%M:%S GMT')})"

    def _terminate_instance(self, host: Host) -> None:
        """As moto's TerminateInstances: the scaling group, if any, is told and replaces it."""
        host.instance.terminate()
        group = autoscaling_backends[host.backend.account_id][host.vpc.region]
        group.notify_terminate_instances([host.id])

    def _persistent(self, host: Host) -> bool:
        request = host.backend.spot_instance_requests.get(
            getattr(host.instance, "spot_instance_request_id", None)
        )
        return getattr(request, "type", "one-time") == "persistent"

    # The end

    def close(self) -> None:
        """Ends all hosts at once."""
        with self.lock:
            self._closing = True
            self.nursery.close()
            for host in self.hosts.values():
                door = host.release_address()
                if door:
                    door.become(DoorState.REFUSING)
            for vpc in self._vpcs.values():
                vpc.close()
        self.reactor.stop()


def set_state(instance: Any, name: str, reason: StateReason | None = None) -> None:
    """moto keeps the state of an instance in private attributes; there is no other way to set it."""
    instance._state.name, instance._state.code = name, _CODES[name]
    if name == "terminated":
        instance.ended_at = time.monotonic()  # for how long it is still described
    if reason is not None:
        instance.state_reason = reason
