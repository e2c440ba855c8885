"""Every request's signature, date and session token are verified."""

import datetime
import hashlib
import http.client
import urllib.parse

import pytest
from api_harness import api, mine, refusal, stranger  # noqa: F401
from botocore.auth import S3SigV4Auth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

FORM = "Action=DescribeRegions&Version=2016-11-15"
FORM_TYPE = "application/x-www-form-urlencoded; charset=utf-8"


def signed(
    caller, service="ec2", method="POST", path="/", body=FORM, region="us-east-1", **options
):
    """A signed request that a test may spoil before it is sent."""
    headers = {"Content-Type": FORM_TYPE} if isinstance(body, str) else {}
    credentials = Credentials(caller.access_key, caller.secret_key, caller.token)
    request = AWSRequest(method, caller.endpoint + path, headers=headers, data=body)
    auth = options.get("auth", S3SigV4Auth if service == "s3" else SigV4Auth)
    signer = auth(credentials, service, region)
    at = options.get("at")
    if at is None:
        signer.add_auth(request)
    else:
        request.context["timestamp"] = at.strftime("%Y%m%dT%H%M%SZ")
        signer._modify_request_before_signing(request)
        canonical = signer.canonical_request(request)
        signature = signer.signature(signer.string_to_sign(request, canonical), request)
        signer._inject_signature_to_request(request, signature)
    return request


def send(caller, request, path=None, body=None):
    """(status, body, headers) of a request sent as it stands."""
    url = urllib.parse.urlsplit(request.url)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    target = path or urllib.parse.urlunsplit(("", "", url.path, url.query, ""))
    headers = {name: value for name, value in request.headers.items()}
    connection.request(request.method, target, request.data if body is None else body, headers)
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), dict(answer.getheaders())


def now(**shift):
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**shift)


def test_a_right_signature_passes(api):
    status, body, _ = send(api, signed(api))
    assert status == 200 and "eu-west-1" in body


def test_a_session_is_known_by_its_account(api):
    caller = stranger(api)
    identity = caller.client("sts").get_caller_identity()
    assert identity["Account"] != api.client("sts").get_caller_identity()["Account"]
    assert ":assumed-role/tester/test" in identity["Arn"]


def test_the_root_key_is_root(api):
    assert api.client("sts").get_caller_identity()["Arn"] == "arn:aws:iam::123456789012:root"


def test_keys_of_users_and_session_tokens_are_known(api):
    iam = api.client("iam")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    pair = {
        "aws_access_key_id": key["AccessKeyId"],
        "aws_secret_access_key": key["SecretAccessKey"],
    }
    assert api.client("sts", **pair).get_caller_identity()["Arn"].endswith(":user/ann")
    session = api.client("sts").get_session_token(DurationSeconds=900)["Credentials"]
    temporary = {
        "aws_access_key_id": session["AccessKeyId"],
        "aws_secret_access_key": session["SecretAccessKey"],
        "aws_session_token": session["SessionToken"],
    }
    assert api.client("ec2", **temporary).describe_regions()["Regions"]
    iam.update_access_key(UserName="ann", AccessKeyId=key["AccessKeyId"], Status="Inactive")
    code, status, _ = refusal(api.client("sts", **pair).get_caller_identity)
    assert (code, status) == ("InvalidClientTokenId", 403)


WRONG_SECRET = {
    "ec2": ("describe_regions", "SignatureDoesNotMatch", 403),
    "sts": ("get_caller_identity", "SignatureDoesNotMatch", 403),
    "ssm": ("describe_parameters", "InvalidSignatureException", 400),
    "efs": ("describe_file_systems", "InvalidSignatureException", 403),
    "s3": ("list_buckets", "SignatureDoesNotMatch", 403),
}
UNKNOWN_KEY = {
    "ec2": ("describe_regions", "AuthFailure", 401),
    "sts": ("get_caller_identity", "InvalidClientTokenId", 403),
    "ssm": ("describe_parameters", "UnrecognizedClientException", 400),
    "efs": ("describe_file_systems", "UnrecognizedClientException", 403),
    "s3": ("list_buckets", "InvalidAccessKeyId", 403),
}


@pytest.mark.parametrize("service", WRONG_SECRET)
def test_a_wrong_secret_is_refused(api, service):
    method, code, status = WRONG_SECRET[service]
    client = api.client(service, aws_secret_access_key="x" * 40)
    assert refusal(getattr(client, method))[:2] == (code, status)


@pytest.mark.parametrize("service", UNKNOWN_KEY)
def test_an_unknown_key_is_refused(api, service):
    method, code, status = UNKNOWN_KEY[service]
    client = api.client(service, aws_access_key_id="AKIAUNKNOWNUNKNOWN00")
    assert refusal(getattr(client, method))[:2] == (code, status)


@pytest.mark.parametrize("service", UNKNOWN_KEY)
def test_a_missing_and_a_wrong_token_are_refused(api, service):
    method, code, status = UNKNOWN_KEY[service]
    if service == "s3":
        code, status = "InvalidToken", 400
    caller = stranger(api)
    for token in (None, caller.token + "x"):
        client = caller.client(service, aws_session_token=token)
        assert refusal(getattr(client, method))[:2] == (code, status)


def test_a_token_with_a_lasting_key_is_refused(api):
    client = api.client("ec2", aws_session_token="surplus")
    assert refusal(client.describe_regions)[:2] == ("AuthFailure", 401)


def test_a_tampered_body_is_refused(api):
    request = signed(api)
    status, body, _ = send(api, request, body=FORM.replace("Regions", "Vpcsxxx"))
    assert status == 403 and "<Code>SignatureDoesNotMatch</Code>" in body


def test_a_tampered_header_is_refused(api):
    request = signed(api)
    request.headers.replace_header("Content-Type", FORM_TYPE + ";")
    assert send(api, request)[0] == 403


def test_a_tampered_query_is_refused(api):
    request = signed(api, method="GET", path="/?Version=2016-11-15&Action=DescribeRegions", body="")
    assert send(api, request)[0] == 200
    assert send(api, request, path="/?Version=2016-11-15&Action=DescribeVpcs")[0] == 403


def test_an_unsigned_amz_header_is_refused(api):
    request = signed(api)
    request.headers["X-Amz-Extra"] = "1"
    status, body, headers = send(api, request)
    assert status == 403 and "x-amz-extra" in headers["x-lab-refusal"]


def test_a_token_that_is_not_signed_is_refused(api):
    caller = stranger(api)
    request = signed(caller)
    names = request.headers["Authorization"]
    request.headers.replace_header("Authorization", names.replace(";x-amz-security-token", ""))
    assert send(caller, request)[0] == 403


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_date_more_than_five_minutes_off_is_refused(api, minutes):
    status, body, _ = send(api, signed(api, at=now(minutes=minutes)))
    assert status == 400 and "<Code>RequestExpired</Code>" in body
    form = "Action=GetCallerIdentity&Version=2011-06-15"
    status, body, _ = send(api, signed(api, "sts", body=form, at=now(minutes=minutes)))
    words = "Signature expired" if minutes < 0 else "Signature not yet current"
    assert status == 403 and words in body and "SignatureDoesNotMatch" in body
    status, body, _ = send(api, signed(api, "s3", "GET", body="", at=now(minutes=minutes)))
    assert status == 200
    status, body, _ = send(api, signed(api, "s3", "GET", body="", at=now(minutes=3 * minutes)))
    assert status == 403 and "RequestTimeTooSkewed" in body


def test_a_date_four_minutes_off_passes(api):
    assert send(api, signed(api, at=now(minutes=-4)))[0] == 200


def test_the_scope_must_fit_the_request(api):
    status, body, _ = send(api, signed(api, service="sts"))
    assert status == 403 and "scoped to correct service: 'ec2'" in body
    assert "<Response><Errors>" in body
    status, body, _ = send(api, signed(api, region="mars-north-1"))
    assert status == 401 and "AuthFailure" in body
    request = signed(api)
    stamp = request.headers["Authorization"]
    today = now().strftime("%Y%m%d")
    request.headers.replace_header("Authorization", stamp.replace(f"/{today}/", "/20200101/"))
    status, body, _ = send(api, request)
    assert status == 403 and "Date in Credential scope does not match" in body


def test_an_unsigned_request_is_refused(api):
    for body, status, code in (
        (FORM, 400, "MissingParameter"),
        ("Action=GetCallerIdentity&Version=2011-06-15", 403, "MissingAuthenticationToken"),
    ):
        request = signed(api, body=body)
        del request.headers["Authorization"]
        got, answer, _ = send(api, request)
        assert got == status and code in answer


def test_a_malformed_authorization_is_incomplete(api):
    request = signed(api)
    request.headers.replace_header("Authorization", "AWS4-HMAC-SHA256 Credential=x")
    status, body, _ = send(api, request)
    assert status == 400 and "IncompleteSignature" in body


def test_web_identities_need_no_signature(api):
    from botocore import UNSIGNED
    from botocore.config import Config

    client = api.client("sts", config=Config(signature_version=UNSIGNED))
    answer = client.assume_role_with_web_identity(
        RoleArn="arn:aws:iam::123456789012:role/web",
        RoleSessionName="web",
        WebIdentityToken="token",
    )
    assert answer["Credentials"]["SessionToken"]


def test_presigned_requests_are_verified(api):
    path = "/?Action=DescribeRegions&Version=2016-11-15"
    request = signed(api, method="GET", path=path, body="", auth=SigV4QueryAuth)
    del request.headers["Content-Type"]
    status, body, _ = send(api, request)
    assert status == 200 and "eu-west-1" in body
    request.url = request.url.replace("DescribeRegions", "DescribeVpcs")
    assert send(api, request)[0] == 403
    old = signed(api, method="GET", path=path, body="", auth=SigV4QueryAuth, at=now(hours=-2))
    assert "RequestExpired" in send(api, old)[1]


def test_paths_and_queries_are_taken_raw(api):
    s3 = api.client("s3")
    s3.create_bucket(Bucket="paths")
    for key in ("a b/c+d~e", "dots/../up", "double//slash", "ümläut/日本", "50%/x?y=z&w"):
        s3.put_object(Bucket="paths", Key=key, Body=key.encode())
        assert s3.get_object(Bucket="paths", Key=key)["Body"].read() == key.encode()
    ssm = api.client("ssm")
    ssm.put_parameter(Name="/a b/c+d", Value="1 + 1", Type="String")
    assert ssm.get_parameter(Name="/a b/c+d")["Parameter"]["Value"] == "1 + 1"


def test_a_body_that_differs_from_its_stated_hash_is_refused(api):
    api.client("s3").create_bucket(Bucket="hashes")
    request = signed(api, "s3", "PUT", "/hashes/key", body=b"right")
    assert request.headers["X-Amz-Content-SHA256"] == hashlib.sha256(b"right").hexdigest()
    status, body, _ = send(api, request, body=b"wrong")
    assert status == 400 and "XAmzContentSHA256Mismatch" in body
