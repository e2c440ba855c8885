"""How the `lab` command speaks to a running lab. Standard library only: it must start fast."""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from typing import Any

from . import sweep
from .paths import LabHome


class LabError(Exception):
    """What the user asked for cannot be done; the text says why."""


class LabClient:
    def __init__(self, state: str) -> None:
        self.state = state
        record = sweep.read_record(state)
        if record is None or not sweep.alive(record["processes"][0]):
            raise LabError(f"no lab is running with the state {state} (start one with `scripts/lab up`)")
        self.record: dict[str, Any] = record

    def ask(self, name: str, order: dict[str, Any] | None = None, timeout: float = 90) -> Any:
        """GET without an order, POST with one."""
        request = urllib.request.Request(
            f"{self.record['endpoint']}/lab/{name}",
            data=None if order is None else json.dumps(order).encode(),
            headers={"X-Lab-Token": self.record["token"]},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=timeout) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise LabError(json.load(error)["error"]) from None
        except OSError as error:
            raise LabError(f"the lab does not answer: {error}") from None


def state_folder(chosen: str | None) -> str:
    """--state, else the lab of the environment, else the user's default lab."""
    folder = chosen or os.environ.get("SPOT_LAB_STATE") or LabHome.of_user().default_state
    return os.path.abspath(folder)
