"""Security groups, key pairs and tags."""

import base64
import hashlib

import pytest
from api_harness import api, ec2, launch, mine, refusal  # noqa: F401
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519


def group(ec2, name="g"):
    return ec2.create_security_group(GroupName=name, Description="d")["GroupId"]


def open_ssh(ec2, group_id, cidr):
    return ec2.authorize_security_group_ingress(
        GroupId=group_id, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp=cidr
    )


def test_a_group_in_use_is_not_deleted(mine, ec2):
    used = group(ec2)
    instance = launch(mine, SecurityGroupIds=[used])[0]["InstanceId"]
    code, status, text = refusal(ec2.delete_security_group, GroupId=used)
    assert (code, status) == ("DependencyViolation", 400)
    assert text == f"resource {used} has a dependent object"
    ec2.terminate_instances(InstanceIds=[instance])
    ec2.get_waiter("instance_terminated").wait(
        InstanceIds=[instance], WaiterConfig={"Delay": 1, "MaxAttempts": 20}
    )
    ec2.delete_security_group(GroupId=used)


def test_a_group_that_another_names_is_not_deleted(ec2):
    named, naming = group(ec2, "named"), group(ec2, "naming")
    rule = {
        "IpProtocol": "tcp",
        "FromPort": 2049,
        "ToPort": 2049,
        "UserIdGroupPairs": [{"GroupId": named}],
    }
    ec2.authorize_security_group_ingress(GroupId=naming, IpPermissions=[rule])
    assert refusal(ec2.delete_security_group, GroupId=named)[0] == "DependencyViolation"
    ec2.revoke_security_group_ingress(GroupId=naming, IpPermissions=[rule])
    ec2.delete_security_group(GroupId=named)


def test_a_group_may_name_itself(ec2):
    own = group(ec2)
    pair = [{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": own}]}]
    ec2.authorize_security_group_ingress(GroupId=own, IpPermissions=pair)
    ec2.delete_security_group(GroupId=own)


def test_the_default_group_stays(ec2):
    default = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["default"]}])[
        "SecurityGroups"
    ][0]["GroupId"]
    assert refusal(ec2.delete_security_group, GroupId=default)[0] == "CannotDelete"
    assert refusal(ec2.delete_security_group, GroupId="sg-0123456789abcdef0")[0] == (
        "InvalidGroup.NotFound"
    )


def test_host_bits_are_cut_off(ec2):
    own = group(ec2)
    open_ssh(ec2, own, "203.0.113.77/24")
    rules = ec2.describe_security_groups(GroupIds=[own])["SecurityGroups"][0]["IpPermissions"]
    assert rules[0]["IpRanges"] == [{"CidrIp": "203.0.113.0/24"}]
    assert refusal(open_ssh, ec2=ec2, group_id=own, cidr="203.0.113.1/24")[0] == (
        "InvalidPermission.Duplicate"
    )
    v6 = [
        {
            "IpProtocol": "tcp",
            "FromPort": 22,
            "ToPort": 22,
            "Ipv6Ranges": [{"CidrIpv6": "2001:DB8::1/64", "Description": "home, v6"}],
        }
    ]
    ec2.authorize_security_group_ingress(GroupId=own, IpPermissions=v6)
    rules = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [own]}])[
        "SecurityGroupRules"
    ]
    assert "2001:db8::/64" in [rule.get("CidrIpv6") for rule in rules]
    assert refusal(open_ssh, ec2=ec2, group_id=own, cidr="1.2.3.4/40")[0] == "InvalidParameterValue"


def test_group_names_have_a_character_set(ec2):
    asked = {"GroupName": "café", "Description": "d"}
    assert refusal(ec2.create_security_group, **asked)[0] == "InvalidParameterValue"
    asked = {"GroupName": "sg-mine", "Description": "d"}
    assert refusal(ec2.create_security_group, **asked)[0] == "InvalidParameterValue"


def public_key(private):
    return private.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )


def test_an_ed25519_fingerprint_is_the_base64_sha256(ec2):
    material = public_key(ed25519.Ed25519PrivateKey.generate())
    blob = base64.b64decode(material.split()[1])
    expected = base64.b64encode(hashlib.sha256(blob).digest()).decode()
    answer = ec2.import_key_pair(KeyName="k", PublicKeyMaterial=material)
    assert answer["KeyFingerprint"] == expected
    row = ec2.describe_key_pairs(KeyNames=["k"])["KeyPairs"][0]
    assert (row["KeyFingerprint"], row["KeyType"]) == (expected, "ed25519")
    assert "PublicKey" not in row
    row = ec2.describe_key_pairs(KeyPairIds=[row["KeyPairId"]], IncludePublicKey=True)["KeyPairs"][
        0
    ]
    assert row["PublicKey"].split()[:2] == material.decode().split()[:2]
    made = ec2.create_key_pair(KeyName="made", KeyType="ed25519")
    shown = ec2.describe_key_pairs(KeyNames=["made"])["KeyPairs"][0]["KeyFingerprint"]
    assert len(made["KeyFingerprint"]) == 44 and made["KeyFingerprint"] == shown


def test_key_pairs_are_refused_and_found_as_on_aws(ec2):
    assert refusal(ec2.create_key_pair, KeyName="k", KeyType="dsa")[0] == "InvalidParameterValue"
    other = public_key(ec.generate_private_key(ec.SECP256R1()))
    for material in (other, b"no key"):
        code, _, _ = refusal(ec2.import_key_pair, KeyName="k", PublicKeyMaterial=material)
        assert code == "InvalidKey.Format"
    code, status, text = refusal(ec2.describe_key_pairs, KeyNames=["none"])
    assert (code, status) == ("InvalidKeyPair.NotFound", 400)
    assert text == "The key pair 'none' does not exist"
    tags = [{"ResourceType": "key-pair", "Tags": [{"Key": "a", "Value": "b"}]}]
    ec2.create_key_pair(KeyName="k", KeyType="ed25519", TagSpecifications=tags)
    found = ec2.describe_key_pairs(Filters=[{"Name": "tag:a", "Values": ["b"]}])["KeyPairs"]
    assert [row["KeyName"] for row in found] == ["k"]
    assert refusal(ec2.create_key_pair, KeyName="k")[0] == "InvalidKeyPair.Duplicate"


def test_deleting_a_key_pair_that_is_not_there_succeeds(ec2):
    assert ec2.delete_key_pair(KeyName="none")["Return"] is True
    ec2.create_key_pair(KeyName="k", KeyType="ed25519")
    ec2.delete_key_pair(KeyName="k")
    assert ec2.describe_key_pairs()["KeyPairs"] == []


BAD_TAGS = [
    ([{"Key": "aws:x", "Value": "1"}], "InvalidParameterValue"),
    ([{"Key": "AWS:x", "Value": "1"}], "InvalidParameterValue"),
    ([{"Key": "k" * 129, "Value": "1"}], "InvalidParameterValue"),
    ([{"Key": "k", "Value": "v" * 257}], "InvalidParameterValue"),
    ([{"Key": "k", "Value": "1"}, {"Key": "k", "Value": "2"}], "InvalidParameterValue"),
    ([{"Key": f"k{n}", "Value": "1"} for n in range(51)], "TagLimitExceeded"),
]


@pytest.mark.parametrize("tags, code", BAD_TAGS)
def test_bad_tags_are_refused(ec2, tags, code):
    own = group(ec2)
    assert refusal(ec2.create_tags, Resources=[own], Tags=tags)[0] == code
    specification = [{"ResourceType": "security-group", "Tags": tags}]
    asked = {"GroupName": "h", "Description": "d", "TagSpecifications": specification}
    assert refusal(ec2.create_security_group, **asked)[0] == code


def test_a_default_network_leads_to_the_internet_until_the_route_is_taken_away(api):
    ec2 = api.client("ec2")
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]

    def routes():
        found = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])
        (table,) = found["RouteTables"]
        ways = {r["DestinationCidrBlock"]: r["GatewayId"] for r in table["Routes"]}
        return table["RouteTableId"], ways

    table, ways = routes()
    assert ways["0.0.0.0/0"].startswith("igw-")
    ec2.delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    assert "0.0.0.0/0" not in routes()[1]
