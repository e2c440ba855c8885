"""The lab's endpoints for tests: what was called, what is there, and answers that are held back."""

from __future__ import annotations

from typing import Any, Callable

from .cloud import Cloud
from .holds import Holds
from .inventory import inventory
from .journal import Journal
from .pipeline import DEFAULT_ACCOUNT
from .policy.conditions import PolicyError

Read = Callable[[dict[str, str]], Any]
Write = Callable[[dict[str, Any]], Any]


class Observation:
    """Part of `Control`, which knows the lab's token and speaks HTTP."""

    def __init__(self, cloud: Cloud, journal: Journal, holds: Holds) -> None:
        self._settings = cloud.settings
        self._journal = journal
        self._holds = holds
        self.reads: dict[str, Read] = {
            "calls": lambda _: {"calls": self._journal.listing()},
            "holds": lambda _: {"holds": self._holds.listing()},
            "decisions": lambda _: {"decisions": self._settings.guard.listing()},
            "inventory": lambda query: inventory(
                query.get("account", DEFAULT_ACCOUNT), query.get("region")
            ),
        }
        self.writes: dict[str, Write] = {
            "forget-calls": self._forget,
            "policy": self._install,
            "hold": lambda order: {"id": self._holds.add(**order).id},
            "await": self._await,
            "release": self._release,
        }

    def clear(self) -> None:
        """Lets go of every answer that is held back."""
        self._holds.clear()

    def _forget(self, _: dict[str, Any]) -> dict[str, Any]:
        self._settings.guard.forget()
        return {"forgotten": self._journal.forget()}

    def _install(self, order: dict[str, Any]) -> dict[str, Any]:
        """A policy for one caller; none when the document is null."""
        access_key = order.get("access_key") or self._settings.access_key
        try:
            self._settings.guard.install(access_key, order["document"])
        except PolicyError as error:
            raise ValueError(str(error)) from None
        return {"access_key": access_key}

    def _await(self, order: dict[str, Any]) -> dict[str, Any]:
        return self._holds.wait(int(order["id"]), float(order.get("seconds", 10)))

    def _release(self, order: dict[str, Any]) -> dict[str, Any]:
        return self._holds.release(int(order["id"]), bool(order.get("drop", False)))
