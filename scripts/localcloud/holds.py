"""Calls held back: their clients wait until they are released, before the effect or after it.

A test that ends a client exactly after its Nth call took effect asks for a hold, awaits it, kills
the client, and releases; with `before`, the call has not had its effect yet, and never has it when it
is dropped on release. Every hold has a deadline, after which the call goes on.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

from .pipeline import Call
from .selection import Selection

ARMED, HOLDING, RELEASED, EXPIRED = "armed", "holding", "released", "expired"
LONGEST = 300.0  # seconds

_numbers = itertools.count(1)


@dataclass(kw_only=True)
class Hold(Selection):
    """A rule: which call is held, once, and for how long at most."""

    before: bool = False  # the call waits for its effect, not for its answer
    seconds: float = 30.0  # not scaled: it is a test's patience
    state: str = ARMED
    drop: bool = False  # on release, the connection ends instead of the answer
    call: int | None = None  # the number of the call in the journal
    id: int = field(default_factory=lambda: next(_numbers))


class Holds:
    """The holds asked for, and the threads that wait in them."""

    def __init__(self) -> None:
        self._holds: dict[int, Hold] = {}
        self._changed = threading.Condition()

    def add(self, **values: Any) -> Hold:
        """Arms a hold; raises ValueError or TypeError when it makes no sense."""
        hold = Hold(**values)
        if not 0 < hold.seconds <= LONGEST:
            raise ValueError(f"a hold takes more than 0 and at most {LONGEST:.0f} s")
        with self._changed:
            self._holds[hold.id] = hold
        return hold

    def meet(self, call: Call, number: int, *, before: bool) -> bool:
        """Waits if this call is to be held at this point; whether it is to be dropped then."""
        with self._changed:
            hold = self._matching(call, before)
            if hold is None:
                return False
            hold.state, hold.call = HOLDING, number
            self._changed.notify_all()
            if not self._changed.wait_for(lambda: hold.state == RELEASED, hold.seconds):
                hold.state = EXPIRED
                self._changed.notify_all()
            return hold.drop

    def release(self, hold_id: int, drop: bool = False) -> dict[str, Any]:
        """Lets the answer go, or disarms the hold; KeyError when there is none of the id."""
        with self._changed:
            hold = self._holds[hold_id]
            if hold.state in (ARMED, HOLDING):
                hold.state, hold.drop = RELEASED, drop
                self._changed.notify_all()
            return asdict(hold)

    def wait(self, hold_id: int, seconds: float) -> dict[str, Any]:
        """Waits until a call is held; the hold as it then is, which tells by its state."""
        with self._changed:
            hold = self._holds[hold_id]
            self._changed.wait_for(lambda: hold.state != ARMED, min(seconds, LONGEST))
            return asdict(hold)

    def clear(self) -> None:
        """Releases all."""
        with self._changed:
            for hold in self._holds.values():
                if hold.state in (ARMED, HOLDING):
                    hold.state = RELEASED
            self._changed.notify_all()
            self._holds = {}

    def listing(self) -> list[dict[str, Any]]:
        with self._changed:
            return [asdict(hold) for hold in self._holds.values()]

    def _matching(self, call: Call, before: bool) -> Hold | None:
        for hold in self._holds.values():
            if hold.state != ARMED or hold.before != before:
                continue
            if hold.fits(call) and not hold.passes():
                return hold
        return None
