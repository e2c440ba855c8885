"""The services around EC2: rows of the list of behaviours that simulators forget.

A test's name says its row.
"""

import pytest
from api_harness import api, image, mine, refusal  # noqa: F401
from botocore.exceptions import ClientError
from conftest import until
from test_api_signatures import send, signed


@pytest.fixture
def efs(mine):
    return mine.client("efs")


def system(efs, token="t"):
    return efs.create_file_system(CreationToken=token)["FileSystemId"]


def state(efs, system_id):
    rows = efs.describe_file_systems(FileSystemId=system_id)["FileSystems"]
    return rows[0]["LifeCycleState"]


def subnet(mine):
    return mine.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]


def test_row_34_file_systems_take_their_time(api, mine, efs):
    with api.set(time_scale=1.0):
        made = system(efs)
        assert state(efs, made) == "creating"
        asked = {"FileSystemId": made, "SubnetId": subnet(mine)}
        code, status, _ = refusal(efs.create_mount_target, **asked)
        assert (code, status) == ("IncorrectFileSystemLifeCycleState", 409)
    until(lambda: state(efs, made) == "available", "the state")
    target = efs.create_mount_target(**asked)
    assert target["LifeCycleState"] == "creating"


def test_row_35_a_zone_has_one_mount_target(mine, efs):
    made = system(efs)
    until(lambda: state(efs, made) == "available", "the state")
    asked = {"FileSystemId": made, "SubnetId": subnet(mine)}
    efs.create_mount_target(**asked)
    assert refusal(efs.create_mount_target, **asked)[:2] == ("MountTargetConflict", 409)
    with pytest.raises(ClientError) as caught:
        system(efs)
    assert caught.value.response["Error"]["Code"] == "FileSystemAlreadyExists"
    assert caught.value.response["FileSystemId"] == made


def test_row_36_a_file_system_goes_after_its_mount_targets(mine, efs):
    made = system(efs)
    until(lambda: state(efs, made) == "available", "the state")
    target = efs.create_mount_target(FileSystemId=made, SubnetId=subnet(mine))["MountTargetId"]
    assert refusal(efs.delete_file_system, FileSystemId=made)[:2] == ("FileSystemInUse", 409)
    efs.delete_mount_target(MountTargetId=target)
    (row,) = efs.describe_mount_targets(FileSystemId=made)["MountTargets"]
    assert row["LifeCycleState"] == "deleting"
    until(lambda: not efs.describe_mount_targets(FileSystemId=made)["MountTargets"], "the state")
    efs.delete_file_system(FileSystemId=made)
    until(lambda: not efs.describe_file_systems()["FileSystems"], "the state")
    assert refusal(efs.describe_file_systems, FileSystemId=made)[:2] == ("FileSystemNotFound", 404)


def test_row_37_a_queue_s_name_rests_after_its_deletion(api, mine):
    sqs = mine.client("sqs")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    with api.set(time_scale=1.0):
        sqs.delete_queue(QueueUrl=url)
        with pytest.raises(ClientError) as caught:
            sqs.create_queue(QueueName="q")
        told = caught.value.response["Error"]
        assert told["Code"] == "AWS.SimpleQueueService.QueueDeletedRecently"
        assert told["QueryErrorCode"] == "QueueDeletedRecently"
    code = refusal(sqs.get_queue_url, QueueName="none")[0]
    assert code == "AWS.SimpleQueueService.NonExistentQueue"


def test_row_38_a_bucket_is_in_its_own_region(mine):
    there = mine.client("s3", "eu-west-1")
    there.create_bucket(
        Bucket="rows-38", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    request = signed(mine, "s3", "GET", "/rows-38/key", None)
    status, body, headers = send(mine, request)
    assert (status, headers["x-amz-bucket-region"]) == (301, "eu-west-1")
    assert "<Code>PermanentRedirect</Code>" in body and "<Region>eu-west-1</Region>" in body
    here = mine.client("s3")  # botocore signs anew for the region
    here.put_object(Bucket="rows-38", Key="key", Body=b"x")
    assert there.get_object(Bucket="rows-38", Key="key")["Body"].read() == b"x"


def test_row_38_a_completed_upload_can_be_an_error(api, mine):
    s3 = mine.client("s3")
    s3.create_bucket(Bucket="rows-38-parts")
    where = {"Bucket": "rows-38-parts", "Key": "k"}
    upload = s3.create_multipart_upload(**where)["UploadId"]
    part = s3.upload_part(**where, UploadId=upload, PartNumber=1, Body=b"x")["ETag"]
    with api.fault("error", action="CompleteMultipartUpload", status=200, code="InternalError"):
        path = f"/rows-38-parts/k?uploadId={upload}"
        status, body, _ = send(mine, signed(mine, "s3", "POST", path, b"<x/>"))
        assert status == 200 and "<Code>InternalError</Code>" in body
    parts = {"Parts": [{"ETag": part, "PartNumber": 1}]}
    s3.complete_multipart_upload(**where, UploadId=upload, MultipartUpload=parts)


def test_row_40_a_group_with_instances_is_deleted_by_force_only(mine):
    ec2, groups = mine.client("ec2"), mine.client("autoscaling")
    ec2.create_launch_template(
        LaunchTemplateName="group",
        LaunchTemplateData={"ImageId": image(mine), "InstanceType": "t3.small"},
    )
    groups.create_auto_scaling_group(
        AutoScalingGroupName="g",
        MinSize=1,
        MaxSize=1,
        AvailabilityZones=["us-east-1a"],
        LaunchTemplate={"LaunchTemplateName": "group"},
    )
    asked = {"AutoScalingGroupName": "g"}
    assert refusal(groups.delete_auto_scaling_group, **asked)[:2] == ("ResourceInUse", 400)
    groups.delete_auto_scaling_group(**asked, ForceDelete=True)
    assert groups.describe_auto_scaling_groups()["AutoScalingGroups"] == []
