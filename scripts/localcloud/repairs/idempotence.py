"""Client tokens: the same launch asked twice is one launch.

AWS remembers the token of RunInstances, CreateFleet and the launch template calls by account and
region: the same request again answers with the same resources, another request under the token is
refused with IdempotentParameterMismatch (EC2 developer guide, "Ensuring idempotency"). moto ignores
tokens, and launches twice.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from ..pipeline import Answer, Call, Repair
from . import wire

_ACTIONS = frozenset(
    {
        "CreateFleet",
        "CreateLaunchTemplate",
        "CreateLaunchTemplateVersion",
        "CreateVolume",
        "RunInstances",
    }
)
_LONGEST = 64


@dataclass
class _Done:
    digest: str
    answer: Answer
    reservation: Any


class Idempotence(Repair):
    """Remembers what was made under a token."""

    def __init__(self) -> None:
        self._done: dict[tuple[str, str, str, str], _Done] = {}

    def before(self, call: Call, cloud) -> Answer | None:
        token = _token(call)
        if token is None:
            return None
        if len(token) > _LONGEST or not token.isascii():
            text = f"Invalid value '{token}' for ClientToken: at most {_LONGEST} ASCII characters"
            return Answer.error(call, "InvalidParameterValue", text)
        call.notes["digest"] = _digest(call)
        done = self._done.get(_key(call, token))
        if done is None:
            return None
        if done.digest != call.notes["digest"]:
            return Answer.error(
                call,
                "IdempotentParameterMismatch",
                "Arguments on this idempotent request are inconsistent with arguments used in "
                "previous request(s).",
            )
        if done.reservation is not None:
            return wire.answer(call, done.reservation)
        return done.answer

    def after(self, call: Call, answer: Answer, cloud) -> Answer:
        token = _token(call)
        if token is not None and answer.ok:
            reservation = call.notes.get("reservation")
            done = _Done(call.notes["digest"], answer, reservation)
            self._done[_key(call, token)] = done
        return answer


def _token(call: Call) -> str | None:
    if call.service != "ec2" or call.action not in _ACTIONS or call.form is None:
        return None
    return call.notes.setdefault("client-token", call.form.get("ClientToken") or None)


def _key(call: Call, token: str) -> tuple[str, str, str, str]:
    return call.account, call.region, call.action, token


def _digest(call: Call) -> str:
    """What the request asks, without its token and (GET) its signature."""
    asked = sorted(
        (name, value)
        for name, value in call.form.items()
        if name != "ClientToken" and not name.startswith("X-Amz-")
    )
    return hashlib.sha256(repr(asked).encode()).hexdigest()
