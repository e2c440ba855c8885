"""Listings cut into small pages, as AWS may cut them at any time.

`cloud.settings.pages` says how: {"size": 1, "empty": true, "repeat": false, "action": "Describe*"}.
With `empty` the first page has a token and no rows, as AWS answers when a filter matches nothing
in the part that was searched; with `repeat` the second page's token is its own once more, the
endless loop that a client has to notice. Which members of a listing are its rows and its token is
told by botocore's paginators.
"""

from __future__ import annotations

import base64
import fnmatch
import functools
import json
import urllib.parse
import xml.etree.ElementTree as ElementTree
from typing import Any

import botocore.exceptions
import botocore.session

from ..pipeline import Answer, Call, Repair
from . import wire

_MARK = "lab-cut:"


class Pages(Repair):
    """Cuts what the other repairs and moto answer."""

    def before(self, call: Call, cloud) -> Answer | None:
        pages = cloud.settings.pages
        if not pages or not fnmatch.fnmatchcase(call.action, pages.get("action", "*")):
            return None
        told = _paginator(call)
        if told is None:
            return None
        token = _parameter(call, told["input_token"])
        start, inner = _read(token)
        call.notes["pages"] = (told, token, start)
        if token is not None:
            _replace(call, told["input_token"], inner)
        if told.get("limit_key"):
            _replace(call, told["limit_key"], None)
        return None

    def after(self, call: Call, answer: Answer, cloud) -> Answer:
        if "pages" not in call.notes or not answer.ok:
            return answer
        told, token, start = call.notes["pages"]
        listing = _Xml(call, answer, told) if call.protocol == "ec2" else _Json(answer, told)
        pages = cloud.settings.pages or {}
        size = max(1, int(pages.get("size", 1)))
        if pages.get("empty") and token is None:
            listing.cut(0, 0, _write(0, None))
        elif pages.get("repeat") and start > 0:
            listing.cut(start, size, token)
        elif len(listing) > start + size:
            listing.cut(start, size, _write(start + size, _read(token)[1]))
        else:
            listing.cut(start, size, _write(0, listing.token) if listing.token else None)
        return listing.answer


@functools.lru_cache(maxsize=None)
def _paginators(service: str) -> dict[str, Any]:
    loader = botocore.session.get_session().get_component("data_loader")
    try:
        return loader.load_service_model(service, "paginators-1")["pagination"]
    except botocore.exceptions.DataNotFoundError:
        return {}


def _paginator(call: Call) -> dict[str, Any] | None:
    """Of a listing that can be cut here; None for every other call."""
    if call.protocol not in ("ec2", "json", "rest-json"):
        return None
    try:
        told = _paginators(wire.service(call).service_name).get(call.action)
    except botocore.exceptions.UnknownServiceError:
        return None
    simple = told and all(isinstance(told[k], str) for k in ("input_token", "result_key"))
    return told if simple else None


def _read(token: str | None) -> tuple[int, str | None]:
    """Where a page begins, and the token of the listing that it is cut from."""
    try:
        plain = base64.urlsafe_b64decode((token or "").encode()).decode()
    except ValueError:
        plain = ""
    if not plain.startswith(_MARK):
        return 0, token
    start, _, inner = plain.removeprefix(_MARK).partition(":")
    return int(start), inner or None


def _write(start: int, inner: str | None) -> str:
    return base64.urlsafe_b64encode(f"{_MARK}{start}:{inner or ''}".encode()).decode()


def _parameter(call: Call, name: str) -> str | None:
    if call.protocol == "ec2":
        return (call.form or {}).get(name) or None
    return (call.json if call.protocol == "json" else call.query).get(name) or None


def _replace(call: Call, name: str, value: str | None) -> None:
    """Gives the call another parameter, or none of that name."""
    given: dict[str, Any] = {
        "ec2": call.form or {},
        "json": call.json,
        "rest-json": call.query,
    }[call.protocol]
    given.pop(name, None)
    if value is not None:
        given[name] = value
    if call.protocol == "rest-json":
        call.environ["QUERY_STRING"] = urllib.parse.urlencode(given)
        return
    if call.protocol == "json":
        call.body = json.dumps(given).encode()
    call.rewrite()


class _Json:
    """The rows and the token of a JSON answer."""

    def __init__(self, answer: Answer, told: dict[str, Any]) -> None:
        self.answer = answer
        self._members = json.loads(answer.body or b"{}")
        self._rows, self._token = told["result_key"], told["output_token"]

    def __len__(self) -> int:
        return len(self._members.get(self._rows, []))

    @property
    def token(self) -> str | None:
        return self._members.get(self._token)

    def cut(self, start: int, size: int, token: str | None) -> None:
        self._members[self._rows] = self._members.get(self._rows, [])[start : start + size]
        self._members.pop(self._token, None)
        if token:
            self._members[self._token] = token
        self.answer.body = json.dumps(self._members).encode()


class _Xml:
    """The rows and the token of an EC2 answer."""

    def __init__(self, call: Call, answer: Answer, told: dict[str, Any]) -> None:
        members = wire.operation(call).output_shape.members
        names = (members[told[key]].serialization["name"] for key in ("result_key", "output_token"))
        self.answer = answer
        self._root = ElementTree.fromstring(answer.body)
        self._namespace = self._root.tag[1:].partition("}")[0]
        rows, self._token_tag = (f"{{{self._namespace}}}{name}" for name in names)
        found = self._root.find(rows)
        self._rows = ElementTree.SubElement(self._root, rows) if found is None else found

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def token(self) -> str | None:
        return self._root.findtext(self._token_tag) or None

    def cut(self, start: int, size: int, token: str | None) -> None:
        rows = list(self._rows)
        for row in rows[:start] + rows[start + size :]:
            self._rows.remove(row)
        for old in self._root.findall(self._token_tag):
            self._root.remove(old)
        if token:
            ElementTree.SubElement(self._root, self._token_tag).text = token
        ElementTree.register_namespace("", self._namespace)
        self.answer.body = ElementTree.tostring(self._root, "utf-8", xml_declaration=True)
