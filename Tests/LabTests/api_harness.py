"""The API layer alone: moto behind the repairs, without hosts, served on a loopback port.

Used by the test_api_*.py files when LAB_ENDPOINT does not name a running lab.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

for name in (
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION",
    "MOTO_ENABLE_AMI_VALIDATION",
    "MOTO_IAM_LOAD_MANAGED_POLICIES",
):
    os.environ.setdefault(name, "true")

import boto3  # noqa: E402
from botocore.config import Config  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402

from localcloud.pipeline import LOCKED_SERVICES, Call  # noqa: E402
from localcloud.repairs import REPAIRS, SIGNATURES, moto_app  # noqa: E402

ACCESS_KEY = "AKIALABROOTEXAMPLE00"
SECRET_KEY = "lab/throw+away/secret0000000000000000000"


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_args, **_options):
        pass


class ApiCloud:
    """What the repairs see of the lab, without hosts: instances run as soon as they are looked at."""

    def __init__(self):
        self.settings = SimpleNamespace(
            access_key=ACCESS_KEY,
            secret_key=SECRET_KEY,
            time_scale=0.02,
            eventual=0.0,
            capacity=[],
            quota_spot=None,
            seed=1,
        )
        self.hosts = {}
        self.fresh = {}
        self.lock = threading.RLock()

    def __call__(self, environ, start_response):
        call = Call.read(environ)
        answer = SIGNATURES.before(call, self)
        if answer is None:
            with self.lock if call.service in LOCKED_SERVICES else contextlib.nullcontext():
                answer = self._walk(call)
        headers = {**answer.headers, "Content-Type": answer.content_type}
        headers["Content-Length"] = str(len(answer.body))
        start_response(f"{answer.status} X", list(headers.items()))
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else answer.body]

    def _walk(self, call):
        passed, answer = [], None
        for repair in (r for r in REPAIRS if not r.gate):
            answer = repair.before(call, self)
            if answer is not None:
                break
            passed.append(repair)
        if answer is None:
            answer = moto_app.ask(call)
        for repair in reversed(passed):
            answer = repair.after(call, answer, self)
        return answer


class ApiLab:
    """A served `ApiCloud`, and boto3 clients for it."""

    def __init__(self):
        self.cloud = ApiCloud()
        self.server = make_server(
            "127.0.0.1", 0, self.cloud, threaded=True, request_handler=Quiet
        )
        self.server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def client(self, service, region="us-east-1", **options):
        """A boto3 client that retries nothing, so that a test sees every answer."""
        settings = {
            "endpoint_url": self.endpoint,
            "region_name": region,
            "aws_access_key_id": ACCESS_KEY,
            "aws_secret_access_key": SECRET_KEY,
            "config": Config(retries={"total_max_attempts": 1}),
        }
        return boto3.client(service, **{**settings, **options})

    def close(self):
        self.server.shutdown()
        self.server.server_close()
