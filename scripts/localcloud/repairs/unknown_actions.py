"""Calls that moto cannot answer end in an AWS error in the call's protocol.

AWS answers InvalidAction (query protocols) or UnknownOperationException (JSON) for an operation that
a service does not have, and never a page of HTML. moto raises NotImplementedError for operations
that it lacks, which its server turns into HTML with status 500; unexpected exceptions likewise. An
operation that AWS has and the lab lacks answers NotImplemented, status 501, with its name.
"""

from __future__ import annotations

import re

from botocore.exceptions import UnknownServiceError
from botocore.model import OperationNotFoundError

from ..pipeline import Answer, Call, Repair
from . import wire

_TITLE = re.compile(rb"<title>(.*?)(?://|</title>)", re.DOTALL)


class UnknownActions(Repair):
    """Refuses operations that do not exist, and replaces moto's HTML pages."""

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

    def after(self, call: Call, answer: Answer, cloud) -> Answer:
        if "html" not in answer.content_type or call.service == "s3":
            return answer
        found = _TITLE.search(answer.body)
        reason = found.group(1).decode("utf-8", "replace").strip() if found else "unknown"
        if "NotImplementedError" in reason or "has not been implemented" in reason or answer.status == 404:
            text = f"The lab's {call.service} does not implement {call.action}"
            return Answer.error(call, "NotImplemented", text, 501)
        text = f"The lab failed to answer {call.action}: {reason}"
        return Answer.error(call, "InternalError", text, 500)


def _no_such_operation(call: Call) -> Answer:
    if call.protocol in ("json", "rest-json"):
        return Answer.error(call, "UnknownOperationException", f"Unknown operation {call.action}")
    version = (call.form or {}).get("Version", "")
    if call.protocol == "ec2":
        text = f"The action {call.action} is not valid for this web service."
        return Answer.error(call, "InvalidAction", text)
    text = f"Could not find operation {call.action} for version {version}"
    return Answer.error(call, "InvalidAction", text)
