"""AWS's words when it cannot or will not launch more of a type: pool, quota and account errors.

Codes and texts: EC2 API reference, "Error codes"; InsufficientInstanceCapacity is an HTTP 500 (seen
in aws-sdk-ruby issues 568 and 2786).
"""

from __future__ import annotations

from typing import Any

from .wire import Refusal

# Of each code: status and text, in which {type} and {zone} may stand.
_WORDS = {
    "InsufficientInstanceCapacity": (
        500,
        "We currently do not have sufficient {type} capacity in the Availability Zone you "
        "requested ({zone}). Our system will be working on provisioning additional capacity. You "
        "can currently get {type} capacity by not specifying an Availability Zone in your request "
        "or choosing another one.",
    ),
    "MaxSpotInstanceCountExceeded": (400, "Max spot instance count exceeded"),
    "OptInRequired": (
        401,
        "In order to use this AWS Marketplace product you need to accept terms and subscribe.",
    ),
    "PendingVerification": (
        400,
        "Your request for accessing resources in this region is being validated, and you will not "
        "be able to launch additional resources in this region until the validation is complete.",
    ),
    "UnfulfillableCapacity": (
        400,
        "Unable to fulfill capacity due to your request configuration. Please adjust your request "
        "and try again.",
    ),
    "Unsupported": (
        400,
        "Your requested instance type ({type}) is not supported in your requested Availability "
        "Zone ({zone}).",
    ),
    "VcpuLimitExceeded": (
        400,
        "You have requested more vCPU capacity than your current vCPU limit allows for the "
        "instance bucket that the specified instance type belongs to. Please visit "
        "http://aws.amazon.com/contact-us/ec2-request to request an adjustment to this limit.",
    ),
}


def insufficient(
    instance_type: str, zone: str | None, rule: dict[str, Any] | None = None
) -> Refusal:
    """The answer when a zone has no more of a type, in the rule's code if it has one."""
    code = (rule or {}).get("code") or "InsufficientInstanceCapacity"
    return refused(code, instance_type, zone)


def refused(code: str, instance_type: str = "", zone: str | None = None) -> Refusal:
    """The answer of a code."""
    status, text = _WORDS.get(code, (400, "The lab has no {type} in {zone}"))
    return Refusal(code, text.format(type=instance_type, zone=zone), status)
