"""What the test_api_*.py files share: callers with accounts of their own, and the lab that they
call.

That is the session's real lab; with LAB_API=alone it is the API layer by itself, moto behind the
repairs without hosts, which needs neither root nor namespaces.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import random
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

for name in (
    "MOTO_EC2_ENABLE_INSTANCE_TYPE_VALIDATION",
    "MOTO_ENABLE_AMI_VALIDATION",
    "MOTO_IAM_LOAD_MANAGED_POLICIES",
):
    os.environ.setdefault(name, "true")

import boto3  # noqa: E402
import pytest  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402
from localcloud.control import Control  # noqa: E402
from localcloud.faults import Faults  # noqa: E402
from localcloud.holds import Holds  # noqa: E402
from localcloud.journal import Journal  # noqa: E402
from localcloud.layer import Layer  # noqa: E402
from localcloud.observation import Observation  # noqa: E402
from localcloud.settings import Settings  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402

ACCESS_KEY = "AKIALABROOTEXAMPLE00"
TIME_SCALE = 0.02
SECRET_KEY = "lab/throw+away/secret0000000000000000000"


class Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, *_args, **_options):
        pass


class ApiCloud:
    """What the layer sees of the lab, without hosts: instances run at once."""

    def __init__(self):
        self.settings = Settings(
            access_key=ACCESS_KEY, secret_key=SECRET_KEY, time_scale=TIME_SCALE
        )
        self.hosts = {}
        self.fresh = {}
        self.lock = threading.RLock()

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc)

    def reconcile(self):
        """There is nothing to reconcile."""


class Caller:
    """One key of the lab's, and boto3 clients that use it."""

    def __init__(self, endpoint, access_key, secret_key, token=None):
        self.endpoint, self.access_key = endpoint, access_key
        self.secret_key, self.token = secret_key, token
        self.regions = set()

    def client(self, service, region="us-east-1", **options):
        """A boto3 client that retries nothing, so that a test sees every answer."""
        self.regions.add(region)
        settings = {
            "endpoint_url": self.endpoint,
            "region_name": region,
            "aws_access_key_id": self.access_key,
            "aws_secret_access_key": self.secret_key,
            "aws_session_token": self.token,
            "config": Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
        }
        return boto3.client(service, **{**settings, **options})

    def aws(self, *words, region="us-east-1"):
        """The parsed answer of the AWS CLI."""
        settings = {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": region,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        if self.token:
            settings["AWS_SESSION_TOKEN"] = self.token
        kept = {name: v for name, v in os.environ.items() if not name.startswith("AWS_")}
        done = subprocess.run(
            ["aws", "--output", "json", *words],
            env={**kept, **settings},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def terminate_all(self):
        """Cancels every spot request and terminates every instance."""
        for region in self.regions:
            ec2 = self.client("ec2", region)
            requests = ec2.describe_spot_instance_requests()["SpotInstanceRequests"]
            open_ids = [r["SpotInstanceRequestId"] for r in requests if r["State"] != "cancelled"]
            if open_ids:
                ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=open_ids)
            reservations = ec2.describe_instances()["Reservations"]
            ids = [i["InstanceId"] for r in reservations for i in r["Instances"]]
            for instance_id in ids:
                ec2.modify_instance_attribute(
                    InstanceId=instance_id, DisableApiTermination={"Value": False}
                )
            if ids:
                ec2.terminate_instances(InstanceIds=ids)


class Lab(Caller):
    """A lab whose caller has the root key, and its control."""

    hosts = True  # whether there are machines behind the instances

    def __init__(self, endpoint, access_key, secret_key, control_token):
        super().__init__(endpoint, access_key, secret_key)
        self._control_token = control_token
        self.order("set", {"time_scale": TIME_SCALE})

    @contextlib.contextmanager
    def set(self, capacity=(), **changes):
        """Other settings of the lab for the length of a block."""
        for rule in capacity:
            self.order("capacity", rule)
        if changes:
            self.order("set", changes)
        try:
            yield
        finally:
            self.clear()

    @contextlib.contextmanager
    def fault(self, kind, **choice):
        """One fault for the length of a block."""
        self.order("fault", {"kind": kind, **choice})
        try:
            yield
        finally:
            self.clear()

    def clear(self):
        self.order("clear", {})
        self.order("set", {"time_scale": TIME_SCALE})

    def order(self, name, order):
        """The answer of the control to a POST."""
        return self._control(name, json.dumps(order).encode())

    def ask(self, name):
        """The answer of the control to a GET."""
        return self._control(name, None)

    def _control(self, name, data):
        headers = {"X-Lab-Token": self._control_token}
        request = urllib.request.Request(f"{self.endpoint}/lab/{name}", data, headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


class AloneLab(Lab):
    """The layer over an `ApiCloud`, served by this process."""

    hosts = False

    def __init__(self):
        cloud, faults, journal, holds = ApiCloud(), Faults(), Journal(), Holds()
        control = Control(cloud, faults, Observation(cloud, journal, holds), "token", {})
        layer = Layer(cloud, control, faults, journal, holds)
        self.server = make_server("127.0.0.1", 0, layer, threaded=True, request_handler=Quiet)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{self.server.server_port}"
        super().__init__(endpoint, ACCESS_KEY, SECRET_KEY, "token")

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class HostLab(Lab):
    """The session's lab with real hosts, its clock made fast."""

    def __init__(self, started):
        given = started.environment
        super().__init__(
            started.endpoint,
            given["AWS_ACCESS_KEY_ID"],
            given["AWS_SECRET_ACCESS_KEY"],
            given["SPOT_LAB_TOKEN"],
        )

    def close(self):
        self.order("set", {"time_scale": 1.0})


def stranger(lab):
    """A caller with an account of its own: nothing that other tests made is there."""
    number = f"{random.randrange(10**12):012d}"
    role = lab.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{number}:role/tester", RoleSessionName="test"
    )["Credentials"]
    return Caller(lab.endpoint, role["AccessKeyId"], role["SecretAccessKey"], role["SessionToken"])


def needs_hosts(api):
    """Skips a test that is about machines where there are none."""
    if not api.hosts:
        pytest.skip("needs the lab with hosts")


def refusal(call, **parameters):
    """(code, status, message) of the error that a client's method must answer with."""
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    response = caught.value.response
    error, metadata = response["Error"], response["ResponseMetadata"]
    return error["Code"], metadata["HTTPStatusCode"], error.get("Message", "")


@pytest.fixture(scope="module")
def api(request):
    alone = os.environ.get("LAB_API") == "alone"
    made = AloneLab() if alone else HostLab(request.getfixturevalue("lab"))
    yield made
    made.close()


@pytest.fixture
def mine(api):
    """A fresh account; what it launched is terminated afterwards."""
    caller = stranger(api)
    yield caller
    caller.terminate_all()


@pytest.fixture
def ec2(mine):
    return mine.client("ec2")


_images = {}


def image(caller, architecture="x86_64", region="us-east-1"):
    """The id of the Amazon Linux image, which is the same for every account."""
    if (architecture, region) not in _images:
        _images[architecture, region] = _find_image(caller, architecture, region)
    return _images[architecture, region]


def _find_image(caller, architecture, region):
    name = f"/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-{architecture}"
    return caller.client("ssm", region).get_parameter(Name=name)["Parameter"]["Value"]


def launch(caller, region="us-east-1", **changes):
    """RunInstances of one t3.small with changes."""
    asked = {
        "ImageId": changes.pop("ImageId", None) or image(caller, region=region),
        "InstanceType": "t3.small",
        "MinCount": 1,
        "MaxCount": 1,
    }
    return caller.client("ec2", region).run_instances(**{**asked, **changes})["Instances"]


SPOT = {"MarketType": "spot"}
PERSISTENT = {"MarketType": "spot", "SpotOptions": {"SpotInstanceType": "persistent"}}
