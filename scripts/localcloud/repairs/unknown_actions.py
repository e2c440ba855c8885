"""Operations that AWS does not have.

AWS answers InvalidAction (query protocols) or UnknownOperationException (JSON) for them; moto
raises NotImplementedError, as for operations that only moto does not have (`moto_app` answers
those).
"""

from __future__ import annotations

from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError

from ..pipeline import Answer, Call, Repair
from . import wire


class UnknownActions(Repair):
    """Refuses operations that do not exist."""

    def before(self, call: Call, cloud) -> Answer | None:
        if call.service in ("s3", "") or call.action == "":
            return None
        try:
            wire.operation(call)
        except UnknownServiceError:
            return None
        except OperationNotFoundError:
            return _no_such_operation(call)
        return None


def _no_such_operation(call: Call) -> Answer:
    if call.protocol in ("json", "rest-json"):
        return Answer.error(call, "UnknownOperationException", f"Unknown operation {call.action}")
    version = (call.form or {}).get("Version", "")
    if call.protocol == "ec2":
        text = f"The action {call.action} is not valid for this web service."
        return Answer.error(call, "InvalidAction", text)
    text = f"Could not find operation {call.action} for version {version}"
    return Answer.error(call, "InvalidAction", text)
