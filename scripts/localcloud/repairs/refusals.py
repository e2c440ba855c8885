"""How each kind of AWS service words the refusal of a request's credentials.

Evidence: EC2's SignatureDoesNotMatch body in aws-cli issue 134, MissingParameter in kitchen-ec2
issue 440, AuthFailure and RequestExpired in the EC2 API reference ("Error codes"); the query
services' "Common errors" pages (InvalidClientTokenId, IncompleteSignature,
MissingAuthenticationToken); the JSON services' UnrecognizedClientException and
InvalidSignatureException; S3's "Error responses".
"""

from __future__ import annotations

import enum

from ..pipeline import Answer, Call


class Reason(enum.Enum):
    """Why a request was refused."""

    UNSIGNED = enum.auto()
    INCOMPLETE = enum.auto()
    DATE = enum.auto()
    EXPIRED_URL = enum.auto()
    SCOPE = enum.auto()
    REGION = enum.auto()
    UNKNOWN_KEY = enum.auto()
    TOKEN = enum.auto()
    EXPIRED_TOKEN = enum.auto()
    PAYLOAD = enum.auto()
    SIGNATURE = enum.auto()


_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your AWS "
    "Secret Access Key and signing method. Consult the service documentation for details."
)
_INVALID = "The security token included in the request is invalid."
_EXPIRED = "The security token included in the request is expired"
_NOT_VALIDATED = "AWS was not able to validate the provided access credentials"
_DETAIL = None  # the message is the text that came with the reason

_EC2 = {
    Reason.UNSIGNED: (
        400,
        "MissingParameter",
        "The request must contain the parameter AWSAccessKeyId",
    ),
    Reason.INCOMPLETE: (400, "IncompleteSignature", _DETAIL),
    Reason.DATE: (400, "RequestExpired", "Request has expired."),
    Reason.EXPIRED_URL: (400, "RequestExpired", "Request has expired."),
    Reason.SCOPE: (403, "SignatureDoesNotMatch", _DETAIL),
    Reason.REGION: (401, "AuthFailure", _NOT_VALIDATED),
    Reason.UNKNOWN_KEY: (401, "AuthFailure", _NOT_VALIDATED),
    Reason.TOKEN: (401, "AuthFailure", _NOT_VALIDATED),
    Reason.EXPIRED_TOKEN: (400, "RequestExpired", "Request has expired."),
    Reason.PAYLOAD: (403, "SignatureDoesNotMatch", _MISMATCH),
    Reason.SIGNATURE: (403, "SignatureDoesNotMatch", _MISMATCH),
}
_QUERY = {
    Reason.UNSIGNED: (403, "MissingAuthenticationToken", "Request is missing Authentication Token"),
    Reason.INCOMPLETE: (400, "IncompleteSignature", _DETAIL),
    Reason.DATE: (403, "SignatureDoesNotMatch", _DETAIL),
    Reason.EXPIRED_URL: (403, "SignatureDoesNotMatch", _DETAIL),
    Reason.SCOPE: (403, "SignatureDoesNotMatch", _DETAIL),
    Reason.REGION: (403, "SignatureDoesNotMatch", _DETAIL),
    Reason.UNKNOWN_KEY: (403, "InvalidClientTokenId", _INVALID),
    Reason.TOKEN: (403, "InvalidClientTokenId", _INVALID),
    Reason.EXPIRED_TOKEN: (403, "ExpiredToken", _EXPIRED),
    Reason.PAYLOAD: (403, "SignatureDoesNotMatch", _MISMATCH),
    Reason.SIGNATURE: (403, "SignatureDoesNotMatch", _MISMATCH),
}
_JSON = {
    Reason.UNSIGNED: (400, "MissingAuthenticationTokenException", "Missing Authentication Token"),
    Reason.INCOMPLETE: (400, "IncompleteSignatureException", _DETAIL),
    Reason.DATE: (400, "InvalidSignatureException", _DETAIL),
    Reason.EXPIRED_URL: (400, "InvalidSignatureException", _DETAIL),
    Reason.SCOPE: (400, "InvalidSignatureException", _DETAIL),
    Reason.REGION: (400, "InvalidSignatureException", _DETAIL),
    Reason.UNKNOWN_KEY: (400, "UnrecognizedClientException", _INVALID),
    Reason.TOKEN: (400, "UnrecognizedClientException", _INVALID),
    Reason.EXPIRED_TOKEN: (400, "ExpiredTokenException", _EXPIRED),
    Reason.PAYLOAD: (400, "InvalidSignatureException", _MISMATCH),
    Reason.SIGNATURE: (400, "InvalidSignatureException", _MISMATCH),
}
_S3 = {
    Reason.UNSIGNED: (403, "AccessDenied", "Access Denied"),
    Reason.INCOMPLETE: (400, "AuthorizationHeaderMalformed", _DETAIL),
    Reason.DATE: (
        403,
        "RequestTimeTooSkewed",
        "The difference between the request time and the current time is too large.",
    ),
    Reason.EXPIRED_URL: (403, "AccessDenied", "Request has expired"),
    Reason.SCOPE: (400, "AuthorizationHeaderMalformed", _DETAIL),
    Reason.REGION: (400, "AuthorizationHeaderMalformed", _DETAIL),
    Reason.UNKNOWN_KEY: (
        403,
        "InvalidAccessKeyId",
        "The AWS Access Key Id you provided does not exist in our records.",
    ),
    Reason.TOKEN: (400, "InvalidToken", "The provided token is malformed or otherwise invalid."),
    Reason.EXPIRED_TOKEN: (400, "ExpiredToken", "The provided token has expired."),
    Reason.PAYLOAD: (
        400,
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
    ),
    Reason.SIGNATURE: (
        403,
        "SignatureDoesNotMatch",
        "The request signature we calculated does not match the signature you provided. Check your "
        "key and signing method.",
    ),
}
_WORDS = {"ec2": _EC2, "query": _QUERY, "json": _JSON, "rest-json": _JSON, "rest-xml": _S3}


def refusal(call: Call, reason: Reason, detail: str) -> Answer:
    """The error answer for `reason`; `detail` goes into the message where AWS says as much."""
    status, code, message = _WORDS[call.protocol][reason]
    if call.protocol == "rest-json" and code != "IncompleteSignatureException":
        status = 403
    answer = Answer.error(call, code, detail if message is _DETAIL else message, status)
    answer.headers["x-lab-refusal"] = ascii(f"{reason.name}: {detail}")[1:4000]
    return answer
