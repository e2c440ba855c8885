"""EFS: states that take time, and errors in EFS's shape."""

import time

import pytest
from api_harness import api, ec2, mine, refusal  # noqa: F401
from botocore.exceptions import ClientError


@pytest.fixture
def efs(mine):
    return mine.client("efs")


def eventually(probe, seconds=10):
    deadline = time.monotonic() + seconds
    while not probe():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def state(efs, system):
    return efs.describe_file_systems(FileSystemId=system)["FileSystems"][0]["LifeCycleState"]


def target_state(efs, target):
    return efs.describe_mount_targets(MountTargetId=target)["MountTargets"][0]["LifeCycleState"]


def gone(call, code):
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"] == code
    return False


def available(efs):
    made = efs.create_file_system(CreationToken="token", Encrypted=True)
    system = made["FileSystemId"]
    eventually(lambda: state(efs, system) == "available")
    return system


def test_a_file_system_is_creating_first(api, efs):
    with api.set(time_scale=0.5):
        made = efs.create_file_system(CreationToken="token")
        assert made["LifeCycleState"] == "creating"
        assert state(efs, made["FileSystemId"]) == "creating"
    eventually(lambda: state(efs, made["FileSystemId"]) == "available")


def test_mount_targets_wait_for_the_file_system(api, ec2, efs):
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    with api.set(time_scale=0.5):
        system = efs.create_file_system(CreationToken="token")["FileSystemId"]
        code, status, _ = refusal(efs.create_mount_target, FileSystemId=system, SubnetId=subnet)
        assert (code, status) == ("IncorrectFileSystemLifeCycleState", 409)
    eventually(lambda: state(efs, system) == "available")
    target = efs.create_mount_target(FileSystemId=system, SubnetId=subnet)
    assert target["LifeCycleState"] == "creating"
    eventually(lambda: target_state(efs, target["MountTargetId"]) == "available")
    code, status, _ = refusal(efs.create_mount_target, FileSystemId=system, SubnetId=subnet)
    assert (code, status) == ("MountTargetConflict", 409)
    groups = efs.describe_mount_target_security_groups(MountTargetId=target["MountTargetId"])
    assert len(groups["SecurityGroups"]) == 1


def test_deletion_takes_time_and_goes_in_order(api, ec2, efs):
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="d")["GroupId"]
    system = available(efs)
    target = efs.create_mount_target(FileSystemId=system, SubnetId=subnet, SecurityGroups=[group])[
        "MountTargetId"
    ]
    code, status, _ = refusal(efs.delete_file_system, FileSystemId=system)
    assert (code, status) == ("FileSystemInUse", 409)
    assert refusal(ec2.delete_security_group, GroupId=group)[0] == "DependencyViolation"
    with api.set(time_scale=0.2):
        efs.delete_mount_target(MountTargetId=target)
        assert target_state(efs, target) == "deleting"
        assert refusal(efs.delete_file_system, FileSystemId=system)[0] == "FileSystemInUse"
    eventually(
        lambda: gone(
            lambda: efs.describe_mount_targets(MountTargetId=target), "MountTargetNotFound"
        )
    )
    ec2.delete_security_group(GroupId=group)
    with api.set(time_scale=0.2):
        efs.delete_file_system(FileSystemId=system)
        assert state(efs, system) == "deleting"
    eventually(
        lambda: gone(lambda: efs.describe_file_systems(FileSystemId=system), "FileSystemNotFound")
    )


def test_the_creation_token_names_the_file_system(efs):
    system = available(efs)
    with pytest.raises(efs.exceptions.FileSystemAlreadyExists) as caught:
        efs.create_file_system(CreationToken="token")
    assert caught.value.response["FileSystemId"] == system
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 409


def test_updates_and_backup_policies_work(efs):
    system = available(efs)
    answer = efs.update_file_system(FileSystemId=system, ThroughputMode="elastic")
    assert answer["ThroughputMode"] == "elastic"
    assert answer["LifeCycleState"] == "updating"
    eventually(lambda: state(efs, system) == "available")
    answer = efs.put_backup_policy(FileSystemId=system, BackupPolicy={"Status": "ENABLED"})
    assert answer["BackupPolicy"]["Status"] == "ENABLING"
    assert efs.describe_backup_policy(FileSystemId=system)["BackupPolicy"]["Status"] == "ENABLED"
    code, status, _ = refusal(efs.describe_replication_configurations, FileSystemId=system)
    assert (code, status) == ("ReplicationNotFound", 404)


def test_what_is_not_there_is_not_found(efs):
    code, status, text = refusal(efs.describe_file_systems, FileSystemId="fs-0123456789abcdef0")
    assert (code, status) == ("FileSystemNotFound", 404) and "fs-0123456789abcdef0" in text
    assert (
        refusal(efs.delete_file_system, FileSystemId="fs-0123456789abcdef0")[0]
        == "FileSystemNotFound"
    )
