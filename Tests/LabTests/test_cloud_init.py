"""User data does in a host what cloud-init would do with it, and fails as it would."""

import base64
import gzip
import json
import subprocess
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText

import pytest
import yaml
from conftest import until

STATUS = "cloud-init status --wait --format json"


@pytest.fixture(scope="module")
def host_key(tmp_path_factory):
    path = tmp_path_factory.mktemp("hostkey") / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", path], check=True)
    return path


def config(**content):
    return "#cloud-config\n" + yaml.safe_dump(content)


def launched(world, user_data, **changes):
    return world.ready(world.launch(UserData=user_data, **changes))


def test_a_script_runs_as_root_without_a_home(world):
    script = "#!/bin/bash\necho out; echo err >&2; whoami > /etc/ran; echo home=$HOME >> /etc/ran; pwd >> /etc/ran\n"
    address = launched(world, script)
    told = world.ssh(address, "cat /etc/ran; cat /var/log/cloud-init-output.log")
    assert told.stdout.startswith("root\nhome=\n/\n")
    assert "\nout\nerr\n" in told.stdout


def test_status_files_tell_of_success(world):
    address = launched(world, "#!/bin/sh\ntrue\n")
    status = json.loads(world.ssh(address, STATUS).stdout)
    assert (status["status"], status["errors"]) == ("done", [])
    told = world.ssh(address, "cat /run/cloud-init/result.json; ls /var/lib/cloud/instance/boot-finished")
    assert told.returncode == 0 and '"errors": []' in told.stdout


def test_status_is_running_until_the_last_script_has_ended(world):
    fifo = "#!/bin/sh\nmkfifo -m 666 /tmp/gate; cat /tmp/gate\n"
    instance = world.launch(UserData=fifo)
    address = world.ready(instance, finished=False)
    until(lambda: world.ssh(address, "test -p /tmp/gate").returncode == 0, "the script")
    assert world.ssh(address, "cloud-init status").stdout == "status: running\n"
    told = world.ssh(address, "ls /var/lib/cloud/instance/boot-finished /run/cloud-init/result.json")
    assert told.returncode != 0
    done = world.ssh(address, "echo > /tmp/gate; cloud-init status --wait")
    assert done.stdout.endswith("status: done\n") and done.returncode == 0


def test_a_failing_script_is_an_error_with_its_name(world):
    address = launched(world, "#!/bin/sh\necho about to fail; exit 3\n")
    told = world.ssh(address, STATUS)
    status = json.loads(told.stdout)
    assert (told.returncode, status["status"]) == (1, "error")
    text = "('scripts-user', RuntimeError('Runparts: 1 failures (part-001) in 1 attempted commands'))"
    assert status["errors"] == [text]
    assert "about to fail" in world.ssh(address, "cat /var/log/cloud-init-output.log").stdout


def test_cloud_config_writes_files_and_runs_commands_in_order(world, host_key):
    user_data = config(
        bootcmd=["test ! -e /etc/written && echo boot > /etc/order"],
        write_files=[
            {"path": "/etc/written", "content": "text\n", "permissions": "0640", "owner": "root:daemon"},
            {"path": "/opt/a/b", "content": base64.b64encode(b"\0bin").decode(), "encoding": "b64"},
            {
                "path": "/opt/z",
                "content": base64.b64encode(gzip.compress(b"packed")).decode(),
                "encoding": "gz+b64",
            },
            {"path": "/etc/order", "content": "file\n", "append": True},
        ],
        runcmd=["cat /etc/written >> /etc/order", ["sh", "-c", "echo \"it's\" $0 >> /etc/order", "a b"]],
    )
    address = launched(world, user_data)
    assert world.ssh(address, "cat /etc/order").stdout == "boot\nfile\ntext\nit's a b\n"
    assert world.ssh(address, "stat -c '%a %U:%G' /etc/written").stdout == "640 root:daemon\n"
    assert world.ssh(address, "base64 /opt/a/b; cat /opt/z").stdout == "AGJpbg==\npacked"


def test_host_keys_and_login_keys_can_be_given(world, host_key):
    public = " ".join(host_key.with_suffix(".pub").read_text().split()[:2])
    other = world.folder / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", other], check=True)
    user_data = config(
        ssh_deletekeys=True,
        ssh_keys={"ed25519_private": host_key.read_text(), "ed25519_public": public},
        ssh_authorized_keys=[other.with_suffix(".pub").read_text().strip()],
    )
    instance = world.launch(UserData=user_data)
    address = world.ready(instance)
    known = world.folder / "known_hosts"
    known.write_text(f"{instance} {public}\n")
    pinned = (f"HostKeyAlias={instance}", "StrictHostKeyChecking=yes", f"UserKnownHostsFile={known}")
    assert world.ssh(address, "ls /etc/ssh/ssh_host_*_key", *pinned).stdout.split() == [
        "/etc/ssh/ssh_host_ed25519_key"
    ]
    assert world.ssh(address, "true", *pinned, f"IdentityFile={other}").returncode == 0


def test_multipart_and_gzip_are_understood(world):
    whole = MIMEMultipart()
    for kind, text in (
        ("cloud-config", config(write_files=[{"path": "/etc/one", "content": "1"}], runcmd=["touch /etc/first"])),
        ("x-shellscript", "#!/bin/sh\necho two > /etc/two\n"),
        ("cloud-config", config(runcmd=["touch /etc/last"])),
    ):
        whole.attach(MIMEText(text, kind))
    address = launched(world, gzip.compress(whole.as_bytes()))
    # By default the later part's key replaces the earlier's whole.
    told = world.ssh(address, "cat /etc/one /etc/two; ls /etc/first /etc/last")
    assert told.stdout == "1two\n/etc/last\n"


def test_parts_can_ask_to_be_merged(world):
    whole = MIMEMultipart()
    for name in ("first", "last"):
        part = MIMEText(config(runcmd=[f"touch /etc/{name}"]), "cloud-config")
        part["Merge-Type"] = "list(append)+dict(no_replace,recurse_list)+str()"
        whole.attach(part)
    address = launched(world, whole.as_string())
    assert world.ssh(address, "ls /etc/first /etc/last").returncode == 0


def test_a_script_runs_at_the_first_boot_only(world):
    instance = world.launch(spot=False, UserData="#!/bin/sh\necho boot >> /var/boots\n")
    world.ready(instance)
    world.ec2.stop_instances(InstanceIds=[instance])
    world.wait_state(instance, "stopped")
    world.ec2.start_instances(InstanceIds=[instance])
    address = world.ready(instance)
    assert world.ssh(address, "cat /var/boots; cloud-init status").stdout == "boot\nstatus: done\n"


def test_broken_cloud_config_is_warned_about_and_the_login_works(world):
    address = launched(world, "#cloud-config\nruncmd: [unclosed\n")
    assert "Failed loading yaml blob" in world.ssh(address, "cat /var/log/cloud-init-output.log").stdout


def test_new_releases_call_it_degraded(world):
    name = "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id"
    found = world.lab.client("ssm").get_parameters(Names=[name])["Parameters"]
    if not found:
        pytest.skip("images of Ubuntu come with the API repairs")
    instance = world.launch(ImageId=found[0]["Value"], UserData="#cloud-config\nruncmd: [unclosed\n")
    told = world.ssh(world.ready(instance, user="ubuntu"), STATUS, user="ubuntu")
    status = json.loads(told.stdout)
    assert (told.returncode, status["status"]) == (2, "done")
    assert status["extended_status"] == "degraded done"
    assert "Failed loading yaml blob" in status["recoverable_errors"]["WARNING"][0]
