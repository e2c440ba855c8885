"""Every credential that the lab has issued: its root key, IAM users' keys and STS sessions.

AWS knows a request's account and principal by its access key. moto takes any key, and answers
GetSessionToken and GetFederationToken with one constant key that names nobody. Here sessions are
really issued, expire, and are known again when a request is signed with them; the root key is told
by GetCallerIdentity as what it is.
"""

from __future__ import annotations

import datetime
import secrets
import string
from dataclasses import dataclass

from moto.iam.models import iam_backends
from moto.sts.models import sts_backends

from ..pipeline import DEFAULT_ACCOUNT, Answer, Call, Repair
from . import wire
from .authorization import principal

_ALPHABET = string.ascii_uppercase + string.digits


@dataclass(frozen=True)
class Credential:
    """A key that a request may be signed with."""

    access_key: str
    secret_key: str
    token: str | None
    account: str
    expiration: datetime.datetime | None = None

    @property
    def expired(self) -> bool:
        return self.expiration is not None and self.expiration <= _now()


class Credentials:
    """Looks credentials up by access key: the lab's root key, moto's, and the sessions issued."""

    def __init__(self) -> None:
        self._sessions: dict[str, Credential] = {}

    def find(self, access_key: str, cloud) -> Credential | None:
        """The credential of a key that may be used, expired or not."""
        if access_key == cloud.settings.access_key:
            return Credential(access_key, cloud.settings.secret_key, None, DEFAULT_ACCOUNT)
        return self._sessions.get(access_key) or _issued_by_moto(access_key)

    def issue(self, account: str, seconds: int) -> Credential:
        """A new session of `account`."""
        session = Credential(
            access_key="ASIA" + "".join(secrets.choice(_ALPHABET) for _ in range(16)),
            secret_key=secrets.token_urlsafe(30),
            token="FwoGZXIvYXdzE" + secrets.token_urlsafe(240),
            account=account,
            expiration=_now() + datetime.timedelta(seconds=seconds),
        )
        self._sessions[session.access_key] = session
        return session


class Sessions(Repair):
    """GetSessionToken, GetFederationToken and GetCallerIdentity with real keys."""

    def __init__(self, credentials: Credentials):
        self._credentials = credentials

    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "sts":
            return None
        if call.action in ("GetSessionToken", "GetFederationToken"):
            return self._issue(call)
        if call.action == "GetCallerIdentity" and call.access_key == cloud.settings.access_key:
            arn = principal(call, cloud)
            identity = {"UserId": call.account, "Account": call.account, "Arn": arn}
            return wire.answer(call, identity)
        return None

    def _issue(self, call: Call) -> Answer:
        asked = wire.parameters(call)
        session = self._credentials.issue(call.account, int(asked.get("DurationSeconds", 43200)))
        result = {
            "Credentials": {
                "AccessKeyId": session.access_key,
                "SecretAccessKey": session.secret_key,
                "SessionToken": session.token,
                "Expiration": session.expiration,
            }
        }
        if call.action == "GetFederationToken":
            name = asked.get("Name", "")
            result["FederatedUser"] = {
                "FederatedUserId": f"{call.account}:{name}",
                "Arn": f"arn:aws:sts::{call.account}:federated-user/{name}",
            }
        return wire.answer(call, result)


def _issued_by_moto(access_key: str) -> Credential | None:
    for account, partitions in list(iam_backends.items()):
        for partition, backend in list(partitions.items()):
            key = backend.access_keys.get(access_key)
            if key is None:
                continue
            if key.role_arn is None:
                active = key.status == "Active"
                found = Credential(access_key, key.secret_access_key, None, account)
                return found if active else None
            roles = sts_backends[account][partition].assumed_roles
            role = next((r for r in roles if r.access_key_id == access_key), None)
            if role is None:
                return None
            until = role.expiration.replace(tzinfo=datetime.timezone.utc)
            secret, token = role.secret_access_key, role.session_token
            return Credential(access_key, secret, token, account, until)
    return None


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.timezone.utc)
