"""Injected faults: the rules of what `lab fault` asks the API to do wrong."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import asdict, dataclass, field
from typing import Any

from .pipeline import Call
from .selection import Selection

# What happens instead of, or to, an answer. What the call does, it does not do, unless `effect`
# says so or there is no other way:
#   error          the given code and status
#   throttle       the service's own throttling error
#   drop           the connection ends
#   drop-answer    the call has its effect, then the connection ends
#   latency        the call waits first
#   html           a proxy's HTML page instead of the answer
#   empty          the call has its effect, the body is empty; with a status it has none
#   truncate       the call has its effect, the connection ends in the middle of the body
#   half           the call has its effect, half of the body is sent as if it were the whole
#   stall          the call has its effect, the answer stands still in the middle of the body
#   expired-token  the session of the call's key has expired, for this call and all later ones
KINDS = (
    "error",
    "throttle",
    "drop",
    "drop-answer",
    "latency",
    "html",
    "empty",
    "truncate",
    "half",
    "stall",
    "expired-token",
)
_WITH_EFFECT = ("drop-answer", "truncate", "half", "stall")

_numbers = itertools.count(1)


@dataclass(kw_only=True)
class Fault(Selection):
    """A rule: which calls it hits, how often, and what it does."""

    kind: str
    count: int = 1  # matching calls that are hit; 0: all
    code: str = "InternalError"
    message: str = "injected by the lab"
    status: int | None = None
    seconds: float = 0.0
    effect: bool = False  # the call has its effect before the fault
    headers: dict[str, str] = field(default_factory=dict)  # added to the answer
    hits: int = 0
    id: int = field(default_factory=lambda: next(_numbers))

    @property
    def lets_through(self) -> bool:
        """Whether the call has its effect."""
        plain_empty = self.kind == "empty" and self.status is None
        return self.effect or plain_empty or self.kind in _WITH_EFFECT


class Faults:
    """The rules in force. Each call meets at most one; a latency lets it meet another as well."""

    def __init__(self) -> None:
        self._rules: list[Fault] = []
        self._expired: dict[str, Fault] = {}  # access key -> the rule that made it expire
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
            count, self._rules, self._expired = len(self._rules), [], {}
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
            if call.access_key in self._expired:
                return self._expired[call.access_key]
            for rule in self._rules:
                if not rule.fits(call) or rule.id in call.notes.get("slow", ()):
                    continue
                if rule.count and rule.hits >= rule.count:
                    continue
                if rule.passes():
                    continue
                rule.hits += 1
                if rule.kind == "expired-token":
                    self._expired[call.access_key] = rule
                return rule
        return None
