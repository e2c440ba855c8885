"""Security groups: not deleted while in use, and CIDR blocks in their canonical form.

AWS refuses DeleteSecurityGroup with DependencyViolation while a network interface has the group
(of an instance that is not terminated yet, or of an EFS mount target) or a rule of another group
names it; it cuts host bits off CIDR blocks, and takes names and descriptions of a restricted
character set (API reference, CreateSecurityGroup). moto deletes at once and keeps what it is
given.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Any

from moto.ec2.models import ec2_backends
from moto.efs.models import efs_backends

from ..pipeline import Answer, Call, Repair
from .wire import Refusal, refusable

_RULE_CALLS = re.compile(r"(Authorize|Revoke)SecurityGroup(Ingress|Egress)")
_CIDR = re.compile(r"(.*\.)?CidrIp(v6)?")
_WORDS = re.compile(r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]*")
_RULE_DESCRIPTION = re.compile(r".*\.(IpRanges|Ipv6Ranges|Groups|PrefixListIds)\.\d+\.Description")


class SecurityGroups(Repair):
    """Checks what is created, authorised and deleted."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2":
            return None
        if _RULE_CALLS.fullmatch(call.action):
            _canonical(call)
        elif call.action == "CreateSecurityGroup":
            _check_words(call)
        elif call.action == "DeleteSecurityGroup" and call.form.get("DryRun") != "true":
            _check_unused(call)
        return None


def _canonical(call: Call) -> None:
    for name, value in call.form.items():
        if _RULE_DESCRIPTION.fullmatch(name) and (len(value) > 255 or not _WORDS.fullmatch(value)):
            raise Refusal(
                "InvalidParameterValue",
                "Invalid rule description. Valid descriptions are strings less than 256 characters "
                "from the following set:  a-zA-Z0-9. _-:/()#,@[]+=&;{}!$*",
            )
        if not _CIDR.fullmatch(name):
            continue
        try:
            call.form[name] = str(ipaddress.ip_network(value, strict=False))
        except ValueError:
            text = f"CIDR block {value} is malformed"
            raise Refusal("InvalidParameterValue", text) from None
    call.rewrite()


def _check_words(call: Call) -> None:
    for parameter in ("GroupName", "GroupDescription"):
        value = call.form.get(parameter, "")
        if not value:
            text = f"The request must contain the parameter {parameter}"
            raise Refusal("MissingParameter", text)
        if len(value) > 255 or not _WORDS.fullmatch(value):
            raise Refusal(
                "InvalidParameterValue",
                f"Value ({value}) for parameter {parameter} is invalid. Character sets beyond "
                f"ASCII are not supported.",
            )
    if call.form["GroupName"].startswith("sg-"):
        text = "Group names may not be in the format sg-*"
        raise Refusal("InvalidParameterValue", text)


def _check_unused(call: Call) -> None:
    backend = ec2_backends[call.account][call.region]
    name = call.form.get("GroupId") or call.form.get("GroupName", "")
    group = backend.get_security_group_by_name_or_id(name)
    if group is None:
        return
    if group.is_default:
        raise Refusal(
            "CannotDelete",
            f'the specified group: "{group.id}" name: "{group.name}" cannot be deleted by a user',
        )
    if _attached(backend, group) or _mounted(call, group) or _referenced(backend, group):
        text = f"resource {group.id} has a dependent object"
        raise Refusal("DependencyViolation", text)


def _attached(backend: Any, group: Any) -> bool:
    for instance in backend.all_instances():
        if instance.state != "terminated" and group in instance.security_groups:
            return True
    for interface in list(backend.enis.values()):
        ended = interface.instance is not None and interface.instance.state == "terminated"
        if not ended and group in interface.group_set:
            return True
    return False


def _mounted(call: Call, group: Any) -> bool:
    backend = efs_backends[call.account][call.region]
    targets = list(backend.mount_targets_by_id.values())
    return any(group.id in (target.security_groups or []) for target in targets)


def _referenced(backend: Any, group: Any) -> bool:
    for groups in backend.groups.values():
        for other in groups.values():
            if other is group:
                continue
            for rule in (*other.ingress_rules, *other.egress_rules):
                if (rule.source_group or {}).get("GroupId") == group.id:
                    return True
    return False
