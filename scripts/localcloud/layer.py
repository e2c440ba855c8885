"""The WSGI layer: every request walks through here, and `pipeline` says in which order."""

from __future__ import annotations

import contextlib
import email.utils
import http.client
import select
import socket
import sys
import time
import traceback
from typing import Any, Callable, Iterable

from .cloud import Cloud
from .control import Control
from .faults import Faults
from .holds import Holds
from .journal import Journal
from .pipeline import Answer, Call, Repair
from .repairs import REPAIRS, moto_app
from .spoiling import undergo
from .states import HOST_REPAIRS

StartResponse = Callable[..., Any]


class Layer:
    """The application that the lab serves, outside and inside the hosts."""

    def __init__(
        self, cloud: Cloud, control: Control, faults: Faults, journal: Journal, holds: Holds
    ) -> None:
        self._cloud = cloud
        self._control = control
        self._faults = faults
        self._journal = journal
        self._holds = holds
        self._gates = [repair for repair in REPAIRS if repair.gate]
        self._repairs = [repair for repair in REPAIRS if not repair.gate] + HOST_REPAIRS

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ.get("PATH_INFO", "").startswith("/lab/"):
            return _send(environ, start_response, self._control.answer(environ))
        call = Call.read(environ)
        entry = self._journal.begin(call)
        call.notes["number"] = entry.number
        is_dropped = self._holds.meet(call, entry.number, before=True)
        answer = Answer.drop() if is_dropped else self._answer(call)
        self._journal.end(entry, call, answer)
        if self._holds.meet(call, entry.number, before=False):
            answer = Answer.drop()
        now = time.time() + self._cloud.settings.clock
        answer.headers["Date"] = email.utils.formatdate(now, usegmt=True)
        return _send(environ, start_response, answer)

    def _answer(self, call: Call) -> Answer:
        try:
            for gate in self._gates:
                refusal = gate.before(call, self._cloud)
                if refusal:
                    return refusal
            scale = self._cloud.settings.time_scale
            fault = self._faults.meet(call, scale)
            return undergo(fault, call, lambda: self._walk(call), scale)
        except Exception:
            # An error of the lab's own: said on its log and to the client, never a hanging call.
            traceback.print_exc(file=sys.stderr)
            sys.stderr.flush()
            return Answer.error(call, "InternalFailure", "the lab failed; see its log", 500)

    def _walk(self, call: Call) -> Answer:
        """before() of each repair, moto, reconciling, after() of each repair backwards."""
        with self._cloud.lock if call.locked else contextlib.nullcontext():
            passed: list[Repair] = []
            answer: Answer | None = None
            for repair in self._repairs:
                answer = repair.before(call, self._cloud)
                if answer:
                    break
                passed.append(repair)
            if answer is None:
                answer = moto_app.ask(call)
            if call.locked and call.mutates:
                self._cloud.reconcile()
            for repair in reversed(passed):
                answer = repair.after(call, answer, self._cloud)
            return answer


def _send(
    environ: dict[str, Any], start_response: StartResponse, answer: Answer
) -> Iterable[bytes]:
    if answer.dropped or answer.truncated:
        _break_off(environ["werkzeug.socket"], answer)
    headers = [("Content-Type", answer.content_type)] if answer.content_type else []
    if "Content-Length" not in answer.headers:
        headers.append(("Content-Length", str(len(answer.body))))
    headers += answer.headers.items()
    reason = http.client.responses.get(answer.status, "Unknown")
    start_response(f"{answer.status} {reason}", headers)
    return [answer.body]


def _break_off(connection: socket.socket, answer: Answer) -> None:
    """Ends the connection, for a truncated answer after half of what was promised."""
    with contextlib.suppress(OSError):
        if answer.truncated:
            head = (
                f"HTTP/1.1 {answer.status} OK\r\nContent-Type: {answer.content_type}\r\n"
                f"Content-Length: {len(answer.body)}\r\n\r\n"
            )
            connection.sendall(head.encode() + answer.body[: len(answer.body) // 2])
            select.select([connection], [], [], answer.stall)  # the client may give up before
        connection.shutdown(socket.SHUT_RDWR)
    raise ConnectionAbortedError("broken off by a fault")
