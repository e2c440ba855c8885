"""Machines that die between pending and running.

AWS accepts such a launch, and takes the instance back while it starts: for want of capacity, for
volumes over the limit, for a key that it may not use (EC2 user guide, "Troubleshoot instance launch
issues"). Rules are `settings.births`: {"code": "Client.VolumeLimitExceeded", "type": "c5.*",
"az": "us-east-1a", "market": "spot", "count": 2}, where all but the code may be missing, and a rule
without count hits every launch.
"""

from __future__ import annotations

import fnmatch
from typing import Any

from moto.ec2.models.instances import StateReason

from .settings import Settings

_TEXTS = {
    "Client.InternalError": "Client error on launch",
    "Client.InvalidKMSKey.InvalidState": "The KMS key provided is in an incorrect state",
    "Client.InvalidSnapshot.NotFound": "The specified snapshot was not found",
    "Client.VolumeLimitExceeded": "Volume limit exceeded",
    "Server.InsufficientInstanceCapacity": (
        "There was insufficient capacity available to satisfy the launch request"
    ),
    "Server.InternalError": "Internal error on launch",
    "Server.SpotInstanceTermination": "Spot instance termination",
}


def stillbirth(settings: Settings, instance: Any) -> StateReason | None:
    """Why this instance is not to live, by the first rule that fits; takes it from the rule."""
    for rule in settings.births:
        if rule.get("count", 1) < 1 or not _fits(rule, instance):
            continue
        if "count" in rule:
            rule["count"] -= 1
        code = str(rule["code"])
        return StateReason(f"{code}: {_TEXTS.get(code, 'Error on launch')}", code)
    return None


def _fits(rule: dict[str, Any], instance: Any) -> bool:
    market = instance.lifecycle or "on-demand"
    return (
        fnmatch.fnmatchcase(instance.instance_type, rule.get("type") or "*")
        and fnmatch.fnmatchcase(instance._placement.zone, rule.get("az") or "*")
        and (rule.get("market") or market) == market
    )
