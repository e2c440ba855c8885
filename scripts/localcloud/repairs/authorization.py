"""IAM's verdict on the calls of callers that have a policy (`lab policy`).

AWS refuses what no statement allows before it looks at anything else: EC2 with UnauthorizedOperation
and an encoded message that DecodeAuthorizationMessage makes readable, the others with AccessDenied.
A dry run tells the verdict too. moto's own access control knows neither conditions nor resources.
"""

from __future__ import annotations

import base64
from typing import Any

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from ..pipeline import Answer, Call, Repair
from ..policy.guard import Decision, Requirement
from . import wire
from .wire import Refusal, refusable


class Authorization(Repair):
    """Refuses what a caller's policy does not allow."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        self.check(call, cloud)
        if call.service == "sts" and call.action == "DecodeAuthorizationMessage":
            return _decoded(call)
        return None

    def check(self, call: Call, cloud) -> None:
        """Raises Refusal when a permission that the call needs is missing."""
        if not cloud.settings.guard.watches(call.access_key):
            return
        decisions = [_decide(call, cloud, requirement) for requirement in _requirements(call)]
        denied = next((decision for decision in decisions if not decision.allowed), None)
        if denied is not None:
            raise _refusal(call, denied)

    def permits(self, call: Call, cloud, requirement: Requirement) -> bool:
        """Whether the caller has one more permission, that AWS asks for in the call's course."""
        watched = cloud.settings.guard.watches(call.access_key)
        return not watched or _decide(call, cloud, requirement).allowed


def principal(call: Call, cloud) -> str:
    """The ARN of who calls. Under a policy the lab's own key is a user's: root can do all."""
    account = call.account
    role = sts_backends[account]["aws"].get_assumed_role_from_access_key(call.access_key)
    if role is not None:
        return role.arn
    key = iam_backends[account]["aws"].access_keys.get(call.access_key)
    if key is not None and key.user_name:
        return f"arn:aws:iam::{account}:user/{key.user_name}"
    watched = cloud.settings.guard.watches(call.access_key)
    return f"arn:aws:iam::{account}:{'user/lab' if watched else 'root'}"


def _requirements(call: Call) -> list[Requirement]:
    # Not at the top: what the calls need is told by modules that need these repairs.
    from ..policy import ec2, others

    try:
        found = ec2.needed(call) if call.service == "ec2" else others.needed(call)
    except Refusal:
        return []  # the request is wrong in itself, and refused for that
    if found is None:
        text = f"The lab does not know which permissions {call.service}:{call.action} needs"
        raise Refusal("NotImplemented", text, 501)
    return found


def _decide(call: Call, cloud, requirement: Requirement) -> Decision:
    who = principal(call, cloud)
    return cloud.settings.guard.decide(call.access_key, who, call, requirement)


def _refusal(call: Call, denied: Decision) -> Refusal:
    if call.protocol == "ec2":
        return Refusal(
            "UnauthorizedOperation",
            f"You are not authorized to perform this operation. {denied.text}. Encoded "
            f"authorization failure message: {denied.encoded()}",
            403,
        )
    if call.protocol == "json":
        return Refusal("AccessDeniedException", denied.text)
    code = "AccessDeniedException" if call.protocol == "rest-json" else "AccessDenied"
    return Refusal(code, denied.text, 403)


def _decoded(call: Call) -> Answer:
    asked: dict[str, Any] = wire.parameters(call)
    try:
        text = base64.urlsafe_b64decode(asked.get("EncodedMessage", "")).decode()
    except ValueError:
        code = "InvalidAuthorizationMessageException"
        raise Refusal(code, "The message is not an encoded authorization message") from None
    return wire.answer(call, {"DecodedMessage": text})
