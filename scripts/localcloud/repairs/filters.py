"""EC2's filters and pages.

AWS: a filter matches when any of its values does, all filters must match; `*` and `?` are
wildcards, a backslash takes their meaning away, case counts (EC2 API reference, "Filter"). Pages
are cut by MaxResults with an opaque NextToken. moto answers filters that it does not know with an
HTML page, takes few wildcards, and mostly returns everything in one page.
"""

from __future__ import annotations

import base64
import functools
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from .wire import Refusal

Item = TypeVar("Item")
# The values of an item under a filter's name; None when there is no such filter.
Values = Callable[[Item, str], "list[str] | None"]


def matching(items: Iterable[Item], filters: list[dict[str, Any]], values: Values) -> list[Item]:
    """The items that all filters match.

    InvalidParameterValue when `values` knows no filter of a name; it is asked with None as the item
    first, so that an unknown filter is refused even when there is nothing to filter.
    """
    for stated in filters:
        name = stated.get("Name")
        if not name or values(None, name) is None:
            raise Refusal("InvalidParameterValue", f"The filter '{name or 'null'}' is invalid")
    return [item for item in items if all(_matches(item, stated, values) for stated in filters)]


def _matches(item: Item, stated: dict[str, Any], values: Values) -> bool:
    wanted = [_pattern(value) for value in stated.get("Values") or []]
    found = values(item, stated["Name"])
    return any(pattern.fullmatch(value) for pattern in wanted for value in found)


@functools.lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    parts, escaped = [], False
    for character in text:
        if escaped:
            parts.append(re.escape(character))
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            parts.append({"*": ".*", "?": "."}.get(character, re.escape(character)))
    return re.compile("".join(parts), re.DOTALL)


def tag_values(tags: dict[str, str], name: str) -> list[str] | None:
    """The values of the filters that every tagged resource has; None for any other filter."""
    if name.startswith("tag:"):
        key = name[len("tag:") :]
        return [tags[key]] if key in tags else []
    if name == "tag-key":
        return list(tags)
    if name == "tag-value":
        return list(tags.values())
    return None


def page(
    items: list[Item], asked: dict[str, Any], least: int = 5, most: int = 1000, default: int = 1000
) -> tuple[list[Item], str | None]:
    """One page of `items`, and the token of the next when there is more."""
    size = asked.get("MaxResults", default)
    if not least <= size:
        raise Refusal(
            "InvalidParameterValue",
            f"Value ( {size} ) for parameter maxResults is invalid. Expecting a value greater than "
            f"or equal to {least}.",
        )
    start, size = _offset(asked.get("NextToken")), min(size, most)
    rest = items[start + size :]
    return items[start : start + size], _token(start + size) if rest else None


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"lab-page:{offset:012d}".encode()).decode()


def _offset(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(base64.urlsafe_b64decode(token.encode()).decode().removeprefix("lab-page:"))
    except ValueError:
        text = "Unable to parse pagination token"
        raise Refusal("InvalidNextToken", text) from None
