"""The measuring instruments of `scripts/bench transfers`: a wrong one would make every figure wrong."""

from __future__ import annotations

import pathlib
import socket
import subprocess
import sys
import threading
import time

import pytest

SCRIPTS = pathlib.Path(__file__).resolve().parents[2] / "scripts"
sys.path.insert(0, str(SCRIPTS))

from transferbench import echo, report  # noqa: E402
from transferbench.loads import QUICK_LOADS  # noqa: E402
from transferbench.rows import ROWS, Row, faster, within  # noqa: E402
from transferbench.stage import Spot  # noqa: E402
from transferbench.trial import Measurement, Outcome  # noqa: E402


@pytest.fixture
def echo_server():
    """Sends back what it gets, and ends a connection when the caller has."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                while piece := connection.recv(1 << 20):
                    connection.sendall(piece)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(5)


@pytest.fixture
def relay(echo_server):
    """Starts relays before the echo server; gives their ports."""
    started = []

    def start(milliseconds):
        command = [sys.executable, str(SCRIPTS / "transferbench" / "relay.py"), "127.0.0.1"]
        process = subprocess.Popen(
            [*command, "127.0.0.1", str(echo_server), str(milliseconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return int(process.stdout.readline())

    yield start
    for process in started:
        process.stdin.close()
        assert process.wait(5) == 0
        process.stdout.close()


def timed_answer(connection):
    started = time.monotonic()
    connection.sendall(b"x")
    assert connection.recv(1) == b"x"
    return time.monotonic() - started


def test_relay_takes_a_round_trip_for_an_answer_and_one_more_for_the_connection(relay):
    port = relay(80)
    started = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        timed_answer(connection)
        first = time.monotonic() - started
        answers = sorted(timed_answer(connection) for _ in range(5))
    assert 0.160 <= first
    assert 0.080 <= answers[0] < 0.120
    assert first < 0.240


def test_relay_carries_every_byte_in_order_and_the_end_of_the_stream(relay):
    port = relay(30)
    sent = bytes(range(256)) * (32 << 10)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:

        def send():
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)

        sender = threading.Thread(target=send)
        sender.start()
        got = bytearray()
        while piece := connection.recv(1 << 20):
            got += piece
        sender.join(10)
    assert got == sent


def test_relay_delays_no_connection_for_another(relay):
    port = relay(60)
    with socket.create_connection(("127.0.0.1", port), timeout=10) as busy:
        timed_answer(busy)
        started = time.monotonic()
        for number in range(10):
            busy.sendall(b"y")
        got = b""
        while len(got) < 10:
            got += busy.recv(10)
        assert time.monotonic() - started < 0.2  # one after the other would take 0.6


def outcome(ours, theirs, need=faster(4)):
    row = Row("r", "r", "up", "mid", 50, {"scp": need})
    return Outcome(row, QUICK_LOADS["mid"], {"spot": ours, "scp": theirs}, 3)


@pytest.mark.parametrize(
    ("theirs", "need", "said"),
    [
        (Measurement([8.0, 8.0, 9.0]), faster(4), report.MET),
        (Measurement([7.9, 7.9, 9.0]), faster(4), report.MISSED),
        (Measurement([1.0]), within(2), report.MET),
        (Measurement([1.0]), within(1), report.MISSED),
        (Measurement(cut_at=8.0), faster(4), report.MET),
        (Measurement(cut_at=7.9), faster(4), report.UNKNOWN),
        (Measurement(failure="ended with 1"), faster(4), report.UNKNOWN),
        (Measurement(), faster(4), report.UNKNOWN),
    ],
)
def test_a_verdict_says_no_more_than_was_measured(theirs, need, said):
    assert report.judge(outcome(Measurement([2.0, 2.0, 2.0]), theirs, need), "scp") == said


def test_a_row_in_which_spot_fails_is_missed():
    failed = outcome(Measurement(failure="ended with 7"), Measurement([8.0]))
    assert report.verdict(failed) == report.MISSED
    assert "ended with 7" in report.row_table(failed)


def test_a_row_that_could_not_be_measured_is_not_met():
    absent = Outcome(ROWS[0], QUICK_LOADS["small"], {}, 0, "not yet: spot has no connection reuse")
    assert report.verdict(absent) == report.UNKNOWN
    assert "not yet" in report.summary([absent])


def test_names_of_rows_are_unique_and_tell_the_distance():
    names = [row.name for row in ROWS]
    assert len(set(names)) == len(names)
    assert all(str(row.round_trip) in row.name.split("-") for row in ROWS)


@pytest.mark.parametrize(("listed", "can_share"), [("  disconnect    End it.", True), ("  exec   Run.", False)])
def test_what_spot_can_is_read_from_its_help(tmp_path, listed, can_share):
    program = tmp_path / "spot"
    program.write_text(f"#!/bin/sh\necho '{listed}'\n")
    program.chmod(0o755)
    assert Spot(program).can_share is can_share


def test_key_presses_are_timed_one_by_one():
    slow = "import os, sys, time, tty; tty.setraw(0); os.write(1, b'echo-begins')\n" \
        "while key := os.read(0, 1): time.sleep(0.03); os.write(1, key)"
    taken = echo.press_keys([sys.executable, "-c", slow], {}, 5, 10)
    assert len(taken) == 5
    assert all(0.03 <= seconds < 0.2 for seconds in taken)


def test_a_shell_that_ends_is_no_echo():
    with pytest.raises(echo.NoEcho, match="no such machine"):
        echo.press_keys(["/bin/sh", "-c", "echo no such machine"], {}, 5, 10)
