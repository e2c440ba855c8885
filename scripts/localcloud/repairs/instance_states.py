"""Start, stop and terminate as a state machine.

AWS refuses to stop a one-time spot instance (UnsupportedOperation; EC2 user guide, "Stop a Spot
Instance") and to start what is shutting down or terminated (IncorrectInstanceState), leaves
instances alone that are already there, and terminates none when one is protected. moto does all
of it at once, every time, and keeps the launch time of the first start.
"""

from __future__ import annotations

import re
from typing import Any

from moto.core.utils import utcnow
from moto.ec2.models import ec2_backends

from ..pipeline import Answer, Call, Repair
from . import wire
from .capacity import Capacity
from .spot_requests import is_one_time
from .wire import Refusal, refusable

_CODES = {
    "pending": 0,
    "running": 16,
    "shutting-down": 32,
    "terminated": 48,
    "stopping": 64,
    "stopped": 80,
}
# Of each call: the states that it changes, the state that follows, those that it leaves alone.
_TRANSITIONS = {
    "StartInstances": (("stopped",), "pending", ("pending", "running")),
    "StopInstances": (("pending", "running"), "stopping", ("stopping", "stopped")),
    "TerminateInstances": (
        ("pending", "running", "stopping", "stopped"),
        "shutting-down",
        ("shutting-down", "terminated"),
    ),
}
_MEMBER = {
    "StartInstances": ("StartingInstances", "started"),
    "StopInstances": ("StoppingInstances", "stopped"),
    "TerminateInstances": ("TerminatingInstances", "terminated"),
}


class InstanceStates(Repair):
    """Lets moto change only what changes, and answers for all instances named."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2" or call.action not in _TRANSITIONS or _dry(call):
            return None
        ids = list(dict.fromkeys(call.members("InstanceId")))
        if not ids:
            raise Refusal("MissingParameter", "The request must contain the parameter InstanceId")
        backend = ec2_backends[call.account][call.region]
        instances = backend.get_multi_instances_by_id(ids)
        changes, follows, _ = _TRANSITIONS[call.action]
        for instance in instances:
            self._check(call, instance)
            if call.action == "StartInstances" and instance._state.name == "stopped":
                Capacity.check_start(cloud, instance)
        moved = [i for i in instances if i._state.name in changes]
        call.notes["moves"] = [_row(i, follows if i in moved else i._state.name) for i in instances]
        call.notes["moved"] = moved
        if not moved:
            return self._answer(call)
        for name in [n for n in call.form if re.fullmatch(r"InstanceId\.\d+", n)]:
            del call.form[name]
        call.form.update({f"InstanceId.{n}": i.id for n, i in enumerate(moved, 1)})
        call.rewrite()
        return None

    def after(self, call: Call, answer: Answer, cloud) -> Answer:
        if "moves" not in call.notes or not answer.ok:
            return answer
        if call.action == "StartInstances":
            for instance in call.notes["moved"]:
                instance.launch_time = utcnow()
        return self._answer(call)

    def _check(self, call: Call, instance: Any) -> None:
        state, verb = instance._state.name, _MEMBER[call.action][1]
        changes, _, kept = _TRANSITIONS[call.action]
        if call.action == "TerminateInstances" and instance.disable_api_termination is True:
            raise Refusal(
                "OperationNotPermitted",
                f"The instance '{instance.id}' may not be terminated. Modify its "
                f"'disableApiTermination' instance attribute and try again.",
            )
        if state not in changes and state not in kept:
            text = f"The instance '{instance.id}' is not in a state from which it can be {verb}."
            raise Refusal("IncorrectInstanceState", text)
        if call.action == "StopInstances" and is_one_time(instance):
            raise Refusal(
                "UnsupportedOperation",
                f"You can't stop the Spot Instance '{instance.id}' because it is associated with a "
                f"one-time Spot Instance request. You can only stop Spot Instances associated with "
                f"persistent Spot Instance requests.",
            )

    @staticmethod
    def _answer(call: Call) -> Answer:
        return wire.answer(call, {_MEMBER[call.action][0]: call.notes["moves"]})


def _row(instance: Any, follows: str) -> dict[str, Any]:
    return {
        "InstanceId": instance.id,
        "CurrentState": {"Code": _CODES[follows], "Name": follows},
        "PreviousState": {"Code": instance._state.code, "Name": instance._state.name},
    }


def _dry(call: Call) -> bool:
    return call.form.get("DryRun", "").lower() == "true"
