"""Ids that are malformed, unknown, or not to be seen yet.

AWS tells a malformed id (InvalidInstanceID.Malformed) from an unknown one, and is eventually
consistent: for a while after the creation other calls may not know the new id (EC2 developer guide,
"Eventual consistency"). In the lab that takes `cloud.settings.eventual` seconds; `cloud.fresh`
holds the moment at which each id becomes known. moto calls malformed ids unknown, and knows at
once.
"""

from __future__ import annotations

import re
import time
from typing import Any

from moto.ec2.models import ec2_backends

from ..pipeline import Answer, Call, Repair
from .wire import Refusal, refusable

_GROUP_ID = re.compile(rb"<groupId>([^<]+)</groupId>")
_ID = re.compile(r"i-([0-9a-f]{8}|[0-9a-f]{17})")
# Calls whose InstanceId (or list of them) must exist.
_LOOKED_AT = frozenset(
    {
        "AssociateIamInstanceProfile",
        "DescribeInstanceAttribute",
        "DescribeInstanceStatus",
        "DescribeInstances",
        "GetConsoleOutput",
        "ModifyInstanceAttribute",
        "ModifyInstanceMetadataOptions",
        "RebootInstances",
        "StartInstances",
        "StopInstances",
        "TerminateInstances",
    }
)
# Calls that only write ids down, for others to look at.
_STORING = ("CreateLaunchTemplate", "CreateLaunchTemplateVersion")
_MAKING_PAIRS = ("CreateKeyPair", "ImportKeyPair")

# What is said of an id that is not to be seen yet, by its prefix.
_UNSEEN = {
    "i": ("InvalidInstanceID.NotFound", "The instance ID '{}' does not exist"),
    "lt": (
        "InvalidLaunchTemplateId.NotFound",
        "The specified launch template, with template ID {}, does not exist.",
    ),
    "sg": ("InvalidGroup.NotFound", "The security group '{}' does not exist"),
    "sir": (
        "InvalidSpotInstanceRequestID.NotFound",
        "The spot instance request ID '{}' does not exist",
    ),
}


class Visibility(Repair):
    """Refuses such ids for every call that names one."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2":
            return None
        looks = cloud.fresh and call.action not in _STORING
        for name, value in call.form.items() if looks else ():
            if not visible(cloud, value) and not name.startswith("Filter."):
                code, text = _UNSEEN[value.split("-")[0]]
                raise Refusal(code, text.format(value))
        named = _named(call)
        for instance_id in named:
            if not _ID.fullmatch(instance_id):
                raise Refusal("InvalidInstanceID.Malformed", f'Invalid id: "{instance_id}"')
        if not named:
            return None
        backend = ec2_backends[call.account][call.region]
        known = {i.id for i in backend.all_instances() if not vanished(cloud, i)}
        unknown = [instance_id for instance_id in named if instance_id not in known]
        if len(unknown) == 1:
            text = f"The instance ID '{unknown[0]}' does not exist"
            raise Refusal("InvalidInstanceID.NotFound", text)
        if unknown:
            text = f"The instance IDs '{', '.join(unknown)}' do not exist"
            raise Refusal("InvalidInstanceID.NotFound", text)
        return None

    def after(self, call: Call, answer: Answer, cloud) -> Answer:
        reservation = call.notes.get("reservation")
        for instance in reservation.instances if reservation else ():
            hide(cloud, instance.id)
        if call.service == "ec2" and call.action == "CreateSecurityGroup" and answer.ok:
            hide(cloud, _GROUP_ID.search(answer.body).group(1).decode())
        if call.service == "ec2" and call.action in _MAKING_PAIRS and answer.ok:
            hide(cloud, key_of_pair(call, call.form["KeyName"]))
        return answer


def key_of_pair(call: Call, name: str) -> str:
    """Under which a key pair is fresh, whose name others may use too."""
    return f"key-pair/{call.account}/{call.region}/{name}"


def unknown_pair(name: str) -> Refusal:
    """AWS's answer to the name of no key pair."""
    return Refusal("InvalidKeyPair.NotFound", f"The key pair '{name}' does not exist")


def hide(cloud, resource_id: str) -> None:
    """Lets a new resource be unknown to other calls for as long as the settings say."""
    if cloud.settings.eventual:
        seconds = cloud.settings.eventual * cloud.settings.time_scale
        cloud.fresh[resource_id] = time.monotonic() + seconds


def visible(cloud, resource_id: str) -> bool:
    """Whether other calls than the one that created it know a resource by now."""
    return cloud.fresh.get(resource_id, 0.0) <= time.monotonic()


def vanished(cloud, instance: Any) -> bool:
    """Whether an instance ended so long ago that AWS no longer describes it."""
    if instance.state != "terminated":
        return False
    if not hasattr(instance, "ended_at"):
        instance.ended_at = time.monotonic()
    return time.monotonic() - instance.ended_at > cloud.settings.vanish


def _named(call: Call) -> list[str]:
    if call.action in ("CreateTags", "DeleteTags"):
        return [name for name in call.members("ResourceId") if name.startswith("i-")]
    if call.action not in _LOOKED_AT:
        return []
    single = call.form.get("InstanceId")
    return [single] if single is not None else call.members("InstanceId")
