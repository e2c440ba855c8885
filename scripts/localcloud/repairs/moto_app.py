"""moto's own answer to a call, for repairs that make more calls than they were asked."""

from __future__ import annotations

from typing import Any

from moto.server import DomainDispatcherApplication, create_backend_app

from ..pipeline import Answer, Call

_APPLICATION = DomainDispatcherApplication(create_backend_app)


def ask(call: Call) -> Answer:
    """Sends a call to moto, past all repairs. Its backends are the process's: state is shared."""
    head: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        head["status"], head["headers"] = int(status.split(" ", 1)[0]), dict(headers)

    body = b"".join(_APPLICATION(call.environ, start))
    kind = head["headers"].pop("Content-Type", "")
    head["headers"].pop("Content-Length", None)
    return Answer(head["status"], kind, body, head["headers"])
