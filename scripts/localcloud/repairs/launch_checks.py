"""What RunInstances refuses, in AWS's words; moto launches all of these.

Codes and texts: EC2 API reference "Error codes"; the architecture text from skypilot issue 6315;
the instance profile text from terraform issue 15341; the user data limit from the EC2 user guide.
"""

from __future__ import annotations

import base64
import binascii
import datetime
import re
from collections.abc import Callable

from moto.core.utils import utcnow
from moto.ec2.models.instance_types import INSTANCE_TYPES
from moto.iam.models import iam_backends

from ..pipeline import Call
from .launch_request import LaunchRequest, find_subnet
from .visibility import key_of_pair, unknown_pair, visible
from .wire import Refusal

USER_DATA_LIMIT = 16384
_TAGGED = ("instance", "volume", "network-interface", "spot-instances-request", "elastic-gpu")


def check(launch: LaunchRequest, call: Call, cloud) -> None:
    """Raises the first thing wrong; what is new may not be known yet (see `visibility`)."""
    for examine in _CHECKS:
        examine(launch)
    name = launch.params.get("KeyName")
    if name is not None and not visible(cloud, key_of_pair(call, name)):
        raise unknown_pair(name)
    for group in _groups(launch):
        if not visible(cloud, group):
            raise _unknown_group(group)
    _check_profile(launch, cloud.settings.eventual * cloud.settings.time_scale)


def _check_counts(launch: LaunchRequest) -> None:
    for name in ("MinCount", "MaxCount"):
        if name not in launch.params:
            raise _missing(name)
        if launch.params[name] < 1:
            raise _value(f"Value ({launch.params[name]}) for parameter {_camel(name)} is invalid.")
    if launch.params["MinCount"] > launch.params["MaxCount"]:
        raise Refusal(
            "InvalidParameterCombination",
            "The parameter minCount may not be greater than the parameter maxCount",
        )


def _check_image(launch: LaunchRequest) -> None:
    image_id = launch.params.get("ImageId")
    if not image_id:
        raise _missing("ImageId")
    if not re.fullmatch(r"ami-[0-9a-f]+", image_id):
        raise Refusal("InvalidAMIID.Malformed", f'Invalid id: "{image_id}" (expecting "ami-...")')
    if launch.image is None:
        raise Refusal("InvalidAMIID.NotFound", f"The image id '[{image_id}]' does not exist")


def _check_type(launch: LaunchRequest) -> None:
    known = INSTANCE_TYPES.get(launch.instance_type)
    if known is None:
        raise _value(f"Invalid value '{launch.instance_type}' for InstanceType.")
    supported = known["ProcessorInfo"]["SupportedArchitectures"]
    if launch.image.architecture not in supported:
        own = next((a for a in supported if a != "i386"), supported[0])
        raise _value(
            f"The architecture '{own}' of the specified instance type does not match the "
            f"architecture '{launch.image.architecture}' of the specified AMI. Specify an instance "
            f"type and an AMI that have matching architectures, and try again. You can use "
            f"'describe-instance-types' or 'describe-images' to discover the architecture of the "
            f"instance type or AMI."
        )


def _check_key(launch: LaunchRequest) -> None:
    name = launch.params.get("KeyName")
    if name is not None and name not in launch.backend.key_pairs:
        raise unknown_pair(name)


def _check_network(launch: LaunchRequest) -> None:
    if launch.interfaces:
        for name, words in (
            ("SubnetId", "an instance-level subnet ID"),
            ("SecurityGroupIds", "an instance-level security groups"),
            ("SecurityGroups", "an instance-level security groups"),
        ):
            if launch.params.get(name):
                raise Refusal(
                    "InvalidParameterCombination",
                    f"Network interfaces and {words} may not be specified on the same request",
                )
    if launch.subnet_id and find_subnet(launch.backend, launch.subnet_id) is None:
        text = f"The subnet ID '{launch.subnet_id}' does not exist"
        raise Refusal("InvalidSubnetID.NotFound", text)
    for group in _groups(launch):
        if launch.backend.get_security_group_from_id(group) is None:
            raise _unknown_group(group)


def _groups(launch: LaunchRequest) -> list[str]:
    """The groups named anywhere."""
    groups = list(launch.params.get("SecurityGroupIds") or [])
    for interface in launch.interfaces:
        groups += interface.get("Groups") or []
    return groups


def _unknown_group(group: str) -> Refusal:
    return Refusal("InvalidGroup.NotFound", f"The security group '{group}' does not exist")


def _check_user_data(launch: LaunchRequest) -> None:
    encoded = launch.params.get("UserData")
    if encoded is None:
        return
    try:
        raw = base64.b64decode(encoded, validate=False)
    except (binascii.Error, ValueError):
        raise _value("Invalid BASE64 encoding of user data.") from None
    if len(raw) > USER_DATA_LIMIT:
        raise _value(f"User data is limited to {USER_DATA_LIMIT} bytes")


def _check_disks(launch: LaunchRequest) -> None:
    launch.fill_disks()
    images = {disk["DeviceName"]: disk["Ebs"] for disk in launch.image.block_device_mappings}
    for device in launch.params["BlockDeviceMappings"]:
        source = images.get(device.get("DeviceName"))
        size = (device.get("Ebs") or {}).get("VolumeSize")
        if source and size is not None and size < source["VolumeSize"]:
            raise Refusal(
                "InvalidBlockDeviceMapping",
                f"Volume of size {size}GB is smaller than snapshot '{source['SnapshotId']}', "
                f"expect size >= {source['VolumeSize']}GB",
            )


def _check_spot(launch: LaunchRequest) -> None:
    options = launch.spot_options
    if options is None:
        return
    price = options.get("MaxPrice")
    if price is not None:
        try:
            amount = float(price)
        except ValueError:
            amount = 0.0
        if amount < 0.001:
            raise _value(
                f"Value ({price}) for parameter price is invalid. "
                f'"{price}" is an invalid spot instance price'
            )
    one_time = options.get("SpotInstanceType", "one-time") == "one-time"
    behavior = options.get("InstanceInterruptionBehavior", "terminate")
    if one_time and behavior != "terminate":
        raise Refusal(
            "InvalidParameterCombination",
            f"The interruption behavior '{behavior}' is not supported for one-time requests",
        )
    if one_time and "ValidUntil" in options:
        raise Refusal(
            "InvalidParameterCombination",
            "The parameter validUntil cannot be used with one-time requests",
        )


def _check_tags(launch: LaunchRequest) -> None:
    for specification in launch.params.get("TagSpecifications") or []:
        kind = specification.get("ResourceType")
        if kind not in _TAGGED:
            text = f"'{kind}' is not a valid taggable resource type for this operation."
            raise _value(text)
        if kind == "spot-instances-request" and launch.spot_options is None:
            raise _value(
                "You cannot specify tags for Spot instances requests if there are no Spot "
                "instances requests being created by the request."
            )


def _check_profile(launch: LaunchRequest, eventual: float) -> None:
    asked = launch.params.get("IamInstanceProfile") or {}
    backend = iam_backends[launch.backend.account_id]["aws"]
    for field, words in (("Name", "name"), ("Arn", "ARN")):
        if field not in asked:
            continue
        found = [
            profile
            for profile in backend.instance_profiles.values()
            if asked[field] == (profile.name if field == "Name" else profile.arn)
        ]
        fresh = utcnow() - datetime.timedelta(seconds=eventual)
        if not found or (eventual and found[0].create_date > fresh):
            raise _value(
                f"Value ({asked[field]}) for parameter iamInstanceProfile.{field.lower()} is "
                f"invalid. Invalid IAM Instance Profile {words}"
            )


def _value(text: str) -> Refusal:
    return Refusal("InvalidParameterValue", text)


def _missing(name: str) -> Refusal:
    return Refusal("MissingParameter", f"The request must contain the parameter {name}")


def _camel(name: str) -> str:
    return name[0].lower() + name[1:]


_CHECKS: tuple[Callable[[LaunchRequest], None], ...] = (
    _check_counts,
    _check_network,
    _check_image,
    _check_type,
    _check_key,
    _check_user_data,
    _check_disks,
    _check_spot,
    _check_tags,
)
