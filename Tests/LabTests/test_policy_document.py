"""How a policy is read: statements, wildcards, operators and quantifiers."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from localcloud.policy.document import Policy  # noqa: E402

INSTANCE = "arn:aws:ec2:us-east-1:123456789012:instance/i-1"


def verdict(*statements, action="ec2:StopInstances", resource=INSTANCE, **context):
    policy = Policy.read({"Version": "2012-10-17", "Statement": list(statements)})
    keys = {
        "tag": "aws:resourcetag/owner",
        "request": "aws:requesttag/owner",
        "keys": "aws:tagkeys",
    }
    values = {keys[name]: value for name, value in context.items()}
    return policy.verdict(action, resource, values)[0]


def statement(action="*", resource="*", effect="Allow", **conditions):
    return {"Effect": effect, "Action": action, "Resource": resource, "Condition": conditions}


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        ("ec2:StopInstances", True),
        ("EC2:stop*", True),
        ("ec2:St?pInstances", True),
        ("ec2:StartInstances", False),
        ("*", True),
    ],  # fmt: skip
)
def test_actions_are_matched_whatever_their_case(action, expected):
    assert verdict(statement(action)) is expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("arn:aws:ec2:*:*:instance/*", True),
        ("arn:aws:ec2:*:*:instance/i-2", False),
        ("arn:aws:ec2:*:*:Instance/*", False),
        ("arn:aws:ec2:eu-*:*:*", False),
        ("arn:*:*:*:*:instance/i-?", True),
    ],
)
def test_resources_are_matched_with_their_case(resource, expected):
    assert verdict(statement(resource=resource)) is expected


def test_a_denial_wins_and_negations_turn_round():
    assert not verdict(statement(), statement("ec2:Stop*", effect="Deny"))
    assert verdict(statement(), statement("ec2:Start*", effect="Deny"))
    assert not verdict({"Effect": "Allow", "NotAction": "ec2:*", "Resource": "*"})
    assert verdict({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})
    assert not verdict(
        {"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:ec2:*:*:instance/*"}
    )


OWNER = "aws:ResourceTag/owner"
KEYS = "aws:TagKeys"


@pytest.mark.parametrize(
    ("conditions", "context", "expected"),
    [
        ({"StringEquals": {OWNER: ["me", "you"]}}, {"tag": ["you"]}, True),
        ({"StringEquals": {OWNER: "me"}}, {"tag": ["Me"]}, False),
        ({"StringEqualsIgnoreCase": {OWNER: "me"}}, {"tag": ["Me"]}, True),
        ({"StringEquals": {OWNER: "me"}}, {}, False),
        ({"StringEqualsIfExists": {OWNER: "me"}}, {}, True),
        ({"StringEqualsIfExists": {OWNER: "me"}}, {"tag": ["x"]}, False),
        ({"StringNotEquals": {OWNER: ["a", "b"]}}, {"tag": ["b"]}, False),
        ({"StringNotEquals": {OWNER: ["a", "b"]}}, {"tag": ["c"]}, True),
        ({"StringNotEquals": {OWNER: "a"}}, {}, True),
        ({"StringLike": {OWNER: "m?*"}}, {"tag": ["me"]}, True),
        ({"StringNotLike": {OWNER: "m*"}}, {"tag": ["me"]}, False),
        ({"Null": {OWNER: "true"}}, {}, True),
        ({"Null": {OWNER: "false"}}, {}, False),
        ({"Null": {OWNER: True}}, {"tag": ["x"]}, False),
        ({"ForAllValues:StringEquals": {KEYS: ["a", "b"]}}, {"keys": ["a"]}, True),
        ({"ForAllValues:StringEquals": {KEYS: ["a", "b"]}}, {"keys": ["a", "c"]}, False),
        ({"ForAllValues:StringEquals": {KEYS: ["a"]}}, {}, True),
        ({"ForAnyValue:StringEquals": {KEYS: ["a"]}}, {"keys": ["a", "c"]}, True),
        ({"ForAnyValue:StringEquals": {KEYS: ["a"]}}, {}, False),
        ({"Bool": {"ec2:Encrypted": "true"}}, {}, False),
        ({"StringEquals": {OWNER: "me", "aws:RequestTag/owner": "me"}}, {"tag": ["me"]}, False),
    ],
)
def test_conditions(conditions, context, expected):
    assert verdict(statement(**conditions), **context) is expected
