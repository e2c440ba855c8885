"""Key pairs: fingerprints, errors and lists as AWS gives them.

An ed25519 key's fingerprint is the base64 SHA-256 of its public key (EC2 user guide, "Verify the
fingerprint of your key pair"); moto's is something else in hex. AWS refuses unknown key types and
answers InvalidKey.Format for what is no OpenSSH public key; DescribeKeyPairs knows ids and filters,
and shows public keys only when asked. Deleting a key pair that is not there succeeds.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from moto.ec2.models import ec2_backends

from ..pipeline import Answer, Call, Repair
from . import wire
from .filters import matching, tag_values
from .visibility import key_of_pair, visible
from .wire import Refusal, refusable

_TYPES = ("rsa", "ed25519")


class KeyPairs(Repair):
    """Checks the calls that make key pairs, and answers the others."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2" or call.form.get("DryRun") == "true":
            return None
        if call.action == "DescribeKeyPairs":
            return _describe(call, cloud)
        if call.action == "DeleteKeyPair":
            return _delete(call)
        if call.action in ("CreateKeyPair", "ImportKeyPair"):
            _check(call)
        return None

    def after(self, call: Call, answer: Answer, cloud) -> Answer:
        if call.action not in ("CreateKeyPair", "ImportKeyPair"):
            return answer
        if not answer.ok:
            return answer
        pair = ec2_backends[call.account][call.region].key_pairs[call.form["KeyName"]]
        if pair.key_type == "ed25519":
            wrong, pair.key_fingerprint = pair.key_fingerprint, _fingerprint(pair.public_key)
            answer.body = answer.body.replace(wrong.encode(), pair.key_fingerprint.encode())
        return answer


def _check(call: Call) -> None:
    name = call.form.get("KeyName", "")
    if not name:
        raise Refusal("MissingParameter", "The request must contain the parameter KeyName")
    if len(name) > 255 or not name.isascii():
        text = f"Value ({name}) for parameter KeyName is invalid: more than 255, or not ASCII"
        raise Refusal("InvalidParameterValue", text)
    if call.action == "ImportKeyPair" and not _readable(call.form.get("PublicKeyMaterial", "")):
        text = "Key is not in valid OpenSSH public key format"
        raise Refusal("InvalidKey.Format", text)
    kind = call.form.get("KeyType", "rsa")
    if kind not in _TYPES:
        raise Refusal("InvalidParameterValue", f"Invalid value '{kind}' for keyType.")


def _readable(material: str) -> bool:
    """Whether the base64 material is an RSA or ed25519 key, in OpenSSH's or RFC 4716's format."""
    try:
        raw = base64.b64decode(material)
        if raw.startswith(b"---- BEGIN SSH2"):
            return True
        key = serialization.load_ssh_public_key(raw)
    except (ValueError, UnsupportedAlgorithm):
        return False
    return isinstance(key, (RSAPublicKey, Ed25519PublicKey))


def _fingerprint(public_key: str) -> str:
    blob = base64.b64decode(public_key.split()[1])
    return base64.b64encode(hashlib.sha256(blob).digest()).decode()


def _delete(call: Call) -> Answer:
    pairs = ec2_backends[call.account][call.region].key_pairs
    asked = wire.parameters(call)
    if not asked.get("KeyName") and not asked.get("KeyPairId"):
        text = "The request must contain the parameter KeyName or KeyPairId"
        raise Refusal("MissingParameter", text)
    wanted = (asked.get("KeyName"), asked.get("KeyPairId"))
    found = [p for p in pairs.values() if p.key_name == wanted[0] or p.id == wanted[1]]
    for pair in found:
        del pairs[pair.key_name]
    result = {"Return": True}
    if found:
        result["KeyPairId"] = found[0].id
    return wire.answer(call, result)


def _describe(call: Call, cloud) -> Answer:
    asked = wire.parameters(call)
    known = list(ec2_backends[call.account][call.region].key_pairs.values())
    pairs = [pair for pair in known if visible(cloud, key_of_pair(call, pair.key_name))]
    names, ids = asked.get("KeyNames", []), asked.get("KeyPairIds", [])
    missing = [name for name in names if name not in {p.key_name for p in pairs}]
    missing += [key_id for key_id in ids if key_id not in {p.id for p in pairs}]
    if missing:
        subject = "The key pairs" if len(missing) > 1 else "The key pair"
        verb = "do" if len(missing) > 1 else "does"
        text = f"{subject} '{', '.join(missing)}' {verb} not exist"
        raise Refusal("InvalidKeyPair.NotFound", text)
    if names or ids:
        pairs = [p for p in pairs if p.key_name in names or p.id in ids]
    pairs = matching(pairs, asked.get("Filters", []), _values)
    public = asked.get("IncludePublicKey", False)
    return wire.answer(call, {"KeyPairs": [_row(pair, public) for pair in pairs]})


def _row(pair: Any, public: bool) -> dict[str, Any]:
    row = {
        "KeyPairId": pair.id,
        "KeyName": pair.key_name,
        "KeyType": pair.key_type,
        "KeyFingerprint": pair.key_fingerprint,
        "CreateTime": pair.create_time,
        "Tags": [{"Key": t["key"], "Value": t["value"]} for t in pair.get_tags()],
    }
    if public:
        row["PublicKey"] = pair.public_key.strip()
    return row


def _values(pair: Any, name: str) -> list[str] | None:
    own = ("fingerprint", "key-name", "key-pair-id")
    if pair is None:
        return [] if name in own or tag_values({}, name) is not None else None
    values = {
        "fingerprint": pair.key_fingerprint,
        "key-name": pair.key_name,
        "key-pair-id": pair.id,
    }
    if name in values:
        return [values[name]]
    return tag_values({t["key"]: t["value"] for t in pair.get_tags()}, name)
