"""Injected faults: what `lab fault` asks the API to do wrong."""

from __future__ import annotations

import fnmatch
import itertools
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from .pipeline import Answer, Call

# What happens instead of, or to, an answer:
#   error        the given code and status; the call has no effect
#   throttle     the service's own throttling error; the call has no effect
#   drop         the connection ends; the call has no effect
#   drop-answer  the call has its effect, then the connection ends
#   latency      the call waits first
#   html         a proxy's HTML page instead of the answer; the call has no effect
#   empty        the call has its effect, the body is empty
#   truncate     the call has its effect, the connection ends in the middle of the body
KINDS = ("error", "throttle", "drop", "drop-answer", "latency", "html", "empty", "truncate")

_HTML = b"<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"
_numbers = itertools.count(1)


@dataclass
class Fault:
    """A rule: which calls it hits (patterns with * and ?), how often, and what it does."""

    kind: str
    service: str = "*"
    action: str = "*"
    region: str = "*"
    access_key: str = "*"
    skip: int = 0  # matching calls that pass first
    count: int = 1  # matching calls that are hit; 0: all
    code: str = "InternalError"
    message: str = "injected by the lab"
    status: int = 500
    seconds: float = 0.0
    hits: int = 0
    id: int = field(default_factory=lambda: next(_numbers))

    def fits(self, call: Call) -> bool:
        pairs = (
            (call.service, self.service),
            (call.action, self.action),
            (call.region, self.region),
            (call.access_key, self.access_key),
        )
        return all(fnmatch.fnmatchcase(value, pattern) for value, pattern in pairs)


class Faults:
    """The rules in force. Each call meets at most one; a latency lets it meet another as well."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, **values: Any) -> Fault:
        """Adds a rule; raises ValueError or TypeError when it makes no sense."""
        fault = Fault(**values)
        if fault.kind not in KINDS:
            raise ValueError(f"unknown kind of fault: {fault.kind}")
        with self._lock:
            self._rules.append(fault)
        return fault

    def clear(self) -> int:
        with self._lock:
            count, self._rules = len(self._rules), []
        return count

    def listing(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(rule) for rule in self._rules]

    def meet(self, call: Call, scale: float) -> Fault | None:
        """The fault that this call is to suffer; sleeps through latencies."""
        while True:
            fault = self._take(call)
            if fault is None or fault.kind != "latency":
                return fault
            call.notes.setdefault("slow", set()).add(fault.id)
            time.sleep(fault.seconds * scale)

    def _take(self, call: Call) -> Fault | None:
        with self._lock:
            for rule in self._rules:
                if not rule.fits(call) or rule.id in call.notes.get("slow", ()):
                    continue
                if rule.count and rule.hits >= rule.count:
                    continue
                if rule.skip > 0:
                    rule.skip -= 1
                    continue
                rule.hits += 1
                return rule
        return None


def instead(fault: Fault | None, call: Call) -> Answer | None:
    """The answer of a fault that keeps the call from having any effect."""
    if fault is None:
        return None
    if fault.kind == "error":
        return Answer.error(call, fault.code, fault.message, fault.status)
    if fault.kind == "throttle":
        code, status = _throttling(call)
        return Answer.error(call, code, "Request limit exceeded.", status)
    if fault.kind == "drop":
        return Answer.drop()
    if fault.kind == "html":
        return Answer(502, "text/html", _HTML)
    return None


def spoil(fault: Fault | None, answer: Answer) -> Answer:
    """What a fault leaves of the answer of a call that had its effect."""
    if fault is None:
        return answer
    if fault.kind == "drop-answer":
        return Answer.drop()
    if fault.kind == "empty":
        answer.body = b""
    elif fault.kind == "truncate":
        answer.truncated = True
    return answer


def _throttling(call: Call) -> tuple[str, int]:
    if call.protocol == "ec2":
        return "RequestLimitExceeded", 503
    if call.protocol == "rest-xml":
        return "SlowDown", 503
    return ("Throttling" if call.protocol == "query" else "ThrottlingException"), 400
