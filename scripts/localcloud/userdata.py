"""User data as cloud-init reads it: scripts, cloud-config, boothooks, MIME multiparts, gzip.

Decoded on the lab's side, where PyYAML is, into plain JSON for `guest.cloudinit`.
"""

from __future__ import annotations

import base64
import binascii
import copy
import email
import gzip
import re
import zlib
from email.message import Message
from typing import Any

import yaml

from .guest.cloudinit import unknown_keys

_BY_START = (
    (b"#!", "text/x-shellscript"),
    (b"#cloud-config", "text/cloud-config"),
    (b"#cloud-boothook", "text/cloud-boothook"),
    (b"#include", "text/x-include-url"),
    (b"#part-handler", "text/part-handler"),
    (b"## template: jinja", "text/jinja2"),
)
_DEFAULT_MERGE = "dict(replace)+list()+str()"


class UserData:
    """Everything that one instance's user data asks for."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.scripts: list[dict[str, str]] = []
        self.boothooks: list[dict[str, str]] = []
        self.config: dict[str, Any] = {}
        self.warnings: list[str] = []
        self._parts = 0
        if raw:
            self._add(raw)
        ignored = unknown_keys(self.config)
        if ignored:
            self.warnings.append(f"the lab's cloud-init does not act on: {', '.join(ignored)}")

    def described(self) -> dict[str, Any]:
        """Plain JSON for the host."""
        return {
            "raw": base64.b64encode(self.raw).decode(),
            "scripts": self.scripts,
            "boothooks": self.boothooks,
            "config": self.config,
            "warnings": self.warnings,
        }

    def _add(self, data: bytes, headers: Message | None = None) -> None:
        """One piece of user data, which may be packed or hold more pieces."""
        if data[:2] == b"\x1f\x8b":
            try:
                data = gzip.decompress(data)
            except (OSError, EOFError, zlib.error) as error:
                self.warnings.append(f"Failed to decompress user data: {error}")
                return
        if headers is None and _is_mime(data):
            self._add_message(email.message_from_bytes(data))
            return
        kind = headers.get_content_type() if headers is not None else ""
        if not kind or kind in ("text/plain", "text/x-not-multipart", "application/octet-stream"):
            kind = _kind_by_start(data)
        self._parts += 1
        name = (headers.get_filename() if headers is not None else None) or f"part-{self._parts:03d}"
        name = re.sub(r"[^A-Za-z0-9_.-]", "_", name)
        if kind in ("application/gzip", "application/x-gzip"):
            self._add(data)
        elif kind == "text/x-shellscript":
            self.scripts.append(_stored(name, data))
        elif kind == "text/cloud-boothook":
            self.boothooks.append(_stored(name, data))
        elif kind == "text/cloud-config":
            self._add_config(name, data, headers)
        else:
            start = data[:80].split(b"\n")[0]
            self.warnings.append(f"Unhandled non-multipart ({kind}) userdata: '{start!r}...'")

    def _add_message(self, message: Message) -> None:
        for part in message.walk():
            if part.is_multipart():
                continue
            self._add(part.get_payload(decode=True) or b"", part)

    def _add_config(self, name: str, data: bytes, headers: Message | None) -> None:
        try:
            value = yaml.safe_load(data.decode("utf-8"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self.warnings.append(f"Failed loading yaml blob. Invalid format: {error}")
            return
        if value is None:
            return
        if not isinstance(value, dict):
            self.warnings.append(
                f"Failed at merging in cloud config part from {name}: expected a mapping, "
                f"got {type(value).__name__}"
            )
            return
        asked = headers.get("Merge-Type") or headers.get("X-Merge-Type") if headers is not None else None
        asked = asked or value.get("merge_how") or value.get("merge_type") or _DEFAULT_MERGE
        self.config = merge(self.config, value, _merge_options(asked))


def decode(encoded: str | bytes | None) -> bytes:
    """User data as moto keeps it (base64 text, or what the caller sent by mistake) in bytes."""
    if not encoded:
        return b""
    data = encoded.encode() if isinstance(encoded, str) else encoded
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        return data


def merge(old: Any, new: Any, options: dict[str, set[str]]) -> Any:
    """cloud-init's merging of two cloud-configs: by default the later part's keys win whole."""
    if isinstance(old, dict) and isinstance(new, dict):
        chosen = options.get("dict", set())
        merged = copy.deepcopy(old)
        for key, value in new.items():
            if key not in merged:
                merged[key] = value
            elif _recurses(merged[key], value, chosen):
                merged[key] = merge(merged[key], value, options)
            elif "no_replace" not in chosen:
                merged[key] = value
        return merged
    if isinstance(old, list) and isinstance(new, list):
        chosen = options.get("list", set())
        if "append" in chosen:
            return old + new
        if "prepend" in chosen:
            return new + old
        return old if "no_replace" in chosen else new
    if isinstance(old, str) and isinstance(new, str):
        return old + new if "append" in options.get("str", set()) else new
    return new


def _recurses(old: Any, new: Any, chosen: set[str]) -> bool:
    if isinstance(old, dict) and isinstance(new, dict):
        return "recurse_dict" in chosen or "no_replace" in chosen and "replace" not in chosen
    if isinstance(old, list) and isinstance(new, list):
        return bool({"recurse_list", "recurse_array"} & chosen)
    return isinstance(old, str) and isinstance(new, str) and "recurse_str" in chosen


def _merge_options(asked: Any) -> dict[str, set[str]]:
    """Both notations: "list(append)+dict(recurse_list)" and [{name: list, settings: [append]}]."""
    if isinstance(asked, list):
        return {
            item["name"]: set(item.get("settings") or ())
            for item in asked
            if isinstance(item, dict) and "name" in item
        }
    found = re.findall(r"(\w+)\(([^)]*)\)", str(asked))
    return {name: {word.strip() for word in words.split(",") if word.strip()} for name, words in found}


def _is_mime(data: bytes) -> bool:
    start = data[:200].lstrip().lower()
    return start.startswith((b"content-type:", b"mime-version:")) or b"\nmime-version:" in start


def _kind_by_start(data: bytes) -> str:
    for start, kind in _BY_START:
        if data.startswith(start):
            return kind
    return "text/x-not-multipart"


def _stored(name: str, data: bytes) -> dict[str, str]:
    return {"name": name, "content": base64.b64encode(data).decode()}
