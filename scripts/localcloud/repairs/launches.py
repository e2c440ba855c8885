"""RunInstances as AWS does it: checked, completed, placed where there is capacity, and answered.

moto answers with a public address that AWS assigns only later, knows instance profiles and network
interface tags for the first instance at most, and keeps security groups of a network interface
from the instance's own list.
"""

from __future__ import annotations

import re
from typing import Any

from moto.core.serialize import never_return

from ..pipeline import Answer, Call, Repair
from . import launch_checks, wire
from .authorization import Authorization
from .capacity import Capacity
from .launch_request import LaunchRequest
from .offerings import offered, zones_offering
from .service_roles import ensure_spot_role
from .spot_prices import check_price
from .wire import Refusal, refusable

_INSTANCE = "RunInstances.Reservation.Instances.Instance"
# A fresh answer: state pending, no public address yet.
_FRESH = {
    f"{_INSTANCE}.State": lambda _: {"Code": 0, "Name": "pending"},
    f"{_INSTANCE}.PublicIpAddress": never_return,
    f"{_INSTANCE}.PublicDnsName": lambda _: "",
    f"{_INSTANCE}.NetworkInterfaces.InstanceNetworkInterface.Association": never_return,
}


class Launches(Repair):
    """Prepares the request for moto, and completes what moto made."""

    def __init__(self, capacity: Capacity, authorization: Authorization):
        self._capacity = capacity
        self._authorization = authorization

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service == "ec2" and call.action == "RunInstances":
            self.prepare(call, cloud)
        return None

    def prepare(self, call: Call, cloud) -> None:
        """Makes the call one that moto does right, and takes its instances out of the capacity."""
        launch = LaunchRequest.read(call)
        launch_checks.check(launch, call, cloud)
        self._place(launch, call, cloud)
        if launch.market == "spot" and not launch.params.get("DryRun"):
            permits = self._authorization.permits
            ensure_spot_role(call, cloud, lambda needed: permits(call, cloud, needed))
        count = self._capacity.reserve(
            cloud, launch, call, launch.params["MinCount"], launch.params["MaxCount"]
        )
        launch.params["MinCount"] = launch.params["MaxCount"] = count
        wire.replace_parameters(call, _for_moto(launch.params))
        call.notes["launch"] = launch

    def after(self, call: Call, answer: Answer, cloud) -> Answer:
        if call.action != "RunInstances" or "launch" not in call.notes:
            return answer
        launch = call.notes["launch"]
        reservation = launched(call, answer)
        if reservation is None:
            self._capacity.release(cloud, call)
            return answer
        for instance in reservation.instances:
            complete(instance, launch)
        return wire.answer(call, reservation, transform=_FRESH)

    def _place(self, launch: LaunchRequest, call: Call, cloud) -> None:
        """Chooses zone and subnet as AWS does, or refuses in its words."""
        if launch.subnet_id is None:
            launch.place(self._default_subnet(launch, call, cloud))
        zone = launch.zone
        if not offered(call.region, launch.instance_type, zone):
            others = ", ".join(zones_offering(call.region, launch.instance_type))
            raise Refusal(
                "Unsupported",
                f"Your requested instance type ({launch.instance_type}) is not supported in your "
                f"requested Availability Zone ({zone}). Please retry your request by not "
                f"specifying an Availability Zone or choosing {others}.",
            )
        if launch.spot_options is not None:
            price, seed = launch.spot_options.get("MaxPrice"), cloud.settings.seed
            check_price(price, launch.instance_type, zone, seed)

    def _default_subnet(self, launch: LaunchRequest, call: Call, cloud) -> str:
        vpc = launch.backend.get_default_vpc()
        if vpc is None:
            raise Refusal("VPCIdNotSpecified", "No default VPC for this user")
        subnets = launch.backend.get_default_subnets()
        if not subnets:
            raise Refusal(
                "MissingInput",
                f"No subnets found for the default VPC '{vpc.id}'. Please specify a subnet.",
            )
        zone = launch.zone
        if zone:
            if zone not in subnets:
                text = f"No default subnet for availability zone: '{zone}'."
                raise Refusal("InvalidInput", text)
            return subnets[zone].id
        offering = [z for z in sorted(subnets) if offered(call.region, launch.instance_type, z)]
        open_ = [z for z in offering if self._capacity.available(cloud, launch, z) > 0]
        return subnets[(open_ or offering or sorted(subnets))[0]].id


def launched(call: Call, answer: Answer) -> Any:
    """moto's reservation of a RunInstances answer; None when it is an error."""
    if not answer.ok:
        return None
    if "reservation" not in call.notes:
        found = re.search(rb"<reservationId>([^<]+)</reservationId>", answer.body)
        reservations = call.notes["launch"].backend.reservations
        call.notes["reservation"] = reservations.get(found.group(1).decode()) if found else None
    return call.notes["reservation"]


def _for_moto(params: dict[str, Any]) -> dict[str, Any]:
    """The request without the tags that moto would not put where they belong."""
    kept = {k: v for k, v in params.items() if k != "TagSpecifications"}
    stated = params.get("TagSpecifications") or []
    tags = [tag for tag in stated if tag["ResourceType"] in ("instance", "volume")]
    if tags:
        kept["TagSpecifications"] = tags
    return kept


def complete(instance: Any, launch: LaunchRequest) -> None:
    """Adds what moto leaves out of a new instance."""
    backend = launch.backend
    profile = launch.params.get("IamInstanceProfile") or {}
    if profile and instance.id not in backend.iam_instance_profile_associations:
        backend.associate_iam_instance_profile(
            instance.id,
            iam_instance_profile_name=profile.get("Name"),
            iam_instance_profile_arn=profile.get("Arn"),
        )
    stated = {int(nic.get("DeviceIndex", 0)): nic for nic in launch.interfaces}
    for index, interface in instance.nics.items():
        interface.add_tags(launch.tags("network-interface"))
        interface.delete_on_termination = stated.get(index, {}).get("DeleteOnTermination", True)
    instance.security_groups = list(dict.fromkeys(instance.nics[0].group_set))
