"""PID 1 of a host: builds it, lets cloud-init run, and serves SSH connections until power off.

The lab passes every TCP connection to the public address as a socket; PID 1 starts `sshd -i` on it,
as it does for those that arrive on port 22 of the private address. So there is no proxy between
client and server.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
import traceback
from typing import Any, NoReturn

from . import cloudinit, identity, kernel, messages, processes, rootfs

EXIT_POWER_OFF, EXIT_REBOOT, EXIT_BROKEN = 0, 10, 20


def run(order: dict[str, Any], control: socket.socket) -> NoReturn:
    """Becomes the host; never returns."""
    try:
        with open(f"{order['dir']}/spec.json", encoding="utf-8") as file:
            spec = json.load(file)
        Init(spec, control).boot_and_serve()
    except BaseException:
        traceback.print_exc(file=sys.stderr)
        sys.stderr.flush()
    os._exit(EXIT_BROKEN)


class Init:
    """The first process of one host."""

    def __init__(self, spec: dict[str, Any], control: socket.socket) -> None:
        self.spec = spec
        self.control = control
        self.started = spec["started"]
        self.poller = select.poll()
        self.private_ssh: socket.socket | None = None
        self.connections: dict[int, int] = {}  # pid of sshd -> number of a public connection
        self.commands: dict[int, str] = {}  # pid -> id of an order to execute something
        self.progress = -1  # pipe from the cloud-init process
        self.partial = b""
        self.wake, wake_writer = os.pipe()  # a byte for every signal, so that poll() ends
        os.set_blocking(wake_writer, False)
        signal.set_wakeup_fd(wake_writer, warn_on_full_buffer=False)

    def boot_and_serve(self) -> NoReturn:
        os.setsid()
        for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        rootfs.enter(self.spec)
        kernel.set_hostname(self.spec["hostname"])
        if not self.spec["resumed"]:
            identity.write_system_accounts()
        identity.write_names(self.spec)
        identity.write_commands(self.spec["time_scale"])
        self._join_network()
        self._stage("kernel")
        self._console(f"Linux version {os.uname().release} (lab) {self.spec['id']}")
        self._start_cloud_init()
        self._serve()

    # Set-up

    def _join_network(self) -> None:
        """Asks the lab for eth0, then configures it and hands over the two listening sockets."""
        with open("/proc/self/ns/net") as namespace:
            messages.send(self.control, {"event": "network-wanted"}, [namespace.fileno()])
        order: dict[str, Any] = {}
        while order.get("op") != "joined":  # until then there is nothing to obey but the end
            received = messages.receive(self.control)
            if received is None or received[0]["op"] == "power-off":
                os._exit(EXIT_POWER_OFF)
            order = received[0]
        spec = self.spec
        lines = [
            "link set lo up",
            "addr add 169.254.169.254/32 dev lo",
            "link set eth0 up",
            f"addr add {spec['private_ip']}/{spec['prefix']} dev eth0",
            f"route add default via {spec['gateway']}",
        ]
        _feed(["ip", "-batch", "-"], "\n".join(lines) + "\n")
        _feed(["nft", "-f", "-"], spec["firewall"])
        metadata = _listen("169.254.169.254", 80)
        api = _listen("127.0.0.1", spec["api_port"])
        fds = [metadata.fileno(), api.fileno()]
        messages.send(self.control, {"event": "sockets"}, fds)
        metadata.close()
        api.close()

    def _start_cloud_init(self) -> None:
        """cloud-init runs in a child, so that PID 1 reaps and serves from the beginning."""
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        self.progress, writer = os.pipe()
        child = os.fork()
        if child == 0:
            self.control.close()
            os.close(self.progress)
            processes.reset_signals()
            cloudinit.main(self.spec, writer)
        os.close(writer)

    # Serving

    def _serve(self) -> NoReturn:
        self.poller.register(self.control, select.POLLIN)
        self.poller.register(self.progress, select.POLLIN)
        self.poller.register(self.wake, select.POLLIN)
        self._reap()
        while True:
            for descriptor, _ in self.poller.poll():
                if descriptor == self.control.fileno():
                    self._obey()
                elif descriptor == self.progress:
                    self._follow_cloud_init()
                elif self.private_ssh and descriptor == self.private_ssh.fileno():
                    connection, _ = self.private_ssh.accept()
                    processes.start_sshd(connection.detach())
                elif descriptor == self.wake:
                    os.read(self.wake, 4096)
                    self._reap()

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            if pid in self.connections:
                # The lab holds the socket, too: it must let go, or the client never sees the end.
                self._tell("closed", id=self.connections.pop(pid))
            if pid in self.commands:
                code = os.waitstatus_to_exitcode(status)
                self._tell("executed", id=self.commands.pop(pid), status=code)

    def _obey(self) -> None:
        received = messages.receive(self.control)
        if received is None:
            self._power_off(EXIT_POWER_OFF, grace=0.1)
        order, fds = received
        operation = order["op"]
        if operation == "connection":
            self.connections[processes.start_sshd(fds.pop())] = order["id"]
        elif operation == "firewall":
            _feed(["nft", "-f", "-"], order["rules"])
        elif operation == "execute":
            self.commands[processes.start_command(order["command"], fds)] = order["id"]
        elif operation == "freeze":
            processes.signal_sshd(signal.SIGSTOP if order["on"] else signal.SIGCONT)
        elif operation == "kill-sshd":
            self._close_private_ssh()
            processes.signal_sshd(signal.SIGKILL)
        elif operation == "start-sshd":
            self._open_private_ssh()
        elif operation == "resize":
            self._resize_disk(order["mib"])
        elif operation == "power-off":
            code = EXIT_REBOOT if order.get("reboot") else EXIT_POWER_OFF
            self._power_off(code, order["grace"])
        for descriptor in fds:
            os.close(descriptor)

    def _follow_cloud_init(self) -> None:
        data = os.read(self.progress, 65536)
        if not data:
            self.poller.unregister(self.progress)
            return
        *lines, self.partial = (self.partial + data).split(b"\n")
        for line in lines:
            kind, _, text = line.decode("utf-8", "replace").partition(" ")
            if kind == "console":
                self._console(text)
                continue
            if text == "sshd":
                self._open_private_ssh()
            self._stage(text)

    def _open_private_ssh(self) -> None:
        if self.private_ssh is None:
            self.private_ssh = _listen("0.0.0.0", 22)
            self.poller.register(self.private_ssh, select.POLLIN)

    def _close_private_ssh(self) -> None:
        if self.private_ssh:
            self.poller.unregister(self.private_ssh)
            self.private_ssh.close()
            self.private_ssh = None

    def _resize_disk(self, mib: int) -> None:
        kernel.mount(None, rootfs.DISK, None, kernel.MS_REMOUNT, f"size={mib}m")

    # Ending

    def _on_signal(self, number: int, _: Any) -> None:
        reboot = number == signal.SIGUSR1
        if reboot:
            self._stage("reboot")
        else:
            self._stage("power-off")
        self._power_off(EXIT_REBOOT if reboot else EXIT_POWER_OFF, grace=0.3)

    def _power_off(self, code: int, grace: float) -> NoReturn:
        """TERM to everybody, then KILL; the namespaces end with this process."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        self._console("reboot: Restarting system" if code == EXIT_REBOOT else "reboot: Power down")
        processes.end_all(grace)
        os._exit(code)

    # Telling the lab

    def _tell(self, event: str, **more: Any) -> None:
        messages.send(self.control, {"event": event, **more})

    def _stage(self, name: str) -> None:
        self._tell("stage", name=name, seconds=round(time.time() - self.started, 4))

    def _console(self, text: str) -> None:
        for line in text.rstrip("\n").split("\n"):
            self._tell("console", line=line, seconds=time.time() - self.started)


def _listen(address: str, port: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((address, port))
    listener.listen(128)
    return listener


def _feed(command: list[str], text: str) -> None:
    """Runs a system command on its input; its complaints go to the host's log."""
    done = subprocess.run(command, input=text.encode(), env=identity.ENVIRONMENT)
    if done.returncode:
        print(f"{command[0]} failed with {done.returncode} for:\n{text}", file=sys.stderr)
