"""The signed parts of a raw request: Signature V4 in its header or its query (presigned)."""

from __future__ import annotations

import datetime
import re
import urllib.parse
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.compat import HTTPHeaders

from .refusals import Reason

_ALGORITHM = "AWS4-HMAC-SHA256"
_STAMP = "%Y%m%dT%H%M%SZ"
# Headers that reach the lab with other names in a WSGI environment.
_UNPREFIXED = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


class Unreadable(Exception):
    """The request has no signature, or not a whole one."""

    def __init__(self, reason: Reason, text: str):
        super().__init__(text)
        self.reason = reason


@dataclass
class SignedRequest:
    """What the client says it signed, and with which key."""

    access_key: str
    scope_date: str
    region: str
    service: str
    signature: str
    timestamp: str
    date: datetime.datetime
    token: str | None
    expires: int | None  # seconds, of a presigned URL
    url: str
    query: list[tuple[str, str]]
    headers: HTTPHeaders  # the signed ones
    present: dict[str, str]  # all of them, lower-case names

    @classmethod
    def read(cls, environ: dict[str, Any]) -> SignedRequest:
        target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or "/"
        path, _, raw_query = target.partition("?")
        if "://" in path:
            path = urllib.parse.urlsplit(path).path or "/"
        query = [_unquoted(pair) for pair in raw_query.split("&") if pair]
        present = _headers(environ)
        if "authorization" in present:
            stated, expires = _from_header(present["authorization"]), None
            stamp = present.get("x-amz-date") or _date_header(present)
            token = present.get("x-amz-security-token")
        elif any(name == "X-Amz-Signature" for name, _ in query):
            stated, expires, stamp, token = _from_query(dict(query))
            query = [(name, value) for name, value in query if name != "X-Amz-Signature"]
        else:
            raise Unreadable(Reason.UNSIGNED, "the request is not signed")
        scope = stated["Credential"].split("/")
        if len(scope) < 5 or scope[-1] != "aws4_request":
            text = f"Credential must have exactly 5 slash-delimited elements, got {scope}"
            raise Unreadable(Reason.INCOMPLETE, text)
        names = stated["SignedHeaders"].split(";")
        headers = HTTPHeaders()
        for name in names:
            headers[name] = present.get(name, "")
        return cls(
            access_key="/".join(scope[:-4]),
            scope_date=scope[-4],
            region=scope[-3],
            service=scope[-2],
            signature=stated["Signature"],
            timestamp=stamp,
            date=_parsed(stamp),
            token=token,
            expires=expires,
            url="http://" + present.get("host", "") + path,
            query=query,
            headers=headers,
            present=present,
        )

    def unsigned_headers(self) -> list[str]:
        """The headers that must be signed and are not: Host and every x-amz-… that was sent."""
        must = ["host", *(name for name in self.present if name.startswith("x-amz-"))]
        return [name for name in must if name not in self.headers]


def _headers(environ: dict[str, Any]) -> dict[str, str]:
    found = {name: environ[key] for key, name in _UNPREFIXED.items() if environ.get(key)}
    for key, value in environ.items():
        if key.startswith("HTTP_"):
            found[key[5:].replace("_", "-").lower()] = value
    return found


def _unquoted(pair: str) -> tuple[str, str]:
    name, _, value = pair.partition("=")
    return urllib.parse.unquote(name), urllib.parse.unquote(value)


def _from_header(text: str) -> dict[str, str]:
    algorithm, _, rest = text.strip().partition(" ")
    if algorithm != _ALGORITHM:
        raise Unreadable(Reason.INCOMPLETE, f"Unsupported AWS 'algorithm': '{algorithm}'.")
    stated = dict(re.findall(r"(Credential|SignedHeaders|Signature)=([^,\s]*)", rest))
    missing = [n for n in ("Credential", "Signature", "SignedHeaders") if not stated.get(n)]
    if missing:
        words = ". ".join(f"Authorization header requires '{name}' parameter" for name in missing)
        raise Unreadable(Reason.INCOMPLETE, f"{words}. Authorization={algorithm}")
    return stated


def _from_query(query: dict[str, str]) -> tuple[dict[str, str], int, str, str | None]:
    needed = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")
    for name in needed:
        if not query.get(f"X-Amz-{name}"):
            raise Unreadable(Reason.INCOMPLETE, f"missing query parameter X-Amz-{name}")
    if query["X-Amz-Algorithm"] != _ALGORITHM or not query["X-Amz-Expires"].isdigit():
        raise Unreadable(Reason.INCOMPLETE, "X-Amz-Algorithm or X-Amz-Expires is not valid")
    stated = {name: query[f"X-Amz-{name}"] for name in ("Credential", "SignedHeaders", "Signature")}
    expires, stamp = int(query["X-Amz-Expires"]), query["X-Amz-Date"]
    return stated, expires, stamp, query.get("X-Amz-Security-Token")


def _date_header(present: dict[str, str]) -> str:
    """The time of a Date header, which may stand for X-Amz-Date."""
    if "date" not in present:
        raise Unreadable(
            Reason.INCOMPLETE,
            "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
        )
    try:
        date = parsedate_to_datetime(present["date"])
    except ValueError:
        return present["date"]
    return date.astimezone(datetime.timezone.utc).strftime(_STAMP)


def _parsed(stamp: str) -> datetime.datetime:
    try:
        return datetime.datetime.strptime(stamp, _STAMP).replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        text = f"Date must be in ISO-8601 'basic format'. Got '{stamp}'."
        raise Unreadable(Reason.INCOMPLETE, text) from None
