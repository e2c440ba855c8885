"""Security groups on the wire, on the public side and between hosts; broken connections."""

import subprocess
import time

import pytest
from conftest import until


@pytest.fixture
def closed(world):
    """A host behind a group of its own that admits nobody: (instance, group)."""
    group = world.new_group(f"closed-{time.monotonic_ns()}")
    return world.launch(SecurityGroupIds=[group]), group


def test_a_closed_group_makes_connections_time_out(world, closed):
    instance, group = closed
    world.wait_state(instance, "running")
    address = world.describe(instance)["PublicIpAddress"]
    assert "timed out" in world.ssh(address, "true", "ConnectTimeout=1", ).stderr
    world.allow(group)
    until(lambda: world.ssh(address, "true").returncode == 0, "ssh after authorizing")
    world.allow(group, on=False)
    refused = lambda: "timed out" in world.ssh(address, "true", "ConnectTimeout=1").stderr
    until(refused, "the time-out after revoking")


def test_only_the_caller_s_address_counts(world, closed, faults):
    instance, group = closed
    world.wait_state(instance, "running")
    address = world.describe(instance)["PublicIpAddress"]
    world.allow(group)
    until(lambda: world.ssh(address, "true").returncode == 0, "ssh")
    faults("caller", "203.0.113.9")
    blocked = lambda: "timed out" in world.ssh(address, "true", "ConnectTimeout=1").stderr
    until(blocked, "the time-out from the other address")
    world.allow(group, source="203.0.113.9/32")
    until(lambda: world.ssh(address, "true").returncode == 0, "ssh from the other address")


def test_hosts_reach_each_other_as_their_groups_say(world, machine, closed):
    target, group = closed
    world.wait_state(target, "running")
    private = world.describe(target)["PrivateIpAddress"]
    _, address = machine
    probe = f"timeout 1 bash -c 'exec 3<>/dev/tcp/{private}/22 && head -c 4 <&3'"
    stage = lambda: "sshd" in world.host(target)["stages"]
    until(stage, "sshd of the other host")
    assert world.ssh(address, probe).returncode == 124
    world.allow(group, source=world.group)
    until(lambda: world.ssh(address, probe).stdout == "SSH-", "the path between the hosts")
    world.allow(group, source=world.group, on=False)
    until(lambda: world.ssh(address, probe).returncode == 124, "the path to close")


def test_a_cut_ends_sessions_at_once(world, machine):
    instance, address = machine
    session = subprocess.Popen(
        [*world.ssh_words(address), "echo up; sleep 30"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert session.stdout.readline() == b"up\n"
    started = time.monotonic()
    assert "cut 1 conn" in world.lab.command("host", instance, "--cut").stderr
    assert session.wait(5) == 255
    assert time.monotonic() - started < 2
    session.stdout.close()
    session.stderr.close()


def test_a_black_hole_stalls_sessions_and_times_connections_out(world, machine):
    instance, address = machine
    session = subprocess.Popen(
        [*world.ssh_words(address), "cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    session.stdin.write(b"one\n")
    session.stdin.flush()
    assert session.stdout.readline() == b"one\n"
    world.lab.command("host", instance, "--blackhole", "on")
    assert "timed out" in world.ssh(address, "true", "ConnectTimeout=1").stderr
    session.stdin.write(b"two\n")
    session.stdin.flush()
    with pytest.raises(subprocess.TimeoutExpired):
        session.wait(0.3)
    world.lab.command("host", instance, "--blackhole", "off")
    assert session.stdout.readline() == b"two\n"
    session.stdin.close()
    assert session.wait(5) == 0
    session.stdout.close()
    assert world.ssh(address, "true").returncode == 0


def test_the_next_connections_can_be_reset(world, machine):
    instance, address = machine
    world.lab.command("host", instance, "--reset", "2")
    told = [world.ssh(address, "true") for _ in range(3)]
    assert [answer.returncode for answer in told] == [255, 255, 0]
    assert "reset by peer" in told[0].stderr


def test_sshd_can_be_killed_and_started(world, machine):
    instance, address = machine
    session = subprocess.Popen([*world.ssh_words(address), "echo up; sleep 30"], stdout=subprocess.PIPE)
    assert session.stdout.readline() == b"up\n"
    world.lab.command("host", instance, "--kill-sshd")
    assert session.wait(5) == 255
    session.stdout.close()
    refused = lambda: "refused" in world.ssh(address, "true").stderr
    until(refused, "the refusal")
    world.lab.command("host", instance, "--start-sshd")
    until(lambda: world.ssh(address, "true").returncode == 0, "ssh")


def test_the_api_is_there_inside_a_host(world, machine):
    _, address = machine
    told = world.ssh(address, f"curl -s {world.lab.endpoint}/lab/checkip")
    assert told.stdout == "127.0.0.1\n"
