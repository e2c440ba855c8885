"""What the lab can do to single calls: rows of the list of behaviours that simulators forget.

A test's name says its row.
"""

import datetime
import http.client
import time
import urllib.parse

import pytest
from api_harness import SPOT, api, ec2, image, launch, mine, refusal, stranger  # noqa: F401
from botocore.config import Config
from botocore.exceptions import (
    ConnectionClosedError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from botocore.parsers import ResponseParserError
from fleet_harness import asked, create, ids, pools, template
from test_api_signatures import FORM, send, signed


def test_row_01_a_flipped_byte_is_refused(api):
    request = signed(api)
    status, body, _ = send(api, request, body=FORM.replace("Regions", "regions").encode())
    assert status == 403 and "SignatureDoesNotMatch" in body


def test_row_02_a_skewed_clock_is_refused_with_the_lab_s_own_date(api):
    with api.set(clock=3600):
        status, body, headers = send(api, signed(api))
        assert status == 400 and "RequestExpired" in body
        date = datetime.datetime.strptime(headers["Date"], "%a, %d %b %Y %H:%M:%S %Z")
        ahead = date - datetime.datetime.now(datetime.timezone.utc).replace(tzinfo=None)
        assert 3590 < ahead.total_seconds() < 3610
        corrected = datetime.datetime.now(datetime.timezone.utc) + ahead
        assert send(api, signed(api, at=corrected))[0] == 200
    with api.set(clock=-3600):
        assert refusal(api.client("ssm").describe_parameters)[0] == "InvalidSignatureException"
        assert refusal(api.client("s3").list_buckets)[0] == "RequestTimeTooSkewed"
        assert refusal(api.client("sts").get_caller_identity)[0] == "SignatureDoesNotMatch"
    assert send(api, signed(api))[0] == 200


def test_row_03_a_token_that_is_not_signed_is_refused(api, mine):
    request = signed(mine)
    del request.headers["X-Amz-Security-Token"]
    status, body, _ = send(mine, request)
    assert status == 401 and "AuthFailure" in body


@pytest.mark.parametrize(
    ("service", "call", "code", "status"),
    [
        ("ec2", "describe_vpcs", "RequestExpired", 400),
        ("sts", "get_caller_identity", "ExpiredToken", 403),
        ("ssm", "describe_parameters", "ExpiredTokenException", 400),
        ("efs", "describe_file_systems", "ExpiredTokenException", 403),
        ("s3", "list_buckets", "ExpiredToken", 400),
    ],
)
def test_row_04_a_token_expires_in_the_middle(api, mine, service, call, code, status):
    with api.fault("expired-token", access_key=mine.access_key, skip=1):
        client = mine.client(service)
        getattr(client, call)()
        for _ in range(2):  # for good: only other credentials help
            assert refusal(getattr(client, call))[:2] == (code, status)
        getattr(stranger(api).client(service), call)()
    getattr(client, call)()


def test_row_05_throttling_bursts_and_may_say_how_long_to_wait(api, mine, ec2):
    choice = {"access_key": mine.access_key, "headers": {"Retry-After": "7"}}
    with api.fault("throttle", count=4, **choice):
        for _ in range(4):
            assert refusal(ec2.describe_vpcs)[:2] == ("RequestLimitExceeded", 503)
        ec2.describe_vpcs()
    with api.fault("error", code="Throttling", status=400, **choice):
        status, _, headers = send(mine, signed(mine))
        assert (status, headers["Retry-After"]) == (400, "7")


def test_row_07_the_same_token_for_something_else_is_refused(mine, ec2):
    made = launch(mine, ClientToken="one")[0]["InstanceId"]
    assert launch(mine, ClientToken="one")[0]["InstanceId"] == made
    code = refusal(launch, caller=mine, ClientToken="one", InstanceType="t3.medium")[0]
    assert code == "IdempotentParameterMismatch"


def test_row_08_an_answer_is_lost_after_the_launch(api, mine, ec2):
    with api.fault("drop-answer", action="RunInstances"):
        with pytest.raises(ConnectionClosedError):
            launch(mine, ClientToken="lost")
    filters = [{"Name": "client-token", "Values": ["lost"]}]
    found = ec2.describe_instances(Filters=filters)["Reservations"]
    assert [len(reservation["Instances"]) for reservation in found] == [1]
    again = launch(mine, ClientToken="lost")[0]["InstanceId"]
    assert found[0]["Instances"][0]["InstanceId"] == again


@pytest.mark.parametrize("kind", ["error", "html", "empty"])
def test_row_08_an_error_can_hide_an_effect(api, mine, ec2, kind):
    with api.fault(kind, action="CreateSecurityGroup", status=503, effect=True):
        status = raw(mine, "CreateSecurityGroup", GroupName="g", GroupDescription="d")[0]
    assert status == 503
    filters = [{"Name": "group-name", "Values": ["g"]}]
    assert len(ec2.describe_security_groups(Filters=filters)["SecurityGroups"]) == 1


def raw(caller, action, **parameters):
    """(status, body, headers) of an EC2 call, read by nothing."""
    form = {"Action": action, "Version": "2016-11-15", **parameters}
    return send(caller, signed(caller, body=urllib.parse.urlencode(form)))


def test_row_09_new_ids_are_not_found_for_a_while(api, mine, ec2):
    with api.set(eventual=2.0, time_scale=1.0):
        instance = launch(mine)[0]["InstanceId"]
        group = ec2.create_security_group(GroupName="g", Description="d")["GroupId"]
        code = refusal(ec2.describe_instances, InstanceIds=[instance])[0]
        assert code == "InvalidInstanceID.NotFound"
        code = refusal(ec2.describe_security_groups, GroupIds=[group])[0]
        assert code == "InvalidGroup.NotFound"
        assert not ec2.describe_instances()["Reservations"]
        time.sleep(2.1)
        assert ec2.describe_instances(InstanceIds=[instance])["Reservations"]
        assert ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]


def test_row_09_what_a_template_names_may_not_be_known_yet(api, mine, ec2):
    ami = image(mine)
    with api.set(eventual=2.0, time_scale=1.0):
        group = ec2.create_security_group(GroupName="g", Description="d")["GroupId"]
        specification = template(mine, SecurityGroupIds=[group])  # only writes it down
        pair = ec2.create_key_pair(KeyName="k")["KeyName"]
        assert refusal(ec2.describe_key_pairs, KeyNames=[pair])[0] == "InvalidKeyPair.NotFound"
        assert (
            refusal(launch, caller=mine, ImageId=ami, KeyName=pair)[0] == "InvalidKeyPair.NotFound"
        )
        code = refusal(launch, caller=mine, ImageId=ami, SecurityGroupIds=[group])[0]
        assert code == "InvalidGroup.NotFound"
        time.sleep(2.1)
        group = ec2.create_security_group(GroupName="h", Description="d")["GroupId"]
        ec2.create_launch_template_version(
            LaunchTemplateId=specification["LaunchTemplateId"],
            LaunchTemplateData={"ImageId": ami, "SecurityGroupIds": [group]},
        )
        fleet = create(ec2, specification, pools(["t3.small"], ["us-east-1a"]))
        assert [error["ErrorCode"] for error in fleet["Errors"]] == ["InvalidGroup.NotFound"]
        time.sleep(2.1)
        assert launch(mine, ImageId=ami, KeyName=pair, SecurityGroupIds=[group])


def test_row_08_the_answer_of_a_fleet_is_lost(api, mine, ec2):
    request = asked(template(mine), pools(["t3.small"], ["us-east-1a"]), ClientToken="lost")
    with api.fault("drop-answer", action="CreateFleet"):
        with pytest.raises(ConnectionClosedError):
            ec2.create_fleet(**request)
    ec2.delete_launch_template(LaunchTemplateName="fleet")
    (instance,) = ids(ec2.create_fleet(**request))
    found = ec2.describe_instances()["Reservations"]
    assert [row["Instances"][0]["InstanceId"] for row in found] == [instance]


def test_row_10_not_found_can_be_a_lie(api, mine, ec2):
    named = {"InstanceIds": [launch(mine)[0]["InstanceId"]]}
    lie = {"code": "InvalidInstanceID.NotFound", "status": 400, "action": "TerminateInstances"}
    with api.fault("error", **lie):
        assert refusal(ec2.terminate_instances, **named)[0] == "InvalidInstanceID.NotFound"
    state = ec2.describe_instances(**named)["Reservations"][0]["Instances"][0]["State"]["Name"]
    assert state in ("pending", "running")


def test_row_12_any_code_can_come_with_any_message(api, mine, ec2):
    told = {"code": "InvalidParameterValue", "status": 400, "message": "Value (x) is <odd>"}
    with api.fault("error", action="DescribeVpcs", **told):
        assert refusal(ec2.describe_vpcs) == ("InvalidParameterValue", 400, "Value (x) is <odd>")


def test_row_39_pages_of_html_and_empty_answers(api, mine, ec2):
    with api.fault("html", status=503, action="DescribeVpcs"):
        status, body, headers = raw(mine, "DescribeVpcs")
        assert (status, headers["Content-Type"]) == (503, "text/html") and "<html>" in body
    with api.fault("empty", status=500, action="DescribeVpcs"):
        status, body, _ = raw(mine, "DescribeVpcs")
        assert (status, body) == (500, "")


def test_row_39_half_an_answer_in_both_forms(api, mine, ec2):
    with api.fault("half", action="DescribeVpcs"):
        with pytest.raises(ResponseParserError):
            ec2.describe_vpcs()
    with api.fault("truncate", action="DescribeVpcs"):
        with pytest.raises(http.client.IncompleteRead):
            raw(mine, "DescribeVpcs")


def test_row_39_an_answer_that_stands_still(api, mine):
    impatient = mine.client("ec2", config=Config(retries={"total_max_attempts": 1}, read_timeout=1))
    with api.set(time_scale=1.0):
        with api.fault("stall", action="DescribeVpcs", seconds=30):
            started = time.monotonic()
            with pytest.raises((ReadTimeoutError, ResponseStreamingError, IncompleteReadError)):
                impatient.describe_vpcs()
            assert 0.9 < time.monotonic() - started < 10


def test_row_33_listings_come_in_pages_of_one(api, mine, ec2):
    launch(mine, MaxCount=1), launch(mine), launch(mine)
    groups = len(ec2.describe_security_groups()["SecurityGroups"])
    with api.set(pages={"size": 1, "empty": True}):
        first = ec2.describe_instances()
        assert first["Reservations"] == [] and first["NextToken"]
        found = list(ec2.get_paginator("describe_instances").paginate())
        assert [len(page["Reservations"]) for page in found] == [0, 1, 1, 1]
        assert "NextToken" not in found[-1]
        named = {r["Instances"][0]["InstanceId"] for p in found for r in p["Reservations"]}
        assert len(named) == 3
        pages = ec2.get_paginator("describe_security_groups").paginate()
        assert len([g for page in pages for g in page["SecurityGroups"]]) == groups
        pages = ec2.get_paginator("describe_instance_types").paginate(
            InstanceTypes=["t3.small", "m5.large"]
        )
        assert len([row for page in pages for row in page["InstanceTypes"]]) == 2


def test_row_33_json_and_rest_listings_have_pages_too(api, mine):
    names = [f"/p/{n}" for n in range(3)]
    ssm, efs = mine.client("ssm"), mine.client("efs")
    for name in names:
        ssm.put_parameter(Name=name, Value="v", Type="String")
        efs.create_file_system(CreationToken=name)
    with api.set(pages={"size": 2}):
        pages = list(ssm.get_paginator("get_parameters_by_path").paginate(Path="/p"))
        assert [[p["Name"] for p in page["Parameters"]] for page in pages] == [names[:2], names[2:]]
        pages = list(efs.get_paginator("describe_file_systems").paginate())
        assert [len(page["FileSystems"]) for page in pages] == [2, 1]


def test_row_33_a_token_can_repeat_itself(api, mine, ec2):
    with api.set(pages={"size": 1, "repeat": True, "action": "DescribeSubnets"}):
        token = ec2.describe_subnets()["NextToken"]
        for _ in range(2):
            page = ec2.describe_subnets(NextToken=token)
            assert page["NextToken"] == token and len(page["Subnets"]) == 1
        assert "NextToken" not in ec2.describe_vpcs()
