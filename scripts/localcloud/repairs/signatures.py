"""Every request's signature, date and session token, verified before anything else looks at it.

AWS recomputes the Signature Version 4 of each request (General Reference, "Signing AWS API
requests"), refuses dates more than 5 minutes off (15 for S3) and tokens that do not belong to the
key, each service in its protocol's words. moto accepts any signature, and so would hide a broken
signer. botocore's signers recompute it here from the raw request: an implementation that shares
nothing with the clients under test. There is no way to turn this off.

A refusal carries the reason in the header `x-lab-refusal`, with the canonical request that the
signature should have covered; AWS sends the latter for S3 only.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from moto.ec2 import ec2_backends

from ..pipeline import DEFAULT_ACCOUNT, Answer, Call, Repair
from .credentials import Credential, Credentials
from .refusals import Reason, refusal
from .signed_request import SignedRequest, Unreadable

_UNSIGNED_ACTIONS = frozenset({"AssumeRoleWithWebIdentity", "AssumeRoleWithSAML"})
_UNSIGNED_PATHS = re.compile(
    r"/(federation/credentials|assignment/\w+|logout|token|client/register|device_authorization"
    r"|v1/token)/?"
)
_SERVICE_OF_VERSION = {
    "2016-11-15": "ec2",
    "2011-06-15": "sts",
    "2010-05-08": "iam",
    "2011-01-01": "autoscaling",
    "2010-08-01": "monitoring",
}
_SERVICE_OF_TARGET = {
    "AmazonSSM": "ssm",
    "AmazonSQS": "sqs",
    "DynamoDB_20120810": "dynamodb",
    "AWSPriceListService": "pricing",
    "ServiceQuotasV20190624": "servicequotas",
    "AWSEvents": "events",
    "Logs_20140328": "logs",
    "ResourceGroupsTaggingAPI_20170126": "tagging",
}
_HASH = re.compile(r"[0-9a-f]{64}")
_EMPTY_HASH = hashlib.sha256(b"").hexdigest()


class Signatures(Repair):
    """Refuses what AWS would refuse, and tells moto whose call it is."""

    gate = True

    def __init__(self, credentials: Credentials):
        self._credentials = credentials

    def before(self, call: Call, cloud) -> Answer | None:
        call.environ.pop("HTTP_X_MOTO_ACCOUNT_ID", None)
        if _may_be_unsigned(call):
            # moto would look through every account there is for a key that is not there.
            call.environ["HTTP_X_MOTO_ACCOUNT_ID"] = call.account
            return None
        _correct_service(call)
        try:
            signed = SignedRequest.read(call.environ)
        except Unreadable as problem:
            return refusal(call, problem.reason, str(problem))
        wrong = _date_problem(call, signed, cloud.settings.clock) or _scope_problem(call, signed)
        if wrong:
            return refusal(call, *wrong)
        credential = self._credentials.find(signed.access_key, cloud)
        wrong = _credential_problem(signed, credential)
        if wrong:
            return refusal(call, *wrong)
        wrong = _signature_problem(call, signed, credential)
        if wrong:
            return refusal(call, *wrong)
        _introduce(call, signed, credential)
        return None


def _may_be_unsigned(call: Call) -> bool:
    """Whether AWS takes this call without a signature, and it has none."""
    if "HTTP_AUTHORIZATION" in call.environ or "X-Amz-Signature" in call.query:
        return False
    if call.action in _UNSIGNED_ACTIONS:
        call.service, call.account = "sts", DEFAULT_ACCOUNT
        return True
    return bool(_UNSIGNED_PATHS.fullmatch(call.environ.get("PATH_INFO", "")))


def _expected_service(call: Call) -> str:
    """The service that the request is meant for, told by what it asks."""
    if call.form is not None and call.form.get("Version") in _SERVICE_OF_VERSION:
        return _SERVICE_OF_VERSION[call.form["Version"]]
    target = call.environ.get("HTTP_X_AMZ_TARGET", "").rsplit(".", 1)[0]
    return _SERVICE_OF_TARGET.get(target, call.service)


def _correct_service(call: Call) -> None:
    """Lets errors take the shape of the service that is asked, whatever the scope says."""
    expected = _expected_service(call)
    if expected != call.service and call.form is not None:
        call.protocol = "ec2" if expected == "ec2" else "query"
    if expected == "s3":
        call.protocol, call.form = "rest-xml", None
    call.service = expected


def _date_problem(call: Call, signed: SignedRequest, clock: float) -> tuple[Reason, str] | None:
    """`clock` is how many seconds the lab's clock is ahead."""
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=clock)
    if signed.expires is not None:
        if now > signed.date + datetime.timedelta(seconds=signed.expires):
            return Reason.EXPIRED_URL, "Request has expired"
        if signed.date <= now:
            return None
    minutes = 15 if call.service == "s3" else 5
    if abs(now - signed.date) <= datetime.timedelta(minutes=minutes):
        return None
    late = signed.date < now
    limit = now + datetime.timedelta(minutes=-minutes if late else minutes)
    words = ("expired", "now earlier", "-") if late else ("not yet current", "still later", "+")
    return Reason.DATE, (
        f"Signature {words[0]}: {signed.timestamp} is {words[1]} than {limit:%Y%m%dT%H%M%SZ} "
        f"({now:%Y%m%dT%H%M%SZ} {words[2]} {minutes} min.)"
    )


def _scope_problem(call: Call, signed: SignedRequest) -> tuple[Reason, str] | None:
    if signed.scope_date != signed.timestamp[:8]:
        return Reason.SCOPE, (
            f"Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from "
            f"HTTP: '{signed.scope_date}' != '{signed.timestamp[:8]}', from '{signed.timestamp}'."
        )
    if signed.service != call.service:
        return Reason.SCOPE, f"Credential should be scoped to correct service: '{call.service}'. "
    if signed.region not in ec2_backends[DEFAULT_ACCOUNT].regions:
        text = f"Credential should be scoped to a valid region, not '{signed.region}'. "
        return Reason.REGION, text
    return None


def _credential_problem(
    signed: SignedRequest, credential: Credential | None
) -> tuple[Reason, str] | None:
    if credential is None:
        return Reason.UNKNOWN_KEY, "no such access key"
    if signed.token != credential.token:
        return Reason.TOKEN, "the session token does not belong to the access key"
    if credential.expired:
        return Reason.EXPIRED_TOKEN, "the session has expired"
    return None


def _signature_problem(
    call: Call, signed: SignedRequest, credential: Credential
) -> tuple[Reason, str] | None:
    unsigned = signed.unsigned_headers()
    if unsigned:
        return Reason.SIGNATURE, f"headers present but not signed: {', '.join(unsigned)}"
    payload = _payload_hash(call, signed)
    if payload is None:
        return Reason.PAYLOAD, "x-amz-content-sha256 does not match the body"
    basis = S3SigV4Auth if call.service == "s3" else SigV4Auth
    auth = basis(credential, signed.service, signed.region)
    auth.headers_to_sign = lambda _request: signed.headers
    request = AWSRequest(method=call.environ["REQUEST_METHOD"], url=signed.url)
    request.params = signed.query
    request.headers["X-Amz-Content-SHA256"] = payload
    request.context["timestamp"] = signed.timestamp
    canonical = auth.canonical_request(request)
    expected = auth.signature(auth.string_to_sign(request, canonical), request)
    if hmac.compare_digest(expected, signed.signature):
        return None
    return Reason.SIGNATURE, "the canonical request is " + ascii(canonical)


def _payload_hash(call: Call, signed: SignedRequest) -> str | None:
    """What stands for the body in the canonical request; None when its stated hash is wrong."""
    stated = call.environ.get("HTTP_X_AMZ_CONTENT_SHA256")
    actual = hashlib.sha256(call.body).hexdigest()
    if call.service == "s3":
        if signed.expires is not None:
            return stated or "UNSIGNED-PAYLOAD"
        if stated is None:
            return None
        return None if _HASH.fullmatch(stated) and stated != actual else stated
    return actual if stated in (None, actual) else None


def _introduce(call: Call, signed: SignedRequest, credential: Credential) -> None:
    """moto takes the account from a header of its own, and would take the region from the agent."""
    call.account, call.region = credential.account, signed.region
    environ = call.environ
    environ["HTTP_X_MOTO_ACCOUNT_ID"] = credential.account
    agent = environ.get("HTTP_USER_AGENT", "")
    environ["HTTP_USER_AGENT"] = re.sub(r"region/\S+", "", agent)
    if signed.expires is not None:
        scope = f"{signed.scope_date}/{signed.region}/{signed.service}"
        environ["HTTP_AUTHORIZATION"] = (
            f"AWS4-HMAC-SHA256 Credential={signed.access_key}/{scope}/aws4_request, "
            f"SignedHeaders=host, Signature={signed.signature}"
        )
