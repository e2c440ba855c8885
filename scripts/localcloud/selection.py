"""Which API calls a rule of the lab's is about: a fault, or an answer that is held back."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass

from .pipeline import Call


@dataclass(kw_only=True)
class Selection:
    """Patterns with * and ? for the calls; all must fit."""

    service: str = "*"  # signing name
    action: str = "*"
    region: str = "*"
    access_key: str = "*"
    mutating: bool = False  # only calls that may change something
    skip: int = 0  # matching calls that pass first

    def fits(self, call: Call) -> bool:
        if self.mutating and (call.dry_run or not call.mutates):
            return False
        pairs = (
            (call.service, self.service),
            (call.action, self.action),
            (call.region, self.region),
            (call.access_key, self.access_key),
        )
        return all(fnmatch.fnmatchcase(value, pattern) for value, pattern in pairs)

    def passes(self) -> bool:
        """Whether a matching call is one of those that pass first; counts it if so."""
        if self.skip > 0:
            self.skip -= 1
            return True
        return False
