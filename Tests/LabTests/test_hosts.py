"""A host is a real machine: login, isolation, disk, metadata, console, power."""

import base64
import json
import re
import subprocess
import time

from conftest import until


def test_run_instances_to_the_first_login_takes_less_than_a_second(world):
    best = 99.0
    for _ in range(3):
        started = time.monotonic()
        instance = world.launch()
        world.ready(instance, finished=False)
        best = min(best, time.monotonic() - started)
        world.ec2.terminate_instances(InstanceIds=[instance])
    assert best < 1.0


def test_a_host_has_its_own_name_users_processes_and_files(world, machine):
    instance, address = machine
    told = world.ssh(address, "hostname; whoami; sudo -n id -u; ps -e | wc -l; ls -A /home /root /mnt")
    lines = told.stdout.split()
    private = world.describe(instance)["PrivateIpAddress"]
    assert lines[:3] == ["ip-" + private.replace(".", "-"), "ec2-user", "0"]
    assert int(lines[3]) < 15
    assert "ec2-user" in told.stdout and "Permission denied" in told.stderr


def test_hosts_see_nothing_of_each_other(world, machine):
    _, address = machine
    other = world.ready(world.launch())
    world.ssh(address, "echo secret > ~/mine; echo secret > /tmp/mine; sleep 300 >/dev/null 2>&1 &")
    seen = world.ssh(other, "cat ~/mine /tmp/mine; ps -e | grep -c sleep")
    assert "secret" not in seen.stdout and seen.stdout.strip() == "0"


def test_root_in_a_host_cannot_change_the_machine(world, machine):
    _, address = machine
    attempts = ("date -s 2001-01-01", "sysctl -w kernel.panic=99", "mknod /dev/x b 254 0", "dmesg -C")
    for attempt in attempts:
        assert world.ssh(address, f"sudo {attempt}").returncode != 0, attempt


def test_the_login_user_belongs_to_the_image(world):
    ssm = world.lab.client("ssm")
    names = {
        "ubuntu": "/aws/service/canonical/ubuntu/server/24.04/stable/current/amd64/hvm/ebs-gp3/ami-id",
        "admin": "/aws/service/debian/release/12/latest/amd64",
    }
    for user, name in names.items():
        found = ssm.get_parameters(Names=[name])["Parameters"]
        if not found:
            continue  # images come with the API repairs
        address = world.ready(world.launch(ImageId=found[0]["Value"]), user=user)
        assert world.ssh(address, "whoami", user=user).stdout.strip() == user


def test_root_is_told_to_log_in_as_the_user(world, machine):
    _, address = machine
    words = world.ssh_words(address, user="root")
    with subprocess.Popen([*words, "true"], stdout=subprocess.PIPE, text=True) as session:
        line = session.stdout.readline()
        session.kill()
    assert line == 'Please login as the user "ec2-user" rather than the user "root".\n'


def test_an_interactive_session_has_a_real_terminal(world, machine):
    _, address = machine
    words = world.ssh_words(address)
    done = subprocess.run(
        [*words[:1], "-tt", *words[1:], "tty; stty size"], capture_output=True, text=True, timeout=20
    )
    assert re.match(r"/dev/pts/\d+", done.stdout)


def test_sftp_and_rsync_carry_megabytes_both_ways(world, machine):
    _, address = machine
    source = world.folder / "big"
    source.write_bytes(bytes(range(256)) * (8 << 12))
    words = world.ssh_words(address)
    shell = " ".join(words[:-1])
    subprocess.run(["rsync", "-e", shell, source, f"{words[-1]}:big"], check=True, timeout=30)
    settings = [word for word in words[1:-1] if word not in ("-p", words[words.index("-p") + 1])]
    port = ["-P", words[words.index("-p") + 1]]
    back = world.folder / "back"
    subprocess.run(["scp", "-q", *port, *settings, f"{words[-1]}:big", back], check=True, timeout=30)
    assert back.read_bytes() == source.read_bytes()


def test_stop_and_start_keep_the_disk_and_change_the_address(world):
    instance = world.launch(spot=False)
    address = world.ready(instance)
    world.ssh(address, "echo kept > ~/file; echo lost > /tmp/file")
    stopping = world.ec2.stop_instances(InstanceIds=[instance])["StoppingInstances"][0]
    assert stopping["CurrentState"]["Name"] == "stopping"
    world.wait_state(instance, "stopped")
    stopped = world.describe(instance)
    assert "PublicIpAddress" not in stopped
    assert stopped["StateReason"]["Code"] == "Client.UserInitiatedShutdown"
    world.ec2.start_instances(InstanceIds=[instance])
    renewed = world.ready(instance)
    assert renewed != address
    assert world.ssh(renewed, "cat ~/file; cat /tmp/file").stdout == "kept\n"


def test_the_host_key_stays_over_stop_and_start(world):
    instance = world.launch(spot=False)
    before = _host_keys(world, world.ready(instance))
    world.ec2.stop_instances(InstanceIds=[instance])
    world.wait_state(instance, "stopped")
    world.ec2.start_instances(InstanceIds=[instance])
    assert _host_keys(world, world.ready(instance)) == before


def test_a_reboot_keeps_address_and_disk(world):
    instance = world.launch()
    address = world.ready(instance)
    world.ssh(address, "echo kept > ~/file; touch /run/user-was-here 2>/dev/null || touch /tmp/flag")
    world.ec2.reboot_instances(InstanceIds=[instance])
    rebooted = lambda: world.ssh(address, "test ! -e /tmp/flag && cat ~/file").stdout == "kept\n"
    until(rebooted, "the reboot")
    assert world.state(instance) == "running"


def test_shutdown_inside_ends_the_instance_as_its_attribute_says(world):
    spot = world.launch(InstanceInitiatedShutdownBehavior="terminate")
    lasting = world.launch(spot=False)
    for instance, end in ((spot, "terminated"), (lasting, "stopped")):
        world.ssh(world.ready(instance), "sudo shutdown -h now")
        world.wait_state(instance, end)
        assert world.describe(instance)["StateReason"]["Code"] == "Client.InstanceInitiatedShutdown"


def test_the_console_shows_the_host_keys(world, machine):
    instance, address = machine
    told = lambda: world.ec2.get_console_output(InstanceId=instance, Latest=True).get("Output", "")
    until(lambda: "Cloud-init v. " in told() and " finished at " in told(), "the console")
    text = told()
    block = text.split("-----BEGIN SSH HOST KEY KEYS-----")[1].split("-----END SSH HOST KEY KEYS-----")[0]
    shown = {tuple(line.split()[:2]) for line in block.strip().splitlines()}
    assert shown == _host_keys(world, address)
    prints = set(re.findall(r"SHA256:\S+", text.split("BEGIN SSH HOST KEY FINGERPRINTS")[1]))
    scan = "".join(f"x {kind} {key}\n" for kind, key in shown)
    listed = subprocess.run(["ssh-keygen", "-lf", "-"], input=scan, capture_output=True, text=True)
    assert prints == set(re.findall(r"SHA256:\S+", listed.stdout))


def test_the_instance_metadata_service_wants_a_token(world):
    data = b"\x00\xffbinary user data"
    instance = world.launch(
        UserData=data,
        MetadataOptions={"HttpTokens": "required", "InstanceMetadataTags": "enabled"},
        TagSpecifications=[
            {"ResourceType": "instance", "Tags": [{"Key": "spot:name", "Value": "web"}]}
        ],
    )
    address = world.ready(instance)
    script = """
    base=http://169.254.169.254/latest
    code() { curl -s -o /dev/null -w '%{http_code}\\n' "$@"; }
    code $base/meta-data/
    code -X PUT $base/api/token
    code -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 21601' $base/api/token
    code -X PUT -H 'X-Forwarded-For: 1.2.3.4' -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $base/api/token
    token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $base/api/token)
    get() { curl -s -H "X-aws-ec2-metadata-token: $token" "$@"; }
    get $base/meta-data/instance-id; echo
    get $base/meta-data/instance-life-cycle; echo
    get $base/meta-data/placement/region; echo
    get $base/meta-data/tags/instance/spot:name; echo
    get $base/meta-data/public-keys/; echo
    get $base/user-data | base64; 
    code -H "X-aws-ec2-metadata-token: $token" $base/meta-data/spot/instance-action
    code -H "X-aws-ec2-metadata-token: wrong" $base/meta-data/
    get $base/dynamic/instance-identity/document
    """
    lines = world.ssh(address, script).stdout.splitlines()
    assert lines[:4] == ["401", "400", "400", "403"]
    assert lines[4:8] == [instance, "spot", "us-east-1", "web"]
    assert lines[8] == f"0={world.name}"
    assert base64.b64decode(lines[9]) == data
    assert lines[10:12] == ["404", "401"]
    document = json.loads("\n".join(lines[12:]))
    assert (document["instanceId"], document["region"]) == (instance, "us-east-1")


def test_a_role_gives_credentials_that_sts_accepts(world):
    iam = world.lab.client("iam")
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ec2.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
    iam.create_role(RoleName=world.name, AssumeRolePolicyDocument=json.dumps(trust))
    iam.create_instance_profile(InstanceProfileName=world.name)
    iam.add_role_to_instance_profile(InstanceProfileName=world.name, RoleName=world.name)
    address = world.ready(world.launch(IamInstanceProfile={"Name": world.name}))
    script = f"""
    base=http://169.254.169.254/latest
    token=$(curl -s -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' $base/api/token)
    get() {{ curl -s -H "X-aws-ec2-metadata-token: $token" "$@"; }}
    role=$(get $base/meta-data/iam/security-credentials/)
    keys=$(get $base/meta-data/iam/security-credentials/$role)
    field() {{ echo "$keys" | python3 -c "import json,sys; print(json.load(sys.stdin)['$1'])"; }}
    curl -s --aws-sigv4 aws:amz:us-east-1:sts --user "$(field AccessKeyId):$(field SecretAccessKey)" \\
        -H "X-Amz-Security-Token: $(field Token)" \\
        -d 'Action=GetCallerIdentity&Version=2011-06-15' {world.lab.endpoint}/
    """
    assert f"assumed-role/{world.name}/i-" in world.ssh(address, script).stdout


def _host_keys(world, address):
    port = world.lab.environment["SPOT_SSH_PORT"]
    scan = subprocess.run(
        ["ssh-keyscan", "-p", port, "-T", "5", address], capture_output=True, text=True, timeout=20
    )
    lines = [line.split() for line in scan.stdout.splitlines() if not line.startswith("#")]
    return {(line[1], line[2]) for line in lines}
