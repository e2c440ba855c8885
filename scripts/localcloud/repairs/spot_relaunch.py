"""Launches a persistent spot request's next instance: the RunInstances of its first, sent again."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from ..pipeline import Call
from . import moto_app
from .launches import complete, launched


def relauncher(call: Call, launch: Any) -> Callable[[], Any]:
    """A function that launches once more what `call` did, and returns the instance.

    It returns None when moto cannot make one now. Its caller holds the cloud's lock.
    """
    environ, body = dict(call.environ), call.body

    def launch_again() -> Any:
        stream = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        again = Call.read({**environ, **stream})
        again.form.update(MinCount="1", MaxCount="1")
        again.form.pop("ClientToken", None)
        again.rewrite()
        again.notes["launch"] = launch
        reservation = launched(again, moto_app.ask(again))
        if reservation is None:
            return None
        complete(reservation.instances[0], launch)
        return reservation.instances[0]

    return launch_again
