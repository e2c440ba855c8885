"""Dry runs: EC2 answers DryRunOperation to what would be done, and does nothing.

moto knows the parameter for few calls, and the repairs that answer in its place would have to ask
for it each by itself. Of launches the whole request is looked at first, by `launches` and `fleets`;
of the others the permissions and the ids.
"""

from __future__ import annotations

from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError

from ..pipeline import Answer, Call, Repair
from . import wire
from .wire import Refusal, refusable

_LOOKED_AT_WHOLE = ("CreateFleet", "RunInstances")


class DryRuns(Repair):
    """Ends the walk of a call that is not meant."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if not call.dry_run or call.action in _LOOKED_AT_WHOLE or not _knows(call):
            return None
        raise dry_run()


def dry_run() -> Refusal:
    """AWS's answer when all is well."""
    text = "Request would have succeeded, but DryRun flag is set."
    return Refusal("DryRunOperation", text, 412)


def _knows(call: Call) -> bool:
    try:
        return "DryRun" in wire.operation(call).input_shape.members
    except (UnknownServiceError, OperationNotFoundError):
        return False
