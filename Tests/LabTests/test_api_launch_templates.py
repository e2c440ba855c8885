"""Launch templates: names, tags, filters, versions, and being known late."""

import pytest
from api_harness import api, ec2, image, launch, mine, refusal  # noqa: F401

DATA = {"InstanceType": "t3.small"}


def create(ec2, name, **changes):
    asked = {"LaunchTemplateName": name, "LaunchTemplateData": DATA, **changes}
    return ec2.create_launch_template(**asked)["LaunchTemplate"]


def tagged(kind, **tags):
    return [{"ResourceType": kind, "Tags": [{"Key": k, "Value": v} for k, v in tags.items()]}]


def found(ec2, **filters):
    asked = [{"Name": name, "Values": values} for name, values in filters.items()]
    rows = ec2.describe_launch_templates(Filters=asked)["LaunchTemplates"]
    return [row["LaunchTemplateName"] for row in rows]


def test_a_template_has_tags_of_its_own_that_no_instance_gets(mine, ec2):
    made = create(
        ec2,
        "web",
        LaunchTemplateData={**DATA, "ImageId": image(mine), "TagSpecifications": tagged("instance", i="1")},
        TagSpecifications=tagged("launch-template", t="1"),
    )
    assert made["Tags"] == [{"Key": "t", "Value": "1"}]
    assert (made["DefaultVersionNumber"], made["LatestVersionNumber"]) == (1, 1)
    version = ec2.describe_launch_template_versions(LaunchTemplateName="web")
    data = version["LaunchTemplateVersions"][0]["LaunchTemplateData"]
    assert data["TagSpecifications"] == tagged("instance", i="1")
    instance = ec2.run_instances(
        LaunchTemplate={"LaunchTemplateId": made["LaunchTemplateId"]}, MinCount=1, MaxCount=1
    )["Instances"][0]
    tags = {tag["Key"] for tag in instance["Tags"]}
    assert "i" in tags and "t" not in tags


def test_only_templates_are_tagged_by_the_call(ec2):
    code, status, _ = refusal(create, ec2=ec2, name="web", TagSpecifications=tagged("instance", a="1"))
    assert (code, status) == ("InvalidParameterValue", 400)


def test_templates_are_found_by_tag_and_by_name(ec2):
    for name in ("web-1", "web-2", "db-1"):
        create(ec2, name, TagSpecifications=tagged("launch-template", owner=name))
    assert found(ec2, **{"tag:owner": ["web-2"]}) == ["web-2"]
    assert found(ec2, **{"launch-template-name": ["web-*"]}) == ["web-1", "web-2"]
    assert found(ec2, **{"tag-key": ["owner"]}) == ["web-1", "web-2", "db-1"]
    assert refusal(found, ec2=ec2, colour=["red"])[0] == "InvalidParameterValue"
    first = ec2.describe_launch_templates(MaxResults=2)
    rest = ec2.describe_launch_templates(MaxResults=2, NextToken=first["NextToken"])
    assert [len(page["LaunchTemplates"]) for page in (first, rest)] == [2, 1]


def test_a_name_is_taken_once(ec2):
    create(ec2, "web")
    code, status, _ = refusal(create, ec2=ec2, name="web")
    assert (code, status) == ("InvalidLaunchTemplateName.AlreadyExistsException", 400)
    ec2.delete_launch_template(LaunchTemplateName="web")
    assert create(ec2, "web")


@pytest.mark.parametrize("name", ["we", "w" * 129, "web one"])
def test_names_have_a_form(ec2, name):
    # botocore checks the length itself; the form is the lab's.
    with pytest.raises(Exception) as caught:
        create(ec2, name)
    text = str(caught.value)
    assert "InvalidLaunchTemplateName.MalformedException" in text or "Invalid length" in text


def test_what_is_not_there_is_said_by_id_by_name_and_by_version(mine, ec2):
    made = create(ec2, "web")["LaunchTemplateId"]
    none = "lt-0123456789abcdef0"
    unknown = {
        "InvalidLaunchTemplateId.NotFound": {"LaunchTemplateId": none},
        "InvalidLaunchTemplateName.NotFoundException": {"LaunchTemplateName": "none"},
        "InvalidLaunchTemplateId.VersionNotFound": {"LaunchTemplateId": made, "Version": "7"},
    }
    for expected, template in unknown.items():
        code, status, _ = refusal(lambda: launch(mine, LaunchTemplate=template))
        assert (code, status) == (expected, 400)
    asked = {"LaunchTemplateIds": [none]}
    assert refusal(ec2.describe_launch_templates, **asked)[0] == "InvalidLaunchTemplateId.NotFound"
    asked = {"LaunchTemplateNames": ["none"]}
    code = refusal(ec2.describe_launch_templates, **asked)[0]
    assert code == "InvalidLaunchTemplateName.NotFoundException"


def test_a_deleted_template_is_gone(ec2):
    made = create(ec2, "web")["LaunchTemplateId"]
    assert ec2.delete_launch_template(LaunchTemplateId=made)["LaunchTemplate"]["LaunchTemplateId"]
    for call, asked in (
        (ec2.describe_launch_templates, {"LaunchTemplateIds": [made]}),
        (ec2.delete_launch_template, {"LaunchTemplateId": made}),
    ):
        assert refusal(call, **asked)[0] == "InvalidLaunchTemplateId.NotFound"
    code = refusal(ec2.delete_launch_template, LaunchTemplateName="web")[0]
    assert code == "InvalidLaunchTemplateName.NotFoundException"
    assert found(ec2) == []


def test_a_new_template_is_known_late(api, ec2):
    with api.set(eventual=10.0, time_scale=1.0):
        made = create(ec2, "web")["LaunchTemplateId"]
        asked = {"LaunchTemplateIds": [made]}
        assert refusal(ec2.describe_launch_templates, **asked)[0] == "InvalidLaunchTemplateId.NotFound"
        code = refusal(ec2.describe_launch_templates, LaunchTemplateNames=["web"])[0]
        assert code == "InvalidLaunchTemplateName.NotFoundException"
        assert found(ec2) == []
        code = refusal(create, ec2=ec2, name="web")[0]
        assert code == "InvalidLaunchTemplateName.AlreadyExistsException"


def test_a_dry_run_makes_no_template(ec2):
    assert refusal(create, ec2=ec2, name="web", DryRun=True)[:2] == ("DryRunOperation", 412)
    assert found(ec2) == []
