"""What the lab cannot answer is an error in the call's protocol, never a page of HTML."""

import json

import pytest
from api_harness import api, ec2, mine, refusal  # noqa: F401
from test_api_signatures import send, signed

NOT_IN_MOTO = {
    "get_spot_placement_scores": {
        "TargetCapacity": 1,
        "InstanceTypes": ["t3.small", "t3.micro", "t3.nano"],
    },
    "describe_fast_launch_images": {},
}


@pytest.mark.parametrize("method", NOT_IN_MOTO)
def test_what_moto_lacks_is_not_implemented(ec2, method):
    code, status, text = refusal(getattr(ec2, method), **NOT_IN_MOTO[method])
    assert (code, status) == ("NotImplemented", 501)
    assert "does not implement" in text


def test_a_filter_that_moto_lacks_is_an_error_too(ec2):
    asked = [{"Name": "colour", "Values": ["red"]}]
    assert refusal(ec2.describe_vpcs, Filters=asked)[:2] == ("NotImplemented", 501)


def test_actions_that_do_not_exist_are_invalid(api):
    status, body, headers = send(api, signed(api, body="Action=Dance&Version=2016-11-15"))
    assert status == 400 and "<Code>InvalidAction</Code>" in body
    assert "xml" in headers["Content-Type"] and "<Response><Errors>" in body
    status, body, _ = send(api, signed(api, "sts", body="Action=Dance&Version=2011-06-15"))
    assert status == 400 and "<ErrorResponse>" in body and "InvalidAction" in body


def test_json_services_say_unknown_operation(api):
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    headers = {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "AmazonSSM.Dance"}
    request = AWSRequest("POST", api.endpoint + "/", headers=headers, data="{}")
    SigV4Auth(Credentials(api.access_key, api.secret_key), "ssm", "us-east-1").add_auth(request)
    status, body, _ = send(api, request)
    assert status == 400 and json.loads(body)["__type"] == "UnknownOperationException"


def test_an_unknown_region_is_refused_in_its_protocol(api):
    code, status, _ = refusal(api.client("ec2", "mars-north-1").describe_vpcs)
    assert (code, status) == ("AuthFailure", 401)
    code, status, text = refusal(api.client("sts", "mars-north-1").get_caller_identity)
    assert (code, status) == ("SignatureDoesNotMatch", 403) and "valid region" in text
