"""SQS: names that rest after a deletion, and the older names of its errors.

AWS refuses to make a queue of the same name for 60 seconds after it was deleted
(QueueDeletedRecently), and tells clients of the query protocol's days the old code in the header
x-amzn-query-error. moto makes the queue at once, and has no such header.
"""

from __future__ import annotations

import json
import time

from ..pipeline import Answer, Call, Repair

_REST = 60.0  # seconds, times the lab's time scale
_OLD_CODES = {
    "QueueDoesNotExist": "AWS.SimpleQueueService.NonExistentQueue",
    "QueueDeletedRecently": "AWS.SimpleQueueService.QueueDeletedRecently",
    "QueueNameExists": "QueueAlreadyExists",
    "BatchEntryIdsNotDistinct": "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
    "EmptyBatchRequest": "AWS.SimpleQueueService.EmptyBatchRequest",
    "PurgeQueueInProgress": "AWS.SimpleQueueService.PurgeQueueInProgress",
}


class Queues(Repair):
    """Remembers when queues were deleted."""

    def __init__(self) -> None:
        self._deleted: dict[tuple[str, str, str], float] = {}

    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "sqs" or call.action != "CreateQueue":
            return None
        until = self._deleted.get(_key(call, call.json.get("QueueName", "")), 0.0)
        if time.monotonic() >= until:
            return None
        text = "You must wait 60 seconds after deleting a queue before you can create another with "
        return _told(call, Answer.error(call, "QueueDeletedRecently", f"{text}the same name."))

    def after(self, call: Call, answer: Answer, cloud) -> Answer:
        if call.service != "sqs":
            return answer
        if call.action == "DeleteQueue" and answer.ok:
            name = call.json.get("QueueUrl", "").rpartition("/")[2]
            until = time.monotonic() + _REST * cloud.settings.time_scale
            self._deleted[_key(call, name)] = until
        return answer if answer.ok else _told(call, answer)


def _key(call: Call, name: str) -> tuple[str, str, str]:
    return call.account, call.region, name


def _told(call: Call, answer: Answer) -> Answer:
    """The error with its old code, for a client that asks for it."""
    if call.environ.get("HTTP_X_AMZN_QUERY_MODE") != "true":
        return answer
    try:
        code = str(json.loads(answer.body)["__type"]).rpartition("#")[2]
    except (ValueError, KeyError):
        return answer
    side = "Receiver" if answer.status >= 500 else "Sender"
    answer.headers["x-amzn-query-error"] = f"{_OLD_CODES.get(code, code)};{side}"
    return answer
