"""Every API call that the lab was asked, in the order in which the calls arrived."""

from __future__ import annotations

import datetime
import itertools
import re
import threading
import time
from dataclasses import asdict, dataclass
from typing import Any

from .pipeline import Answer, Call

_MOST = 100_000  # calls kept
_CODE = re.compile(rb"<Code>([^<]*)</Code>|\"(?:__type|ErrorCode)\": ?\"([^\"]*)\"")


@dataclass
class Entry:
    """One call; without status while it is under way, with status 0 when the connection ended."""

    number: int
    time: str
    seconds: float  # since the lab began to listen
    service: str
    action: str
    region: str
    account: str
    access_key: str
    mutates: bool  # whether it may change something; a dry run does not
    dry_run: bool
    took: float | None = None  # seconds
    status: int | None = None
    code: str | None = None  # of an error


class Journal:
    """The calls since the lab began, or since they were last forgotten."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._numbers = itertools.count(1)
        self._began = time.monotonic()
        self._lock = threading.Lock()

    def begin(self, call: Call) -> Entry:
        now = datetime.datetime.now(datetime.timezone.utc)
        with self._lock:
            entry = Entry(
                number=next(self._numbers),
                time=now.isoformat(timespec="microseconds").replace("+00:00", "Z"),
                seconds=time.monotonic() - self._began,
                service=call.service,
                action=call.action,
                region=call.region,
                account=call.account,
                access_key=call.access_key,
                mutates=call.mutates and not call.dry_run,
                dry_run=call.dry_run,
            )
            self._entries.append(entry)
            del self._entries[:-_MOST]
        return entry

    def end(self, entry: Entry, call: Call, answer: Answer) -> None:
        """Notes what a call was answered, and whose it was after all."""
        entry.service, entry.region, entry.account = call.service, call.region, call.account
        entry.took = time.monotonic() - self._began - entry.seconds
        entry.status = 0 if answer.dropped else answer.status
        found = None if answer.ok else _CODE.search(answer.body)
        if found:
            entry.code = (found.group(1) or found.group(2)).decode("utf-8", "replace")

    def listing(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(entry) for entry in self._entries]

    def forget(self) -> int:
        """Starts anew, from number 1; returns how many calls were forgotten."""
        with self._lock:
            count, self._entries, self._numbers = len(self._entries), [], itertools.count(1)
        return count
