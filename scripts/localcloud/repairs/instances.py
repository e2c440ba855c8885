"""DescribeInstances with AWS's filters and pages.

moto answers an HTML page for the filters instance-lifecycle, client-token, spot-instance-request-id
and launch-time, matches availability-zone and wildcards of instance-type wrongly, and pages by
reservation.
"""

from __future__ import annotations

import copy
import datetime
from typing import Any

from moto.ec2.models import ec2_backends

from ..pipeline import Answer, Call, Repair
from . import wire
from .filters import matching, page, tag_values
from .visibility import vanished, visible
from .wire import Refusal, refusable


class Instances(Repair):
    """Answers DescribeInstances from moto's instances."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2" or call.action != "DescribeInstances":
            return None
        asked = wire.parameters(call)
        if asked.get("DryRun"):
            return None
        ids = asked.get("InstanceIds", [])
        if ids and "MaxResults" in asked:
            raise Refusal(
                "InvalidParameterCombination",
                "The parameter instancesSet cannot be used with the parameter maxResults",
            )
        backend = ec2_backends[call.account][call.region]
        found = [
            (reservation, instance)
            for reservation in list(backend.reservations.values())
            for instance in reservation.instances
            if (not ids or instance.id in ids)
            and visible(cloud, instance.id)
            and not vanished(cloud, instance)
        ]
        found = matching(found, asked.get("Filters", []), _values)
        found, token = page(found, asked)
        return wire.answer(call, {"Reservations": _grouped(found), "NextToken": token})


def _grouped(found: list[tuple[Any, Any]]) -> list[Any]:
    """Copies of the reservations that hold only the instances found."""
    grouped: dict[str, Any] = {}
    for reservation, instance in found:
        if reservation.id not in grouped:
            grouped[reservation.id] = copy.copy(reservation)
            grouped[reservation.id].instances = []
        grouped[reservation.id].instances.append(instance)
    return list(grouped.values())


def _values(pair: tuple[Any, Any] | None, name: str) -> list[str] | None:
    if pair is None:
        known = name in _FILTERS or tag_values({}, name) is not None
        return [] if known else None
    reservation, instance = pair
    if name not in _FILTERS:
        return tag_values({tag["key"]: tag["value"] for tag in instance.get_tags()}, name)
    found = _FILTERS[name](reservation, instance)
    found = found if isinstance(found, list) else [found]
    return [_text(value) for value in found if value is not None]


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return str(value)


def _volumes(i: Any) -> list[Any]:
    return list(i.block_device_mapping.values())


def _nics(i: Any) -> list[Any]:
    return list(i.nics.values())


# The values of each filter: of a reservation r and an instance i. Names: API reference.
_FILTERS = {
    "affinity": lambda r, i: None,
    "architecture": lambda r, i: i.architecture,
    "availability-zone": lambda r, i: i._placement.zone,
    "block-device-mapping.delete-on-termination": lambda r, i: [
        bool(v.delete_on_termination) for v in _volumes(i)
    ],
    "block-device-mapping.device-name": lambda r, i: list(i.block_device_mapping),
    "block-device-mapping.status": lambda r, i: [
        i.get_block_device_status(v.status) for v in _volumes(i)
    ],
    "block-device-mapping.volume-id": lambda r, i: [v.volume_id for v in _volumes(i)],
    "client-token": lambda r, i: i.client_token,
    "dns-name": lambda r, i: i.public_dns_name,
    "group-id": lambda r, i: [g.id for g in i.security_groups],
    "group-name": lambda r, i: [g.name for g in i.security_groups],
    "hypervisor": lambda r, i: "xen",
    "iam-instance-profile.arn": lambda r, i: (i.iam_instance_profile or {}).get("Arn"),
    "iam-instance-profile.id": lambda r, i: (i.iam_instance_profile or {}).get("Id"),
    "image-id": lambda r, i: i.image_id,
    "instance-id": lambda r, i: i.id,
    "instance-lifecycle": lambda r, i: i.lifecycle,
    "instance-state-code": lambda r, i: i._state.code,
    "instance-state-name": lambda r, i: i._state.name,
    "instance-type": lambda r, i: i.instance_type,
    "instance.group-id": lambda r, i: [g.id for g in i.security_groups],
    "instance.group-name": lambda r, i: [g.name for g in i.security_groups],
    "ip-address": lambda r, i: i.public_ip,
    "key-name": lambda r, i: i.key_name,
    "launch-index": lambda r, i: i.ami_launch_index,
    "launch-time": lambda r, i: i.launch_time,
    "metadata-options.http-endpoint": lambda r, i: i.metadata_options.http_endpoint,
    "metadata-options.http-tokens": lambda r, i: i.metadata_options.http_tokens,
    "monitoring-state": lambda r, i: i.monitoring_state,
    "network-interface.addresses.private-ip-address": lambda r, i: [
        n.private_ip_address for n in _nics(i)
    ],
    "network-interface.availability-zone": lambda r, i: i._placement.zone,
    "network-interface.group-id": lambda r, i: [g.id for n in _nics(i) for g in n.group_set],
    "network-interface.network-interface-id": lambda r, i: [n.id for n in _nics(i)],
    "network-interface.subnet-id": lambda r, i: [n.subnet.id for n in _nics(i)],
    "network-interface.vpc-id": lambda r, i: [n.subnet.vpc_id for n in _nics(i)],
    "owner-id": lambda r, i: i.owner_id,
    "placement-group-name": lambda r, i: i._placement.group_name or None,
    "platform": lambda r, i: i.platform,
    "private-dns-name": lambda r, i: i.private_dns_name,
    "private-ip-address": lambda r, i: i.private_ip,
    "reason": lambda r, i: i._reason,
    "reservation-id": lambda r, i: r.id,
    "root-device-name": lambda r, i: i.root_device_name,
    "root-device-type": lambda r, i: i.root_device_type,
    "source-dest-check": lambda r, i: bool(i.source_dest_check),
    "spot-instance-request-id": lambda r, i: getattr(i, "spot_instance_request_id", None),
    "state-reason-code": lambda r, i: i.state_reason.code or None,
    "state-reason-message": lambda r, i: i.state_reason.message or None,
    "subnet-id": lambda r, i: i.subnet_id,
    "tenancy": lambda r, i: i._placement.tenancy,
    "virtualization-type": lambda r, i: i.virtualization_type,
    "vpc-id": lambda r, i: i.vpc_id,
}
