"""Launches a persistent spot request's next instance: the RunInstances of its first, sent again."""

from __future__ import annotations

import io
from typing import Any

from ..pipeline import Call
from .launches import complete, launched


def relaunch(environ: dict[str, Any], launch: Any, cloud) -> Any:
    """The new instance; None when moto cannot make one now. The caller holds the cloud's lock."""
    body = environ["lab.body"]
    again = {**environ, "wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    call = Call.read(again)
    call.form.update(MinCount="1", MaxCount="1")
    call.form.pop("ClientToken", None)
    call.rewrite()
    call.notes["launch"] = launch
    reservation = launched(call, cloud.forward(call))
    if reservation is None:
        return None
    for instance in reservation.instances:
        complete(instance, launch)
    return reservation.instances[0]
