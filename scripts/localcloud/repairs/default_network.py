"""Accounts without a default VPC, as old and as tidied ones are.

With `cloud.settings.default_vpc` off, the default VPC of every account that asks is an ordinary
one, with its subnets; with it on again, they are what they were. CreateSecurityGroup without a VPC
is then refused, as RunInstances is by `launches`.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models import ec2_backends

from ..pipeline import Answer, Call, Repair
from .wire import Refusal, refusable


class DefaultNetwork(Repair):
    """Takes the default VPC away and gives it back."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2":
            return None
        backend = ec2_backends[call.account][call.region]
        if cloud.settings.default_vpc:
            _restore(backend)
            return None
        _demote(backend)
        if call.action == "CreateSecurityGroup" and not call.form.get("VpcId"):
            raise Refusal("VPCIdNotSpecified", "No default VPC for this user")
        return None


def _demote(backend: Any) -> None:
    vpc = backend.get_default_vpc()
    if vpc is None:
        return
    subnets = list(backend.get_default_subnets().values())
    backend.demoted_network = (vpc, subnets)
    vpc.is_default = False
    for subnet in subnets:
        subnet.default_for_az = False


def _restore(backend: Any) -> None:
    vpc, subnets = getattr(backend, "demoted_network", (None, []))
    if vpc is None:
        return
    vpc.is_default = True
    for subnet in subnets:
        subnet.default_for_az = True
    backend.demoted_network = (None, [])
