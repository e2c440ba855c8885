"""A caller under an IAM policy may do what the policy says, and nothing else."""

import contextlib
import json
import urllib.error

import pytest
from api_harness import SPOT, api, ec2, image, launch, mine, refusal  # noqa: F401
from fleet_harness import asked, ids, pools, tags, template

ALL = {"Effect": "Allow", "Action": "*", "Resource": "*"}
READ = {
    "Effect": "Allow",
    "Action": ["ec2:Describe*", "ssm:GetParameter", "pricing:*"],
    "Resource": "*",
}
USED = [f"arn:aws:ec2:*:*:{k}/*" for k in ("subnet", "security-group", "launch-template")]
USED.append("arn:aws:ec2:*::image/*")
MADE = [
    f"arn:aws:ec2:*:*:{kind}/*"
    for kind in ("fleet", "instance", "volume", "network-interface", "spot-instances-request")
]
TAGGED = {"StringEquals": {"aws:RequestTag/owner": "me"}}


def allow(action, resource="*", condition=None, **more):
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return {**statement, "Condition": condition} if condition else statement


def deny(action, resource="*", condition=None):
    return {**allow(action, resource, condition), "Effect": "Deny"}


@contextlib.contextmanager
def policy(api, caller, *statements):
    """The caller under a policy, for the length of a block; what was decided is empty before it."""
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    api.order("forget-calls", {})
    api.order("policy", {"document": document, "access_key": caller.access_key})
    try:
        yield
    finally:
        api.clear()


def decided(api, allowed):
    """(action, type of resource) of the decisions."""
    rows = [row for row in api.ask("decisions")["decisions"] if row["allowed"] == allowed]
    return {(row["action"], row["resource"].split(":")[-1].split("/")[0]) for row in rows}


def tagged(mine, **pairs):
    """TagSpecifications of everything that a launch makes."""
    kinds = ("instance", "volume", "network-interface", "spot-instances-request")
    return [tags(kind, **pairs) for kind in kinds]


def launching(*, made=MADE, tag=True):
    """The statements that a tagged launch needs."""
    by = {"StringEquals": {"ec2:CreateAction": ["RunInstances", "CreateFleet"]}}
    return [
        allow(["ec2:RunInstances", "ec2:CreateFleet"], USED),
        allow(["ec2:RunInstances", "ec2:CreateFleet"], made, TAGGED if tag else None),
        allow("ec2:CreateTags", made, {**by, "StringLike": {"aws:RequestTag/owner": "m*"}}),
        allow("iam:CreateServiceLinkedRole", "*", SPOT_ROLE),
    ]


SPOT_ROLE = {"StringEquals": {"iam:AWSServiceName": "spot.amazonaws.com"}}


def test_what_no_statement_allows_is_denied_in_ec2_s_words(api, mine, ec2):
    with policy(api, mine, READ):
        ec2.describe_instances()
        code, status, text = refusal(ec2.create_security_group, GroupName="g", Description="d")
        assert (code, status) == ("UnauthorizedOperation", 403)
        assert "is not authorized to perform: ec2:CreateSecurityGroup on resource: arn:aws" in text
        assert "because no identity-based policy allows the ec2:CreateSecurityGroup action" in text
        assert decided(api, False) == {
            ("ec2:CreateSecurityGroup", k) for k in ("security-group", "vpc")
        }
    assert (
        ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["g"]}])[
            "SecurityGroups"
        ]
        == []
    )
    message = text.rpartition("failure message: ")[2]
    told = mine.client("sts").decode_authorization_message(EncodedMessage=message)
    told = json.loads(told["DecodedMessage"])
    assert not told["allowed"] and told["context"]["action"] == "ec2:CreateSecurityGroup"
    ec2.create_security_group(GroupName="g", Description="d")  # without a policy all is allowed


def test_every_service_denies_in_its_own_words(api, mine):
    with policy(api, mine, READ):
        iam, efs = mine.client("iam"), mine.client("efs")
        code, status, text = refusal(iam.get_role, RoleName="r")
        assert (code, status) == ("AccessDenied", 403) and ":role/r because no identity" in text
        assert refusal(efs.describe_file_systems)[:2] == ("AccessDeniedException", 403)
        ssm = mine.client("ssm")
        found = refusal(ssm.put_parameter, Name="n", Value="v", Type="String")
        assert found[:2] == ("AccessDeniedException", 400)
        assert mine.client("sts").get_caller_identity()["Account"]  # nobody is denied that
        code = refusal(mine.client("dynamodb").list_tables)[:2]
        assert code == ("NotImplemented", 501)  # the lab does not know what it needs


def test_a_dry_run_tells_the_verdict(api, mine, ec2):
    asked_for = {"GroupName": "g", "Description": "d", "DryRun": True}
    with policy(api, mine, allow("ec2:CreateSecurityGroup")):
        assert refusal(ec2.create_security_group, **asked_for)[0] == "DryRunOperation"
        code = refusal(ec2.run_instances, MinCount=1, MaxCount=1, ImageId="ami-0", DryRun=True)[0]
        assert code == "UnauthorizedOperation"
    with policy(api, mine, READ):
        assert refusal(ec2.create_security_group, **asked_for)[0] == "UnauthorizedOperation"


def test_a_launch_needs_all_that_it_uses_and_makes(api, mine, ec2):
    ami = image(mine)
    with policy(api, mine, *launching()):
        made = launch(
            mine,
            ImageId=ami,
            InstanceMarketOptions=SPOT,
            TagSpecifications=tagged(mine, owner="me"),
        )
        assert made and decided(api, False) == set()
        kinds = ("image", "subnet", "security-group", "instance", "volume", "network-interface")
        expected = {("ec2:RunInstances", kind) for kind in (*kinds, "spot-instances-request")}
        expected |= {("ec2:CreateTags", kind) for kind in (*kinds[3:], "spot-instances-request")}
        assert decided(api, True) == expected | {("iam:CreateServiceLinkedRole", "role")}
        code, _, text = refusal(launch, caller=mine, ImageId=ami)  # untagged
        assert code == "UnauthorizedOperation" and ":instance/*" in text


def test_a_fleet_needs_its_own_and_each_launch_s_permissions(api, mine, ec2):
    specification = template(mine, TagSpecifications=tagged(mine, owner="me"))
    stated = [tags("fleet", owner="me"), tags("instance", owner="me"), tags("volume", owner="me")]
    request = asked(specification, pools(), TagSpecifications=stated)
    with policy(api, mine, *launching()):
        assert len(ids(ec2.create_fleet(**request))) == 1
        assert decided(api, False) == set()
        assert ("ec2:CreateFleet", "launch-template") in decided(api, True)
    with policy(api, mine, *launching(), deny("ec2:RunInstances", "arn:aws:ec2:*:*:instance/*")):
        fleet = ec2.create_fleet(**request)  # the launches fail, not the call
        assert fleet["Instances"] == []
        assert {error["ErrorCode"] for error in fleet["Errors"]} == {"UnauthorizedOperation"}
        assert "with an explicit deny in an identity-based" in fleet["Errors"][0]["ErrorMessage"]
    with policy(api, mine, *launching(), deny("ec2:CreateFleet", "*")):
        assert refusal(ec2.create_fleet, **request)[:2] == ("UnauthorizedOperation", 403)
        assert refusal(ec2.create_fleet, **request, DryRun=True)[0] == "UnauthorizedOperation"


def test_tags_at_creation_need_create_tags_for_that_action(api, mine, ec2):
    asked_for = {"GroupName": "g", "Description": "d"}
    stated = [tags("security-group", owner="me")]
    only_launches = {"StringEquals": {"ec2:CreateAction": "RunInstances"}}
    create = allow("ec2:CreateSecurityGroup")
    with policy(api, mine, create, allow("ec2:CreateTags", "*", only_launches)):
        code, _, text = refusal(ec2.create_security_group, **asked_for, TagSpecifications=stated)
        assert code == "UnauthorizedOperation" and "ec2:CreateTags" in text
        group = ec2.create_security_group(**asked_for)["GroupId"]
        code = refusal(ec2.create_tags, Resources=[group], Tags=[{"Key": "a", "Value": "b"}])[0]
        assert code == "UnauthorizedOperation"  # a tag set later has no CreateAction


def test_only_what_carries_the_tag_may_be_ended(api, mine, ec2):
    own = launch(mine, TagSpecifications=[tags("instance", owner="me")])[0]["InstanceId"]
    other = launch(mine)[0]["InstanceId"]
    for key in ("aws:ResourceTag/owner", "ec2:ResourceTag/owner"):
        condition = {"StringEquals": {key: "me"}}
        with policy(api, mine, allow("ec2:TerminateInstances", "*", condition)):
            code = refusal(ec2.terminate_instances, InstanceIds=[own, other])[0]
            assert code == "UnauthorizedOperation"
            code = refusal(ec2.terminate_instances, InstanceIds=[own], DryRun=True)[0]
            assert code == "DryRunOperation"


def test_tag_keys_and_their_absence(api, mine, ec2):
    keys = {"ForAllValues:StringEquals": {"aws:TagKeys": ["owner", "name"]}}
    named = {"Null": {"aws:RequestTag/owner": "false"}}
    create = allow("ec2:CreateTags", "*", {**keys, **named})
    group = ec2.create_security_group(GroupName="g", Description="d")["GroupId"]
    with policy(api, mine, create):
        for pairs, expected in (
            ({"owner": "x", "name": "y"}, None),
            ({"name": "y"}, "UnauthorizedOperation"),
            ({"owner": "x", "cost": "0"}, "UnauthorizedOperation"),
        ):
            stated = {"Resources": [group], "Tags": tags("x", **pairs)["Tags"]}
            if expected:
                assert refusal(ec2.create_tags, **stated)[0] == expected
            else:
                ec2.create_tags(**stated)


def test_a_role_must_be_passed_to_ec2(api, mine, ec2):
    iam = mine.client("iam")
    iam.create_role(RoleName="r", AssumeRolePolicyDocument="{}")
    iam.create_instance_profile(InstanceProfileName="p")
    iam.add_role_to_instance_profile(InstanceProfileName="p", RoleName="r")
    ami, profile = image(mine), {"Name": "p"}
    for service, works in (("ecs.amazonaws.com", False), ("ec2.amazonaws.com", True)):
        condition = {"StringEquals": {"iam:PassedToService": service}}
        passing = allow("iam:PassRole", "arn:aws:iam::*:role/r", condition)
        with policy(api, mine, allow("ec2:RunInstances"), passing):
            if works:
                assert launch(mine, ImageId=ami, IamInstanceProfile=profile)
            else:
                code, _, text = refusal(
                    launch, caller=mine, ImageId=ami, IamInstanceProfile=profile
                )
                assert code == "UnauthorizedOperation" and "iam:PassRole" in text


def test_row_16_the_spot_role_needs_its_permission_once(api, mine, ec2):
    ami = image(mine)
    spot = {"ImageId": ami, "InstanceMarketOptions": SPOT}
    code = "AuthFailure.ServiceLinkedRoleCreationNotPermitted"
    with policy(api, mine, allow("ec2:*")):
        assert refusal(launch, caller=mine, **spot)[:2] == (code, 403)
        assert launch(mine, ImageId=ami)
    with policy(api, mine, allow("ec2:*"), allow("iam:CreateServiceLinkedRole", "*", SPOT_ROLE)):
        assert launch(mine, **spot)
    with policy(api, mine, allow("ec2:*")):
        assert launch(mine, **spot)  # it is there now


def test_a_region_can_be_the_limit(api, mine):
    here = {"StringEquals": {"aws:RequestedRegion": "us-east-1"}}
    with policy(api, mine, allow("ec2:*", "*", here)):
        mine.client("ec2").describe_vpcs()
        code = refusal(mine.client("ec2", "eu-west-1").describe_vpcs)[0]
        assert code == "UnauthorizedOperation"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (allow("ec2:*", "*", {"NumericLessThan": {"ec2:VolumeSize": "9"}}), "operator NumericLess"),
        (allow("ec2:*", "*", {"StringEquals": {"aws:SourceVpc": "vpc-1"}}), "key aws:SourceVpc"),
        (allow("ec2:*", "*", {"Bool": {"aws:MultiFactorAuthPresent": "true"}}), "MultiFactorAuth"),
        (allow("ec2:*", "arn:aws:ec2:*:*:instance/${aws:username}"), "policy variable"),
        (allow("RunInstances"), "is not an action"),
        (allow("ec2:*", "instance/*"), "is not an ARN"),
        ({**ALL, "Principal": "*"}, "Principal"),
        ({"Effect": "Allow", "Action": "*"}, "exactly one of Resource and NotResource"),
        ({**ALL, "Effect": "Permit"}, "Effect must be"),
    ],
)
def test_a_policy_that_cannot_be_evaluated_is_refused(api, mine, statement, told):
    with pytest.raises(urllib.error.HTTPError) as caught:
        with policy(api, mine, statement):
            pass
    assert caught.value.code == 400 and told in json.load(caught.value)["error"]


def test_a_user_s_policy_names_the_user(api):
    with policy(api, api, READ):
        assert api.client("sts").get_caller_identity()["Arn"].endswith(":user/lab")
    assert api.client("sts").get_caller_identity()["Arn"].endswith(":root")


@pytest.mark.parametrize("mode", ["missing", "denied"])
def test_row_16_the_spot_role_can_be_missing(api, mine, ec2, mode):
    code = "AuthFailure.ServiceLinkedRoleCreationNotPermitted"
    iam = mine.client("iam")
    role = {"RoleName": "AWSServiceRoleForEC2Spot"}
    create = {"AWSServiceName": "spot.amazonaws.com"}
    with api.set(spot_role=mode):
        assert refusal(launch, caller=mine, InstanceMarketOptions=SPOT)[:2] == (code, 403)
        fleet = ec2.create_fleet(**asked(template(mine), pools()))
        assert {error["ErrorCode"] for error in fleet["Errors"]} == {code}
        assert refusal(iam.get_role, **role)[0] == "NoSuchEntity"
        if mode == "denied":
            assert refusal(iam.create_service_linked_role, **create)[0] == "AccessDenied"
            return
        iam.create_service_linked_role(**create)
        assert launch(mine, InstanceMarketOptions=SPOT)
    arn = iam.get_role(**role)["Role"]["Arn"]
    assert arn.endswith(":role/aws-service-role/spot.amazonaws.com/AWSServiceRoleForEC2Spot")
    assert refusal(iam.create_service_linked_role, **create)[0] == "InvalidInput"
