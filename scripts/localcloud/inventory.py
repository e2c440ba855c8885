"""Everything that an account has in the lab and that was not there from the start.

For tests that look for what a program left behind: no filter, no page and no delay keeps anything
from being seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.ec2.models import ec2_backends
from moto.efs.models import efs_backends
from moto.iam.models import iam_backends

_OPEN = ("open", "active", "disabled")


def inventory(account: str, only: str | None = None) -> dict[str, Any]:
    """The resources by kind, each with its id, region, name and tags; no kind is left out.

    With `only`, the regional ones of that region.
    """
    found: dict[str, list[dict[str, Any]]] = {kind: [] for kind in _REGIONAL}
    for region, backend in list(ec2_backends[account].items()):
        if only not in (None, region):
            continue
        for kind, rows in _REGIONAL.items():
            for row in rows(backend):
                row["tags"] = _tags(backend, row["id"])
                found[kind].append({**row, "region": region})
    systems = _file_systems(account)
    for kind, rows in systems.items():
        found[kind] = [row for row in rows if only in (None, row["region"])]
    found.update(_identities(account))
    return {"account": account, **found}


def _tags(backend: Any, resource_id: str) -> dict[str, str]:
    rows = backend.describe_tags(filters={"resource-id": [resource_id]})
    return {row["key"]: row["value"] for row in rows}


def _instances(backend: Any) -> Iterator[dict[str, Any]]:
    for instance in backend.all_instances():
        if instance._state.name != "terminated":
            yield {
                "id": instance.id,
                "state": instance._state.name,
                "type": instance.instance_type,
                "lifecycle": instance.lifecycle or "on-demand",
                "client_token": instance.client_token or None,
            }


def _spot_requests(backend: Any) -> Iterator[dict[str, Any]]:
    for request in list(backend.spot_instance_requests.values()):
        if request.state in _OPEN and not _over(request):
            yield {
                "id": request.id,
                "state": request.state,
                "type": request.type,
                "instance": request.instance.id,
            }


def _over(request: Any) -> bool:
    """Whether a one-time request has ended with its instance; it notices only when looked at."""
    return request.type != "persistent" and request.instance.state == "terminated"


def _templates(backend: Any) -> Iterator[dict[str, Any]]:
    for template in list(backend.launch_templates.values()):
        yield {"id": template.id, "name": template.name}


def _groups(backend: Any) -> Iterator[dict[str, Any]]:
    for groups in list(backend.groups.values()):
        for group in list(groups.values()):
            if not group.is_default:
                yield {"id": group.id, "name": group.name, "vpc": group.vpc_id}


def _key_pairs(backend: Any) -> Iterator[dict[str, Any]]:
    for pair in list(backend.key_pairs.values()):
        yield {"id": pair.id, "name": pair.key_name}


def _volumes(backend: Any) -> Iterator[dict[str, Any]]:
    for volume in list(backend.volumes.values()):
        if volume.status != "deleted":
            instance = volume.attachment.instance if volume.attachment else None
            if instance is None or instance.state != "terminated":
                yield {"id": volume.id, "state": volume.status, "size": volume.size}


def _addresses(backend: Any) -> Iterator[dict[str, Any]]:
    for address in list(backend.addresses):
        yield {"id": address.allocation_id, "address": address.public_ip}


def _interfaces(backend: Any) -> Iterator[dict[str, Any]]:
    for interface in list(backend.enis.values()):
        instance = interface.instance
        if instance is None or instance.state != "terminated":
            owner = instance.id if instance else None
            yield {"id": interface.id, "instance": owner}


def _images(backend: Any) -> Iterator[dict[str, Any]]:
    for image in list(backend.amis.values()):
        if image.owner_id == backend.account_id:
            yield {"id": image.id, "name": image.name}


def _fleets(backend: Any) -> Iterator[dict[str, Any]]:
    for fleet in getattr(backend, "instant_fleets", {}).values():
        living = [i.id for i in fleet.instances if i.state != "terminated"]
        if living:  # AWS describes an instant fleet long after its end, and it costs nothing
            yield {"id": fleet.id, "state": fleet.state, "type": "instant", "instances": living}
    for fleet in list(backend.fleets.values()):
        if fleet.state == "active":
            yield {"id": fleet.id, "state": fleet.state, "type": fleet.fleet_type, "instances": []}


_REGIONAL = {
    "instances": _instances,
    "spot_requests": _spot_requests,
    "fleets": _fleets,
    "launch_templates": _templates,
    "security_groups": _groups,
    "key_pairs": _key_pairs,
    "volumes": _volumes,
    "addresses": _addresses,
    "network_interfaces": _interfaces,
    "images": _images,
}


def _file_systems(account: str) -> dict[str, list[dict[str, Any]]]:
    systems, targets = [], []
    for region, backend in list(efs_backends[account].items()):
        for system in list(backend.file_systems_by_id.values()):
            tags = {tag["Key"]: tag["Value"] for tag in system.info_json().get("Tags") or []}
            row = {"id": system.file_system_id, "state": system.life_cycle_state, "tags": tags}
            systems.append({**row, "region": region})
        for target in list(backend.mount_targets_by_id.values()):
            row = {"id": target.mount_target_id, "state": target.life_cycle_state}
            targets.append({**row, "file_system": target.file_system_id, "region": region})
    return {"file_systems": systems, "mount_targets": targets}


def _identities(account: str) -> dict[str, list[dict[str, Any]]]:
    backend = iam_backends[account]["aws"]
    roles = [r for r in list(backend.roles.values()) if not r.path.startswith("/aws-service-role/")]
    profiles = list(backend.instance_profiles.values())
    return {
        "roles": [{"id": role.id, "name": role.name} for role in roles],
        "instance_profiles": [{"id": profile.id, "name": profile.name} for profile in profiles],
    }
