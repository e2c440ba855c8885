"""What a client gets when its call meets a fault."""

from __future__ import annotations

import http.client
from collections.abc import Callable

from .faults import Fault
from .pipeline import Answer, Call
from .repairs.refusals import Reason, refusal

_HTML = "<html><head><title>{0} {1}</title></head><body>{1}</body></html>"


def undergo(fault: Fault | None, call: Call, walk: Callable[[], Answer], scale: float) -> Answer:
    """The answer of a call, whose effect `walk` brings about, under a fault or none."""
    if fault is None:
        return walk()
    answer = walk() if fault.lets_through else None
    spoiled = _spoiled(fault, call, answer, scale)
    spoiled.headers.update(fault.headers)
    return spoiled


def _spoiled(fault: Fault, call: Call, answer: Answer | None, scale: float) -> Answer:
    if fault.kind == "error":
        return Answer.error(call, fault.code, fault.message, fault.status or 500)
    if fault.kind == "throttle":
        code, status = _throttling(call)
        return Answer.error(call, code, "Request limit exceeded.", status)
    if fault.kind == "expired-token":
        return refusal(call, Reason.EXPIRED_TOKEN, "the session has expired")
    if fault.kind == "html":
        return _page(fault.status or 502)
    if fault.kind == "empty" and fault.status is not None:
        return Answer(fault.status, "", b"")
    if answer is None or fault.kind in ("drop", "drop-answer"):
        return Answer.drop()
    if fault.kind == "empty":
        answer.body = b""
    elif fault.kind == "half":
        answer.body = answer.body[: len(answer.body) // 2]
    else:
        answer.truncated = True
        answer.stall = fault.seconds * scale if fault.kind == "stall" else 0.0
    return answer


def _page(status: int) -> Answer:
    reason = http.client.responses.get(status, "Unknown")
    return Answer(status, "text/html", _HTML.format(status, reason).encode())


def _throttling(call: Call) -> tuple[str, int]:
    if call.protocol == "ec2":
        return "RequestLimitExceeded", 503
    if call.protocol == "rest-xml":
        return "SlowDown", 503
    return ("Throttling" if call.protocol == "query" else "ThrottlingException"), 400
