"""Public images and the SSM parameters that name them, in every region and for both architectures.

AWS publishes Amazon Linux 2023, Ubuntu, Debian and the deep learning images under public
parameters (`/aws/service/...`). moto has no Canonical and no Debian parameters, Ubuntu images
only up to 16.04, and the same 15 GiB `standard` root disk, kept after termination, for every
image. The images of data/images.json are added to each region's moto backend when it is first
asked; their names tell the login user as the real ones do. Ids are the same in every run, and
differ between regions.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import json
from pathlib import Path
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.models.amis import Ami
from moto.ssm.models import Parameter, ssm_backends

from ..pipeline import Answer, Call, Repair

_DEBIAN_ARCHITECTURE = {"x86_64": "amd64", "arm64": "arm64"}
_AMAZON_LINUX = "/aws/service/ami-amazon-linux-latest"


class LabImage(Ami):
    """One of moto's images, with a root disk like the real one's."""

    platform_details = "Linux/UNIX"
    usage_operation = "RunInstances"
    ena_support = True
    imds_support = "v2.0"
    root_volume: dict[str, Any] = {}

    @property
    def block_device_mappings(self) -> list[dict[str, Any]]:
        disk = {"SnapshotId": self.ebs_snapshot.id, "DeleteOnTermination": True, "Encrypted": False}
        return [{"DeviceName": self.root_device_name, "Ebs": {**disk, **self.root_volume}}]


class Images(Repair):
    """Adds the images and parameters before EC2 or SSM is asked in a region."""

    def __init__(self) -> None:
        self._added: set[tuple[str, str, str]] = set()

    def before(self, call: Call, cloud) -> Answer | None:
        key = (call.account, call.region, call.service)
        if call.service in ("ec2", "ssm") and key not in self._added:
            with cloud.lock:
                add_images(call.account, call.region)
                if call.service == "ssm" or call.action == "RunInstances":
                    add_parameters(call.account, call.region)
                    self._added.add((call.account, call.region, "ssm"))
                self._added.add(key)
        return None


def add_images(account: str, region: str) -> None:
    """Registers the images in moto's backend of a region, once."""
    backend = ec2_backends[account][region]
    for stated, architecture in _each():
        image_id = image_id_of(stated, architecture, region)
        if image_id not in backend.amis:
            backend.amis[image_id] = _image(backend, stated, architecture, image_id)


def add_parameters(account: str, region: str) -> None:
    """Puts the public parameters into moto's parameter store of a region, once."""
    parameters = ssm_backends[account][region]._parameters
    parameters._check_loading_status(_AMAZON_LINUX)  # moto's own come first: the last one counts
    for stated, architecture in _each():
        image_id = image_id_of(stated, architecture, region)
        for pattern in stated["parameters"]:
            name = _filled(pattern, architecture)
            if any(known.value == image_id for known in parameters.get(name, [])):
                continue
            parameters[name].append(
                Parameter(
                    account_id=account,
                    name=name,
                    value=image_id,
                    parameter_type="String",
                    description=None,
                    allowed_pattern=None,
                    keyid=None,
                    last_modified_date=_moment(stated["created"]),
                    version=len(parameters[name]) + 1,
                    data_type="aws:ec2:image",
                )
            )


def image_id_of(stated: dict[str, Any], architecture: str, region: str) -> str:
    seed = f"{region}/{_filled(stated['name'], architecture)}".encode()
    return "ami-0" + hashlib.blake2b(seed, digest_size=8).hexdigest()


def _image(backend: Any, stated: dict[str, Any], architecture: str, image_id: str) -> LabImage:
    name = _filled(stated["name"], architecture)
    image = LabImage(
        backend,
        image_id,
        name=name,
        description=_filled(stated["description"], architecture),
        owner_id=stated["owner"],
        owner_alias=stated["alias"],
        public=True,
        virtualization_type="hvm",
        architecture=architecture,
        creation_date=_moment(stated["created"]),
        image_location=f"{stated['alias'] or stated['owner']}/{name}",
        hypervisor="xen",
        root_device_type="ebs",
        root_device_name=stated["root"],
        region_name=backend.region_name + "a",
        boot_mode="uefi" if architecture == "arm64" else "uefi-preferred",
    )
    image.root_volume = {"VolumeSize": stated["size"], "VolumeType": stated["volume"]}
    image.ebs_snapshot.volume.size = stated["size"]
    return image


@functools.cache
def _each() -> list[tuple[dict[str, Any], str]]:
    table = json.loads((Path(__file__).parents[1] / "data" / "images.json").read_text())
    return [(stated, a) for stated in table["images"] for a in _DEBIAN_ARCHITECTURE]


def _filled(pattern: str, architecture: str) -> str:
    return pattern.format(arch=architecture, deb=_DEBIAN_ARCHITECTURE[architecture])


def _moment(text: str) -> datetime.datetime:
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.000Z")
