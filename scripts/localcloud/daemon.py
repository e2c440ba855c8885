"""The lab's process: moto, the layer and the hosts' other half. Started by `lab up`."""

from __future__ import annotations

import argparse
import faulthandler
import fcntl
import json
import os
import resource
import secrets
import signal
import socket
import sys
import threading
from typing import Any

# Read by moto when it is imported.
for _name in (
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION",
    "MOTO_ENABLE_AMI_VALIDATION",
    "MOTO_ENABLE_KEYPAIR_VALIDATION",
    "MOTO_IAM_LOAD_MANAGED_POLICIES",
):
    os.environ.setdefault(_name, "true")

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server  # noqa: E402

from . import base, sweep  # noqa: E402
from .addresses import NoAddress, PublicAddresses  # noqa: E402
from .cloud import Cloud  # noqa: E402
from .control import Control  # noqa: E402
from .faults import Faults  # noqa: E402
from .holds import Holds  # noqa: E402
from .journal import Journal  # noqa: E402
from .layer import Layer  # noqa: E402
from .observation import Observation  # noqa: E402
from .paths import LabHome  # noqa: E402
from .settings import Settings  # noqa: E402

_REGION = "us-east-1"
_ROOT_PORTS = [22, 2222, *range(2223, 2300)]
_USER_PORTS = [2222, *range(2223, 2300)]


class _Handler(WSGIRequestHandler):
    """Keeps connections open, as AWS does, and logs nothing: requests carry credentials."""

    protocol_version = "HTTP/1.1"
    timeout = 120

    def send_response(self, code: int, message: str | None = None) -> None:
        """Without a Date of this machine: the answer has the lab's."""
        self.send_response_only(code, message)

    def log(self, type: str, message: str, *args: Any) -> None:
        if type == "error":
            super().log(type, message, *args)


class Lab:
    """One running lab."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.home = LabHome.of_user()
        self.state = os.path.abspath(options.state)
        self.stopping = threading.Event()
        os.makedirs(self.state, exist_ok=True)
        self._lock = open(f"{self.state}/{sweep.LOCK}", "a", encoding="utf-8")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise base.BaseError(f"a lab is running already with the state {self.state}") from None
        rootless = options.mode == "rootless"
        hosts = base.prepare(self.home, self.state, rootless)
        addresses = PublicAddresses(_USER_PORTS if rootless else _ROOT_PORTS)
        settings = Settings(time_scale=options.time_scale, seed=options.seed)
        self.cloud = Cloud(settings, self.state, hosts, addresses, self._serve_inside)
        # Every host and every address that swallows takes a few descriptors of this process.
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
        self.about: dict[str, Any] = {}
        self.token = secrets.token_urlsafe(24)
        injected, journal, holds = Faults(), Journal(), Holds()
        observation = Observation(self.cloud, journal, holds)
        control = Control(self.cloud, injected, observation, self.token, self.about)
        layer = Layer(self.cloud, control, injected, journal, holds)
        self.server: BaseWSGIServer = make_server(
            "127.0.0.1", options.port, layer, threaded=True, request_handler=_Handler
        )
        self.cloud.port = self.server.server_port
        self.about.update(self._describe())

    def run(self) -> None:
        """Serves until told to stop, and leaves nothing."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        threading.Thread(target=self.server.serve_forever, daemon=True, name="api").start()
        if self.options.watch_stdin:
            threading.Thread(target=self._watch_stdin, daemon=True, name="stdin").start()
        self._write_record()
        print("READY", json.dumps({**self.environment(), "SPOT_LAB_TOKEN": self.token}), flush=True)
        self.stopping.wait()
        self.close()
        sys.stderr.flush()
        os._exit(0)  # taking moto's many objects apart one by one can take ten seconds

    def close(self) -> None:
        self.cloud.close()
        self.server.shutdown()
        base.release(self.state)
        sweep.remove_files(self.state)
        sweep.unregister(self.home, self.state)

    def environment(self) -> dict[str, str]:
        """What a client of this lab needs in its environment."""
        endpoint, settings = self.about["endpoint"], self.cloud.settings
        return {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": settings.access_key,
            "AWS_SECRET_ACCESS_KEY": settings.secret_key,
            "AWS_REGION": _REGION,
            "AWS_DEFAULT_REGION": _REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "SPOT_SSH_PORT": str(self.cloud.addresses.ssh_port),
            "SPOT_CHECKIP_URL": f"{endpoint}/lab/checkip",
            "SPOT_LAB_STATE": self.state,
        }

    def _describe(self) -> dict[str, Any]:
        return {
            "endpoint": f"http://127.0.0.1:{self.cloud.port}",
            "ssh_port": self.cloud.addresses.ssh_port,
            "mode": self.options.mode,
            "reason": self.options.reason,
            "pid": os.getpid(),
            "state": self.state,
            "time_scale": self.options.time_scale,
            "seed": self.options.seed,
        }

    def _write_record(self) -> None:
        """For the `lab` command; private, because of the keys in it."""
        processes = [[pid, sweep.start_time(pid)] for pid in (os.getpid(), self.cloud.nursery.pid)]
        record = {
            **self.about,
            "token": self.token,
            "environment": self.environment(),
            "processes": processes,
        }
        path = f"{self.state}/{sweep.RECORD}"
        descriptor = os.open(f"{path}.new", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(record, file)
        if self.options.owner >= 0:
            os.chown(f"{path}.new", self.options.owner, -1)
        os.rename(f"{path}.new", path)

    def _watch_stdin(self) -> None:
        """Whoever started the lab in the foreground holds its stdin; when they are gone, it ends."""
        while os.read(0, 4096):
            pass
        self.stopping.set()

    def _serve_inside(self, connection: socket.socket, peer: Any) -> None:
        """The API for a host's own programs, at the address it has outside."""
        self.server.process_request(connection, peer)


def main() -> None:
    parser = argparse.ArgumentParser(prog="localcloud.daemon")
    parser.add_argument("--state", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--time-scale", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mode", default="root")
    parser.add_argument("--reason", default="")
    parser.add_argument("--owner", type=int, default=-1)
    parser.add_argument("--watch-stdin", action="store_true")
    options = parser.parse_args()
    faulthandler.register(signal.SIGUSR2)  # where every thread is, on the log
    try:
        lab = Lab(options)
    except (base.BaseError, NoAddress, OSError) as error:
        print("FAILED", str(error), flush=True)
        sys.exit(1)
    lab.run()


if __name__ == "__main__":
    main()
