"""One lab in the foreground for the whole session, and clients of it: boto3 and OpenSSH."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import subprocess
import time
import urllib.request
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

ROOT = Path(__file__).resolve().parents[2]
LAB = str(ROOT / "scripts" / "lab")
IMAGE = "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
_numbers = itertools.count(1)


def until(check, what, seconds=10.0):
    """Polls until `check` gives something true, and returns it."""
    deadline = time.monotonic() + seconds
    while True:
        found = check()
        if found:
            return found
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)


class ForegroundLab:
    """`lab up --foreground` as a test runner uses it."""

    def __init__(self, state, *options, environment=None):
        self.state = str(state)
        self._environment = {**os.environ, **(environment or {})}
        self.log = f"{self.state}.log"
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [LAB, "up", "--foreground", "--state", self.state, *options],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                env=self._environment,
            )
        line = self.process.stdout.readline()
        assert line.startswith("READY "), line + Path(self.log).read_text()
        self.environment = json.loads(line[len("READY ") :])
        self.endpoint = self.environment["AWS_ENDPOINT_URL"]

    def command(self, *words, check=True):
        """Runs the `lab` command on this lab."""
        words = [str(word) for word in words]
        verb, rest = (words[:2], words[2:]) if words[0] == "fault" else (words[:1], words[1:])
        done = subprocess.run(
            [LAB, *verb, "--state", self.state, *rest],
            capture_output=True,
            text=True,
            timeout=60,
            env=self._environment,
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def status(self):
        with urllib.request.urlopen(f"{self.endpoint}/lab/status", timeout=10) as answer:
            return json.load(answer)

    def client(self, service, region="us-east-1", **config):
        """A boto3 client that retries nothing."""
        settings = Config(**{"retries": {"total_max_attempts": 1}, "read_timeout": 20, **config})
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.endpoint,
            aws_access_key_id=self.environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self.environment["AWS_SECRET_ACCESS_KEY"],
            config=settings,
        )

    def shell_environment(self):
        """For programs: only this lab's AWS settings."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "SPOT_"))}
        nothing = {"AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null"}
        return {**kept, **nothing, "AWS_PAGER": "", **self.environment}

    def close(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


class World:
    """What a test makes in the lab: a key, a group open to us, instances, sessions."""

    def __init__(self, lab, folder):
        self.lab = lab
        self.folder = Path(folder)
        self.ec2 = lab.client("ec2")
        self.name = f"test-{os.getpid()}-{next(_numbers)}"
        self.key = self.folder / "key"
        made = self.ec2.create_key_pair(KeyName=self.name, KeyType="ed25519")
        self.key.write_text(made["KeyMaterial"])
        self.key.chmod(0o600)
        self.group = self.new_group(self.name)
        self.allow(self.group)
        self.image = lab.client("ssm").get_parameter(Name=IMAGE)["Parameter"]["Value"]
        self.launched = []

    def new_group(self, name):
        return self.ec2.create_security_group(GroupName=name, Description="test")["GroupId"]

    def allow(self, group, port=22, source="127.0.0.1/32", on=True):
        change = (
            self.ec2.authorize_security_group_ingress
            if on
            else self.ec2.revoke_security_group_ingress
        )
        ports = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
        where = (
            {"UserIdGroupPairs": [{"GroupId": source}]}
            if source.startswith("sg-")
            else {"IpRanges": [{"CidrIp": source}]}
        )
        change(GroupId=group, IpPermissions=[{**ports, **where}])

    def launch(self, spot=True, **changes):
        """RunInstances; the instance id."""
        asked = {
            "ImageId": self.image,
            "InstanceType": "t3.micro",
            "KeyName": self.name,
            "MinCount": 1,
            "MaxCount": 1,
            "SecurityGroupIds": [self.group],
            "SubnetId": self.subnet(),
        }
        if spot:
            asked["InstanceMarketOptions"] = {"MarketType": "spot"}
        made = self.ec2.run_instances(**{**asked, **changes})["Instances"][0]
        self.launched.append(made["InstanceId"])
        return made["InstanceId"]

    def subnet(self):
        filters = [{"Name": "default-for-az", "Values": ["true"]}]
        return self.ec2.describe_subnets(Filters=filters)["Subnets"][0]["SubnetId"]

    def describe(self, instance):
        found = self.ec2.describe_instances(InstanceIds=[instance])
        return found["Reservations"][0]["Instances"][0]

    def state(self, instance):
        return self.describe(instance)["State"]["Name"]

    def wait_state(self, instance, state, seconds=10.0):
        until(lambda: self.state(instance) == state, f"{instance} {state}", seconds)

    def host(self, instance):
        return self.lab.status()["hosts"][instance]

    def ssh(self, address, command, *options, user="ec2-user", timeout=20, **run):
        return subprocess.run(
            self.ssh_words(address, *options, user=user) + [command],
            capture_output=True,
            text=True,
            timeout=timeout,
            **run,
        )

    def ssh_words(self, address, *options, user="ec2-user"):
        settings = {
            "BatchMode": "yes",
            "ConnectTimeout": "2",
            "IdentitiesOnly": "yes",
            "LogLevel": "ERROR",
            "StrictHostKeyChecking": "no",
            "UserKnownHostsFile": "/dev/null",
        }
        words = ["ssh", "-F", "none", "-p", self.lab.environment["SPOT_SSH_PORT"], "-i", str(self.key)]
        for option in options:  # the first mention of a setting counts
            words += ["-o", option]
        for name, value in settings.items():
            words += ["-o", f"{name}={value}"]
        return [*words, f"{user}@{address}"]

    def ready(self, instance, user="ec2-user", finished=True):
        """Waits for the login (and cloud-init); returns the public address."""
        self.wait_state(instance, "running")
        address = self.describe(instance)["PublicIpAddress"]
        if finished:
            done = lambda: {"ready", "failed"} & set(self.host(instance)["stages"])
            until(done, f"cloud-init of {instance}")
        until(lambda: self.ssh(address, "true", user=user).returncode == 0, f"ssh to {instance}")
        return address

    def close(self):
        if self.launched:
            self.ec2.terminate_instances(InstanceIds=self.launched)


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    started = ForegroundLab(tmp_path_factory.mktemp("lab"), "--time-scale", "1")
    yield started
    started.close()


@pytest.fixture(scope="module")
def world(lab, tmp_path_factory):
    made = World(lab, tmp_path_factory.mktemp("world"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def machine(world):
    """A ready host for tests that leave it as it was: (instance id, address)."""
    instance = world.launch()
    return instance, world.ready(instance)


@pytest.fixture
def faults(lab):
    """Runs `lab fault …`; all is taken back after the test."""
    yield lambda *words: lab.command("fault", *[str(word) for word in words])
    lab.command("fault", "clear")


@contextlib.contextmanager
def temporary(directory):
    """A lab of its own."""
    started = ForegroundLab(directory)
    try:
        yield started
    finally:
        started.close()
