"""Service-linked roles under their right names, and the one that EC2 Spot needs in an account.

AWS makes AWSServiceRoleForEC2Spot with the first spot launch if the caller may
(iam:CreateServiceLinkedRole); else the launch is refused (EC2 user guide, "Service-linked role for
Spot Instance requests"; the words from karpenter-provider-aws). `cloud.settings.spot_role` says how
it is made: "auto", "missing" (launches do not make it) or "denied" (nobody may make it). moto
launches without it, and calls such roles by the service's first word.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moto.iam.models import iam_backends

from ..pipeline import Answer, Call, Repair
from ..policy.guard import Requirement
from . import wire
from .wire import Refusal, refusable

AUTO, MISSING, DENIED = "auto", "missing", "denied"
MODES = (AUTO, MISSING, DENIED)
_SPOT = "spot.amazonaws.com"
_NAMES = {
    _SPOT: "AWSServiceRoleForEC2Spot",
    "ec2fleet.amazonaws.com": "AWSServiceRoleForEC2Fleet",
    "spotfleet.amazonaws.com": "AWSServiceRoleForEC2SpotFleet",
    "elasticfilesystem.amazonaws.com": "AWSServiceRoleForAmazonElasticFileSystem",
}


class ServiceRoles(Repair):
    """Answers CreateServiceLinkedRole for the services around EC2."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "iam" or call.action != "CreateServiceLinkedRole":
            return None
        service = call.form.get("AWSServiceName", "")
        if service not in _NAMES:
            return None
        if service == _SPOT and cloud.settings.spot_role == DENIED:
            text = f"The lab lets nobody create the service-linked role of {service}"
            raise Refusal("AccessDenied", text, 403)
        name = _NAMES[service]
        if _find(call.account, name) is not None:
            text = (
                f"Service role name {name} has been taken in this account, please try a "
                f"different suffix."
            )
            raise Refusal("InvalidInput", text)
        role = _create(call.account, service)
        described = {
            "Path": role.path,
            "RoleName": role.name,
            "RoleId": role.id,
            "Arn": role.arn,
            "CreateDate": role.create_date,
        }
        return wire.answer(call, {"Role": described})


def ensure_spot_role(call: Call, cloud, permitted: Callable[[Requirement], bool]) -> None:
    """What AWS does before a spot launch."""
    if _find(call.account, _NAMES[_SPOT]) is not None:
        return
    context = {
        "iam:AWSServiceName": [_SPOT],
        "aws:PrincipalAccount": [call.account],
        "aws:RequestedRegion": [call.region],
    }
    needed = Requirement("iam:CreateServiceLinkedRole", role_arn(call.account, _SPOT), context)
    if cloud.settings.spot_role != AUTO or not permitted(needed):
        raise Refusal(
            "AuthFailure.ServiceLinkedRoleCreationNotPermitted",
            "The provided credentials do not have permission to create the service-linked role "
            "for EC2 Spot Instances.",
            403,
        )
    _create(call.account, _SPOT)


def forget_spot_roles() -> None:
    """Takes the role away from every account."""
    for account in list(iam_backends):
        role = _find(account, _NAMES[_SPOT])
        if role is not None:
            del _backend(account).roles[role.id]


def role_arn(account: str, service: str) -> str:
    """The role's name, there or not."""
    return f"arn:aws:iam::{account}:role/aws-service-role/{service}/{_NAMES.get(service, '*')}"


def _find(account: str, name: str) -> Any:
    return next((r for r in list(_backend(account).roles.values()) if r.name == name), None)


def _create(account: str, service: str) -> Any:
    role = _backend(account).create_service_linked_role(service, "", "")
    role.name = _NAMES[service]
    return role


def _backend(account: str) -> Any:
    return iam_backends[account]["aws"]
