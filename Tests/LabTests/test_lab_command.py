"""The `lab` command: start, status, end, several labs, leftovers of dead ones, and its errors."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import LAB, ROOT, ForegroundLab, World, temporary, until

sys.path.insert(0, str(ROOT / "scripts"))

from localcloud import modes, paths  # noqa: E402


def run(*words, **environment):
    return subprocess.run(
        [LAB, *words], capture_output=True, text=True, timeout=60, env={**os.environ, **environment}
    )


def processes_of(state):
    """The pids whose command line names a state folder, and those of their descendants."""
    parents, found = {}, set()
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = (folder / "stat").read_text().rpartition(")")[2].split()
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        parents[int(folder.name)] = int(stat[1])
        if any(state.encode() in word for word in words) and stat[0] not in "ZX":
            found.add(int(folder.name))
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return found - {os.getpid()}
        found |= more


def namespaces(pids=None):
    """The network and mount namespaces of some processes, or of all."""
    found = set()
    for pid in pids or [name for name in os.listdir("/proc") if name.isdigit()]:
        for kind in ("net", "mnt"):
            try:
                found.add(os.readlink(f"/proc/{pid}/ns/{kind}"))
            except OSError:
                continue
    return found


def mounts_of(state):
    return [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if state in line]


def test_up_status_env_and_down(tmp_path):
    state = str(tmp_path / "lab")
    started = time.monotonic()
    up = run("up", "--state", state)
    assert up.returncode == 0, up.stderr
    assert time.monotonic() - started < 3
    assert "mode " in up.stderr and "ready after" in up.stderr
    try:
        again = run("up", "--state", state)
        assert again.returncode == 1 and "already" in again.stderr
        status = json.loads(run("status", "--json", "--state", state).stdout)
        assert status["hosts"] == {}
        assert status["mode"] in ("root", "sudo", "rootless")
        told = subprocess.run(
            ["bash", "-c", f'eval "$({LAB} env --state {state})"; env'], capture_output=True, text=True
        ).stdout
        for name in ("AWS_ENDPOINT_URL", "SPOT_SSH_PORT", "SPOT_CHECKIP_URL", "AWS_REGION"):
            assert f"\n{name}=" in told
        secret = Path(state, "lab.json")
        assert secret.stat().st_mode & 0o077 == 0
    finally:
        down = run("down", "--state", state)
    assert down.returncode == 0, down.stderr
    assert not os.path.exists(state)
    assert not processes_of(state)
    assert run("down", "--state", state).returncode == 0


def test_down_leaves_nothing_of_running_hosts(tmp_path):
    with temporary(tmp_path / "lab") as lab:
        world = World(lab, tmp_path)
        address = world.ready(world.launch())
        pids = processes_of(lab.state)
        own = namespaces(pids) - namespaces([os.getpid()])
        assert len(pids) >= 4 and own
    _nothing_left(lab.state, pids, own, (address, int(lab.environment["SPOT_SSH_PORT"])))


def test_killing_the_lab_kills_its_hosts_and_the_next_start_sweeps(tmp_path):
    lab = ForegroundLab(tmp_path / "lab")
    world = World(lab, tmp_path)
    address = world.ready(world.launch())
    pids = processes_of(lab.state)
    own = namespaces(pids) - namespaces([os.getpid()])
    assert own
    os.kill(lab.process.pid, signal.SIGKILL)
    lab.process.wait(5)
    door = (address, int(lab.environment["SPOT_SSH_PORT"]))
    _gone(pids)
    _no_listener(door)
    assert os.path.exists(f"{lab.state}/hosts")
    with temporary(tmp_path / "other") as other:
        assert not os.path.exists(lab.state)
        assert f"swept what a dead lab left in {lab.state}" in Path(other.log).read_text()
    _nothing_left(lab.state, pids, own, door)


def test_down_sweeps_a_dead_lab(tmp_path):
    lab = ForegroundLab(tmp_path / "lab")
    world = World(lab, tmp_path)
    world.ready(world.launch())
    os.kill(lab.process.pid, signal.SIGKILL)
    lab.process.wait(5)
    assert run("down", "--state", lab.state).returncode == 0
    assert not os.path.exists(lab.state)


def test_a_lab_without_its_nursery_ends(tmp_path):
    lab = ForegroundLab(tmp_path / "lab")
    pids = processes_of(lab.state)
    nursery = json.loads(Path(lab.state, "lab.json").read_text())["processes"][1][0]
    os.kill(nursery, signal.SIGKILL)
    lab.process.wait(10)
    _gone(pids)
    assert not os.path.exists(lab.state)


def test_a_dead_test_runner_takes_its_lab_along(tmp_path):
    runner = subprocess.Popen(
        [sys.executable, "-c", _RUNNER, LAB, str(tmp_path / "lab")], stdout=subprocess.PIPE, text=True
    )
    assert runner.stdout.readline().startswith("READY")
    pids = processes_of(str(tmp_path / "lab")) - {runner.pid}
    assert pids
    runner.kill()
    runner.wait(5)
    runner.stdout.close()
    _gone(pids)
    until(lambda: not os.path.exists(tmp_path / "lab"), "the state folder to go")


_RUNNER = """
import subprocess, sys, time
lab = subprocess.Popen(
    [sys.argv[1], "up", "--foreground", "--state", sys.argv[2]],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
)
print(lab.stdout.readline(), flush=True)
time.sleep(60)
"""


def test_sigterm_ends_a_foreground_lab(tmp_path):
    lab = ForegroundLab(tmp_path / "lab")
    pids = processes_of(lab.state)
    lab.process.send_signal(signal.SIGTERM)
    assert lab.process.wait(10) == 0
    _gone(pids)


def test_labs_run_side_by_side_and_know_nothing_of_each_other(lab, world, tmp_path):
    instance = world.launch()
    world.wait_state(instance, "running")
    with temporary(tmp_path / "second") as second:
        there = World(second, tmp_path)
        address = there.ready(there.launch())
        assert second.environment["AWS_ACCESS_KEY_ID"] != lab.environment["AWS_ACCESS_KEY_ID"]
        assert address != world.describe(instance)["PublicIpAddress"]
        assert instance not in second.status()["hosts"]


def test_twenty_hosts_fit(tmp_path):
    with temporary(tmp_path / "lab") as lab:
        world = World(lab, tmp_path)
        made = world.ec2.run_instances(
            ImageId=world.image,
            InstanceType="t3.micro",
            KeyName=world.name,
            MinCount=20,
            MaxCount=20,
            SecurityGroupIds=[world.group],
            SubnetId=world.subnet(),
        )
        ids = [instance["InstanceId"] for instance in made["Instances"]]
        ready = lambda: all("ready" in host["stages"] for host in lab.status()["hosts"].values())
        until(ready, "20 hosts")
        hosts = lab.status()["hosts"]
        assert set(hosts) == set(ids)
        names = {world.ssh(hosts[i]["public_ip"], "hostname").stdout for i in ids}
        assert len(names) == 20


def test_exec_runs_as_root_in_a_host(world, machine):
    instance, _ = machine
    done = world.lab.command("host", instance, "--exec", "id -un; echo bad >&2; exit 7", check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("root\n", "bad\n", 7)
    assert "cloud-init" in world.lab.command("host", instance, "--log").stdout


def test_a_folder_that_is_not_a_lab_s_is_left_alone(tmp_path):
    (tmp_path / "hosts").mkdir()
    assert run("down", "--state", str(tmp_path)).returncode == 0
    refused = run("up", "--state", str(tmp_path))
    assert refused.returncode == 1 and "not the state folder of a lab" in refused.stderr
    assert (tmp_path / "hosts").is_dir()


def test_setup_is_quick_and_names_the_python():
    started = time.monotonic()
    done = run("setup")
    assert time.monotonic() - started < 2
    assert Path(done.stdout.strip()).samefile(sys.executable)


def test_orders_need_the_lab_s_token(lab):
    asked = subprocess.run(
        ["curl", "-s", "-w", "%{http_code}", "-d", "{}", f"{lab.endpoint}/lab/stop"],
        capture_output=True,
        text=True,
    )
    assert asked.stdout.endswith("403")


@pytest.mark.parametrize(
    ("words", "status", "text"),
    [
        (["host", "i-0123456789abcdef0", "--cut"], 1, "no such instance: i-0123456789abcdef0"),
        (["interrupt", "i-0123456789abcdef0"], 1, "no such instance"),
        (["fault", "nonsense"], 2, "invalid choice"),
        (["fault", "error"], 2, "CODE"),
        (["nonsense"], 2, "invalid choice"),
    ],
)
def test_mistakes_are_told(lab, words, status, text):
    done = run(*words, SPOT_LAB_STATE=lab.state)
    assert done.returncode == status and text in done.stderr


def test_without_a_lab_the_commands_say_so(tmp_path):
    for words in (["status"], ["env"], ["host", "i-1"], ["fault", "list"], ["interrupt", "i-1"]):
        done = run(*words, SPOT_LAB_STATE=str(tmp_path))
        assert done.returncode == 1
        assert "no lab is running" in done.stderr and "lab up" in done.stderr


def test_every_subcommand_explains_itself():
    for words in ([], ["up"], ["host"], ["fault"], ["fault", "error"], ["interrupt"]):
        done = run(*words, "--help")
        assert done.returncode == 0 and "usage: lab" in done.stdout


def test_missing_programs_are_named_with_their_packages(monkeypatch, tmp_path):
    monkeypatch.setattr(modes, "_which", lambda tool: None if tool == "nft" else f"/bin/{tool}")
    with pytest.raises(modes.NoMode, match=r"nft \(package nftables\)"):
        modes.choose(paths.LabHome(str(tmp_path)))


def test_every_obstacle_is_told_when_no_mode_works(monkeypatch, tmp_path):
    monkeypatch.setattr(modes.os, "geteuid", lambda: 12345)
    monkeypatch.setattr(modes.pwd, "getpwuid", lambda _: type("User", (), {"pw_name": "nobody-here"}))
    monkeypatch.setattr(modes, "_failure", lambda _: "not allowed")
    monkeypatch.setattr(modes.shutil, "which", lambda tool, path=None: f"/bin/{tool}")
    with pytest.raises(modes.NoMode) as caught:
        modes.choose(paths.LabHome(str(tmp_path)))
    text = str(caught.value)
    assert "root: you are not root" in text
    assert "sudo: sudo asks for a password" in text
    assert "/etc/subuid has no range for nobody-here" in text


def _nothing_left(state, pids, own, door):
    _gone(pids)
    assert not processes_of(state)
    until(lambda: not namespaces() & own, "the namespaces to go")
    assert not mounts_of(state)
    assert not os.path.exists(state)
    _no_listener(door)


def _gone(pids):
    until(lambda: not [pid for pid in pids if _alive(pid)], f"the processes {pids} to end")


def _alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False


def _no_listener(door):
    with socket.socket() as probe:
        probe.settimeout(2)
        with pytest.raises(ConnectionRefusedError):
            probe.connect(door)
