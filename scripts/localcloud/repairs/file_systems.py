"""EFS whose states take time, and whose errors have EFS's shape.

On AWS a file system is `creating` before it is `available`, a mount target for half a minute or
more, deletion is asynchronous for both, and CreateMountTarget before that is refused with
IncorrectFileSystemLifeCycleState (EFS API reference). Errors carry ErrorCode, Message and, for
FileSystemAlreadyExists, the FileSystemId. moto makes and deletes at once, and has no
UpdateFileSystem, PutBackupPolicy or DescribeReplicationConfigurations. The lab's times are
shorter than AWS's, and times `cloud.settings.time_scale`.
"""

from __future__ import annotations

import json
import time
from typing import Any

from moto.efs.models import EFSBackend, efs_backends

from ..pipeline import Answer, Call, Repair
from .launch_request import find_subnet
from .wire import Refusal, refusable

# Seconds in each passing state, before the time scale.
_FILE_SYSTEM_CREATING = 2.0
_FILE_SYSTEM_UPDATING = 2.0
_FILE_SYSTEM_DELETING = 2.0
_TARGET_CREATING = 6.0
_TARGET_DELETING = 4.0


class FileSystems(Repair):
    """Lets file systems and mount targets pass through their states."""

    def __init__(self) -> None:
        # (account, region, id) -> (when the passing state ends, the state that follows)
        self._passing: dict[tuple[str, str, str], tuple[float, str]] = {}

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "elasticfilesystem":
            return None
        backend = efs_backends[call.account][call.region]
        self._advance(call, backend)
        handler = getattr(self, f"_before_{call.action}", None)
        return handler(call, backend, cloud) if handler else None

    def after(self, call: Call, answer: Answer, cloud) -> Answer:
        if call.service != "elasticfilesystem":
            return answer
        if answer.status >= 400:
            return _error(call, answer)
        if call.action in ("CreateFileSystem", "CreateMountTarget"):
            return self._created(call, answer, cloud)
        return answer

    def _pass(self, call: Call, cloud, resource: Any, resource_id: str, state: str, seconds: float):
        resource.life_cycle_state = state
        follows = "gone" if state == "deleting" else "available"
        end = time.monotonic() + seconds * cloud.settings.time_scale
        self._passing[(call.account, call.region, resource_id)] = (end, follows)

    def _advance(self, call: Call, backend: EFSBackend) -> None:
        for key, (end, follows) in list(self._passing.items()):
            account, region, resource_id = key
            if (account, region) != (call.account, call.region) or time.monotonic() < end:
                continue
            del self._passing[key]
            target = backend.mount_targets_by_id.get(resource_id)
            system = backend.file_systems_by_id.get(resource_id)
            if follows == "available":
                (target or system).life_cycle_state = "available"
            elif target is not None:
                backend.delete_mount_target(resource_id)
            elif system is not None:
                backend.delete_file_system(resource_id)

    def _created(self, call: Call, answer: Answer, cloud) -> Answer:
        made, backend = json.loads(answer.body), efs_backends[call.account][call.region]
        if call.action == "CreateFileSystem":
            system = backend.file_systems_by_id[made["FileSystemId"]]
            system_id, seconds = made["FileSystemId"], _FILE_SYSTEM_CREATING
            self._pass(call, cloud, system, system_id, "creating", seconds)
        else:
            target = backend.mount_targets_by_id[made["MountTargetId"]]
            target_id, seconds = made["MountTargetId"], _TARGET_CREATING
            self._pass(call, cloud, target, target_id, "creating", seconds)
        made["LifeCycleState"] = "creating"
        answer.body = json.dumps(made).encode()
        return answer

    def _before_CreateMountTarget(self, call: Call, backend: EFSBackend, cloud) -> Answer | None:
        asked = call.json
        system = backend.file_systems_by_id.get(asked.get("FileSystemId"))
        if system is not None and system.life_cycle_state != "available":
            raise Refusal(
                "IncorrectFileSystemLifeCycleState",
                f"None of the mount targets can be created: file system "
                f"{system.file_system_id} is {system.life_cycle_state}",
                409,
            )
        subnet = find_subnet(backend.ec2_backend, asked.get("SubnetId"))
        if subnet is not None and not asked.get("SecurityGroups"):
            default = backend.ec2_backend.get_default_security_group(subnet.vpc_id)
            call.body = json.dumps({**asked, "SecurityGroups": [default.id]}).encode()
            call.rewrite()
        return None

    def _before_CreateAccessPoint(self, call: Call, backend: EFSBackend, cloud) -> Answer | None:
        for point in backend.access_points.values():
            if point.client_token == call.json.get("ClientToken"):
                known = point.access_point_id
                text = f"An access point already exists for the client token: {known}"
                code = "AccessPointAlreadyExists"
                return _refused(call, code, text, 409, AccessPointId=known)
        return None

    def _before_DeleteMountTarget(self, call: Call, backend: EFSBackend, cloud) -> Answer | None:
        target_id = _path_id(call)
        target = backend.mount_targets_by_id.get(target_id)
        if target is None:
            return None
        if target.life_cycle_state != "deleting":
            self._pass(call, cloud, target, target_id, "deleting", _TARGET_DELETING)
        return Answer(204, "application/json", b"")

    def _before_DeleteFileSystem(self, call: Call, backend: EFSBackend, cloud) -> Answer | None:
        system_id = _path_id(call)
        system = backend.file_systems_by_id.get(system_id)
        if system is None or system.number_of_mount_targets:
            return None
        if system.life_cycle_state != "deleting":
            self._pass(call, cloud, system, system_id, "deleting", _FILE_SYSTEM_DELETING)
        return Answer(204, "application/json", b"")

    def _before_UpdateFileSystem(self, call: Call, backend: EFSBackend, cloud) -> Answer:
        system, asked = _existing(call, backend), call.json
        if system.life_cycle_state != "available":
            text = f"File system {system.file_system_id} is {system.life_cycle_state}"
            raise Refusal("IncorrectFileSystemLifeCycleState", text, 409)
        system.throughput_mode = asked.get("ThroughputMode", system.throughput_mode)
        system.provisioned_throughput_in_mibps = asked.get("ProvisionedThroughputInMibps")
        self._pass(call, cloud, system, system.file_system_id, "updating", _FILE_SYSTEM_UPDATING)
        return Answer.json(call, system.info_json(), 202)

    def _before_PutBackupPolicy(self, call: Call, backend: EFSBackend, cloud) -> Answer:
        enabled = call.json.get("BackupPolicy", {}).get("Status") == "ENABLED"
        _existing(call, backend)._backup = enabled
        status = "ENABLING" if enabled else "DISABLING"
        return Answer.json(call, {"BackupPolicy": {"Status": status}})

    def _before_DescribeReplicationConfigurations(
        self, call: Call, backend: EFSBackend, cloud
    ) -> Answer:
        system_id = call.query.get("FileSystemId")
        if system_id:
            text = f"Replication configuration for {system_id} does not exist."
            raise Refusal("ReplicationNotFound", text, 404)
        return Answer.json(call, {"Replications": []})


def _path_id(call: Call) -> str:
    """The resource of a path like /2015-02-01/file-systems/fs-1/backup-policy."""
    return call.environ["PATH_INFO"].split("/")[3]


def _existing(call: Call, backend: EFSBackend) -> Any:
    system_id = _path_id(call)
    if system_id not in backend.file_systems_by_id:
        raise Refusal("FileSystemNotFound", f"File system '{system_id}' does not exist.", 404)
    return backend.file_systems_by_id[system_id]


def _error(call: Call, answer: Answer) -> Answer:
    """moto's error in EFS's shape."""
    try:
        told = json.loads(answer.body)
    except ValueError:
        return answer
    code = told.get("__type") or told.get("ErrorCode") or ""
    extra = {}
    if code == "FileSystemAlreadyExists":
        systems = efs_backends[call.account][call.region].file_systems_by_id.values()
        token = call.json.get("CreationToken")
        known = next(system for system in systems if system.creation_token == token)
        extra = {"FileSystemId": known.file_system_id}
    text = told.get("message") or told.get("Message", "")
    return _refused(call, code, text, answer.status, **extra) if "__type" in told else answer


def _refused(call: Call, code: str, text: str, status: int, **extra: str) -> Answer:
    refused = Answer.error(call, code, text, status)
    refused.body = json.dumps({**json.loads(refused.body), **extra}).encode()
    return refused
