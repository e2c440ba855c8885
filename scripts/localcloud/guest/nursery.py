"""The nursery: one small single-threaded process from which every host is forked.

A host starts in milliseconds this way (no new interpreter) and shares its memory with the others.
It also makes kill -9 of the lab clean: the kernel kills the nursery and its children with the
process that bore them, and that is only reliable when the parent has a single thread.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sys

from . import init, kernel, messages


def main(descriptor: int) -> None:
    """Serves the lab over the socket `descriptor` until the lab is gone."""
    kernel.die_with_parent()
    channel = socket.socket(fileno=descriptor)
    wake_read, wake_write = os.pipe()
    os.set_blocking(wake_write, False)
    os.set_blocking(wake_read, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
    poller = select.poll()
    poller.register(channel, select.POLLIN)
    poller.register(wake_read, select.POLLIN)
    messages.send(channel, {"event": "nursery"})
    waiters: dict[int, str] = {}
    while True:
        for descriptor, _ in poller.poll():
            if descriptor == wake_read:
                os.read(wake_read, 4096)
                _report_deaths(channel, waiters)
            else:
                received = messages.receive(channel)
                if received is None:
                    sys.exit(0)
                _serve(channel, *received, waiters)


def _serve(channel: socket.socket, order: dict, fds: list[int], waiters: dict[int, str]) -> None:
    if order["op"] == "network":
        _make_network(channel, order["name"])
    elif order["op"] == "host":
        waiters[_bear(channel, order, fds[0])] = order["id"]
    elif order["op"] == "kill":
        for waiter, host in waiters.items():
            if host == order["id"]:
                os.kill(waiter, signal.SIGTERM)
    elif order["op"] == "end":
        for waiter in waiters:
            os.kill(waiter, signal.SIGTERM)
        for waiter in waiters:
            os.waitpid(waiter, 0)
        sys.exit(0)
    for descriptor in fds:
        os.close(descriptor)


def _report_deaths(channel: socket.socket, waiters: dict[int, str]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        host = waiters.pop(pid, None)
        if host:
            code = os.waitstatus_to_exitcode(status)
            messages.send(channel, {"event": "ended", "id": host, "status": code})


def _make_network(channel: socket.socket, name: str) -> None:
    """A network namespace without a name: it lives as long as somebody holds its descriptor."""
    child = os.fork()
    if child == 0:
        kernel.unshare(kernel.NEWNET)
        with open("/proc/self/ns/net") as namespace:
            messages.send(channel, {"event": "network", "name": name}, [namespace.fileno()])
        os._exit(0)


def _bear(channel: socket.socket, order: dict, control: int) -> int:
    """Forks the process that waits for the new host's PID 1, and PID 1 itself."""
    waiter = os.fork()
    if waiter:
        return waiter
    status = 1
    try:
        kernel.die_with_parent()
        channel.close()
        signal.set_wakeup_fd(-1)
        log = os.open(f"{order['dir']}/init.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        kernel.unshare(
            kernel.NEWNS | kernel.NEWUTS | kernel.NEWIPC | kernel.NEWPID | kernel.NEWNET
        )
        first = os.fork()
        if first == 0:
            kernel.die_with_parent()
            init.run(order, socket.socket(fileno=control))
        os.close(control)
        signal.signal(signal.SIGTERM, lambda *_: os.kill(first, signal.SIGKILL))
        _, code = os.waitpid(first, 0)
        status = os.waitstatus_to_exitcode(code) & 0xFF
    except BaseException as error:  # a forked child must never return into the nursery's loop
        os.write(2, f"cannot start the host: {error!r}\n".encode())
    finally:
        os._exit(status)
