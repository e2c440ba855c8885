"""Auto Scaling groups that have instances are not deleted without force.

AWS refuses with ResourceInUse (API reference, DeleteAutoScalingGroup); moto takes the instances
with the group.
"""

from __future__ import annotations

from moto.autoscaling import autoscaling_backends

from ..pipeline import Answer, Call, Repair
from .wire import Refusal, refusable


class ScalingGroups(Repair):
    """Checks what is deleted."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "autoscaling" or call.action != "DeleteAutoScalingGroup":
            return None
        forced = call.form.get("ForceDelete", "").lower() == "true"
        groups = autoscaling_backends[call.account][call.region].autoscaling_groups
        group = groups.get(call.form.get("AutoScalingGroupName", ""))
        if group is not None and group.instance_states and not forced:
            raise Refusal(
                "ResourceInUse",
                "You cannot delete an AutoScalingGroup while there are instances or pending Spot "
                "instance request(s) still in the group.",
            )
        return None
