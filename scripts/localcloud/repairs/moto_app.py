"""moto's own answer to a call, and an AWS error where moto has none.

moto raises NotImplementedError for operations and filters that it lacks, and its server turns
that and every other exception into a page of HTML with status 500. AWS never does: here an
operation that the lab lacks answers NotImplemented with status 501, a failure InternalError, in
the call's protocol.
"""

from __future__ import annotations

import sys
import traceback
from typing import Any

from moto.server import DomainDispatcherApplication, create_backend_app

from ..pipeline import Answer, Call

# The server says these itself, of the answer that is sent in the end.
_NOT_COPIED = {
    "content-length",
    "content-type",
    "connection",
    "date",
    "server",
    "transfer-encoding",
}
_APPLICATION = DomainDispatcherApplication(create_backend_app)


def ask(call: Call) -> Answer:
    """Sends a call to moto, past all repairs."""
    try:
        answer = _asked(call)
    except NotImplementedError as lack:
        return _lacking(call, str(lack))
    except Exception as failure:
        traceback.print_exc(file=sys.stderr)
        return Answer.error(call, "InternalError", f"moto failed: {failure!r}", 500)
    html = answer.content_type.startswith("text/html")
    if html and answer.status >= 400 and call.service != "s3":
        return _lacking(call, f"moto answered {answer.status}")
    return answer


def _asked(call: Call) -> Answer:
    head: dict[str, Any] = {}

    def start(status: str, headers: list[tuple[str, str]], _: Any = None) -> None:
        head["status"] = int(status.split(" ", 1)[0])
        head["headers"] = {name.lower(): value for name, value in headers}

    chunks = _APPLICATION(call.environ, start)
    try:
        body = b"".join(chunks)
    finally:
        close = getattr(chunks, "close", None)
        if close:
            close()
    headers = head["headers"]
    kept = {name: value for name, value in headers.items() if name not in _NOT_COPIED}
    if call.environ["REQUEST_METHOD"] == "HEAD" and "content-length" in headers:
        kept["Content-Length"] = headers["content-length"]
    return Answer(head["status"], headers.get("content-type", ""), body, kept)


def _lacking(call: Call, reason: str) -> Answer:
    text = f"The lab does not implement this {call.action} of {call.service}: {reason}"
    return Answer.error(call, "NotImplemented", text, 501)
