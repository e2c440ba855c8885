"""What tags may look like.

AWS reserves keys that begin with `aws:`, limits a key to 128 and a value to 256 characters,
refuses a key named twice in one list, and lets a resource have 50 tags (EC2 user guide, "Tag
restrictions"). moto takes nearly all of it.
"""

from __future__ import annotations

import re

from ..pipeline import Answer, Call, Repair
from .wire import Refusal, refusable

_KEY = re.compile(r"((?:.*\.)?(?:Tag|Tags\.member))\.(\d+)\.Key")
_LONGEST_KEY, _LONGEST_VALUE, _MOST = 128, 256, 50


class Tags(Repair):
    """Checks every tag that an EC2 call would put on something."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2" or call.form is None or call.action == "DeleteTags":
            return None
        lists: dict[str, list[str]] = {}
        for name, key in call.form.items():
            match = _KEY.fullmatch(name)
            if match:
                value = call.form.get(name.removesuffix("Key") + "Value", "")
                _check(key, value)
                lists.setdefault(match.group(1), []).append(key)
        for keys in lists.values():
            if len(keys) > _MOST:
                raise Refusal("TagLimitExceeded", "The maximum number of tags for a resource is 50")
            twice = next((key for key in keys if keys.count(key) > 1), None)
            if twice is not None:
                text = f"Duplicate tag key '{twice}' specified."
                raise Refusal("InvalidParameterValue", text)
        return None


def _check(key: str, value: str) -> None:
    if key.lower().startswith("aws:"):
        text = "Tag keys starting with 'aws:' are reserved for internal use"
        raise Refusal("InvalidParameterValue", text)
    if not key:
        raise Refusal("InvalidParameterValue", "Tag key can't be empty")
    if len(key) > _LONGEST_KEY:
        text = f"Tag key exceeds the maximum length of {_LONGEST_KEY} characters"
        raise Refusal("InvalidParameterValue", text)
    if len(value) > _LONGEST_VALUE:
        text = f"Tag value exceeds the maximum length of {_LONGEST_VALUE} characters"
        raise Refusal("InvalidParameterValue", text)
