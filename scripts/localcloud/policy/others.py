"""What the calls of the services around EC2 need (service authorization reference of each)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from moto.efs.models import efs_backends
from moto.iam.models import iam_backends

from ..pipeline import Call
from ..repairs import wire
from ..repairs.service_roles import role_arn
from .arns import Ec2Arns, requested
from .conditions import Context
from .guard import Requirement

_FILE_SYSTEMS = re.compile(r"/2015-02-01/(file-systems|mount-targets|access-points|resource-tags)")
_ON_PROFILE = re.compile(r".*InstanceProfile")
_WITHOUT_RESOURCES = re.compile(r"List(Roles|InstanceProfiles|Policies|Users)|GetAccountSummary")


def needed(call: Call) -> list[Requirement] | None:
    """The permissions that a call needs; None when the lab does not know."""
    known = _SERVICES.get(call.service)
    return known(call) if known else None


def _context(call: Call) -> Context:
    return {"aws:RequestedRegion": [call.region], "aws:PrincipalAccount": [call.account]}


def _iam(call: Call) -> list[Requirement] | None:
    asked, action = wire.parameters(call), f"iam:{call.action}"
    context = {**_context(call), **requested(_pairs(asked.get("Tags") or []))}
    if call.action == "CreateServiceLinkedRole":
        service = asked.get("AWSServiceName", "")
        context["iam:AWSServiceName"] = [service]
        return [Requirement(action, role_arn(call.account, service), context)]
    if asked.get("PolicyArn"):
        context["iam:PolicyARN"] = [asked["PolicyArn"]]
    if _WITHOUT_RESOURCES.fullmatch(call.action):
        return [Requirement(action, "*", context)]
    if "InstanceProfileName" in asked and _ON_PROFILE.fullmatch(call.action):
        arn = _iam_arn(call, "instance-profile", asked["InstanceProfileName"], asked.get("Path"))
        found = [Requirement(action, arn, context)]
        if call.action == "AddRoleToInstanceProfile":
            role = _iam_arn(call, "role", asked.get("RoleName", "*"), None)
            found.append(Requirement("iam:PassRole", role, _context(call)))
        return found
    if "RoleName" in asked:
        role = _iam_arn(call, "role", asked["RoleName"], asked.get("Path"))
        return [Requirement(action, role, context)]
    return None


def _iam_arn(call: Call, kind: str, name: str, path: str | None) -> str:
    backend = iam_backends[call.account]["aws"]
    known = backend.roles if kind == "role" else backend.instance_profiles
    for one in list(known.values()):
        if one.name == name:
            return one.arn
    return f"arn:aws:iam::{call.account}:{kind}{path or '/'}{name}"


def _sts(call: Call) -> list[Requirement] | None:
    asked = wire.parameters(call)
    if call.action in ("GetCallerIdentity", "GetSessionToken"):
        return []  # AWS lets everybody
    if call.action.startswith("AssumeRole"):
        arn = asked.get("RoleArn", "*")
        return [Requirement(f"sts:{call.action}", arn, _context(call))]
    return [Requirement(f"sts:{call.action}", "*", _context(call))]


def _ssm(call: Call) -> list[Requirement] | None:
    asked = call.json
    names = [asked["Name"]] if "Name" in asked else asked.get("Names") or []
    names = names or ([asked["Path"]] if "Path" in asked else [])
    if "Parameter" not in call.action:
        return None
    if not names:
        return [Requirement(f"ssm:{call.action}", "*", _context(call))]
    found = []
    for name in names:
        account = "" if name.startswith("/aws/service/") else call.account
        arn = f"arn:aws:ssm:{call.region}:{account}:parameter/{name.lstrip('/')}"
        found.append(Requirement(f"ssm:{call.action}", arn, _context(call)))
    return found


def _efs(call: Call) -> list[Requirement] | None:
    path = call.environ.get("PATH_INFO", "")
    if not _FILE_SYSTEMS.match(path):
        return None
    action, context = f"elasticfilesystem:{call.action}", _context(call)
    system = _file_system(call, path)
    arn = f"arn:aws:elasticfilesystem:{call.region}:{call.account}:file-system/{system}"
    tags = _pairs(call.json.get("Tags") or [])
    if call.action == "CreateFileSystem":
        encrypted = str(bool(call.json.get("Encrypted"))).lower()
        context = {**context, "elasticfilesystem:Encrypted": [encrypted], **requested(tags)}
        found = [Requirement(action, arn, context)]
        if tags:
            by = {**context, "elasticfilesystem:CreateAction": [call.action]}
            found.append(Requirement("elasticfilesystem:TagResource", arn, by))
        return found
    return [Requirement(action, arn, {**context, **requested(tags)}), *_network(call)]


def _file_system(call: Call, path: str) -> str:
    """The file system that a call is about; * when it is about all or a new one."""
    backend = efs_backends[call.account][call.region]
    parts = path.split("/")
    given = parts[3] if len(parts) > 3 else ""
    target = given or call.query.get("MountTargetId", "")
    if target.startswith("fsmt-"):
        known = backend.mount_targets_by_id.get(target)
        return known.file_system_id if known else "*"
    named = given or call.json.get("FileSystemId") or call.query.get("FileSystemId") or "*"
    return named if named.startswith("fs-") else "*"


def _network(call: Call) -> list[Requirement]:
    """Mount targets are network interfaces: EFS asks EC2 in the caller's name."""
    arns = Ec2Arns(call)
    if call.action == "CreateMountTarget":
        asked = call.json
        found = [arns.anything("DescribeSubnets"), arns.anything("DescribeNetworkInterfaces")]
        found += arns.created("CreateNetworkInterface", "network-interface", {})
        subnet = asked.get("SubnetId", "*")
        found.append(arns.existing("CreateNetworkInterface", "subnet", subnet))
        for group in asked.get("SecurityGroups") or []:
            found.append(arns.existing("CreateNetworkInterface", "security-group", group))
        return found
    if call.action == "DeleteMountTarget":
        return [arns.existing("DeleteNetworkInterface", "network-interface", "*")]
    if call.action == "DescribeMountTargetSecurityGroups":
        return [arns.anything("DescribeNetworkInterfaceAttribute")]
    return []


def _quotas(call: Call) -> list[Requirement] | None:
    asked = call.json
    if not call.action.startswith(("Get", "List")):
        return None
    name = f"{asked.get('ServiceCode')}/{asked['QuotaCode']}" if "QuotaCode" in asked else "*"
    arn = f"arn:aws:servicequotas:{call.region}:{call.account}:{name}"
    action = f"servicequotas:{call.action}"
    return [Requirement(action, "*" if name == "*" else arn, _context(call))]


def _pricing(call: Call) -> list[Requirement] | None:
    return [Requirement(f"pricing:{call.action}", "*", _context(call))]


def _pairs(tags: list[dict[str, Any]]) -> dict[str, str]:
    return {tag["Key"]: tag.get("Value", "") for tag in tags}


_SERVICES: dict[str, Callable[[Call], list[Requirement] | None]] = {
    "iam": _iam,
    "sts": _sts,
    "ssm": _ssm,
    "elasticfilesystem": _efs,
    "servicequotas": _quotas,
    "pricing": _pricing,
}
