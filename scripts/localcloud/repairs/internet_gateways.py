"""The internet gateway of each default VPC, and the route to it.

AWS makes both with the VPC, which is why machines in default subnets can be reached. moto makes
neither, so DescribeRouteTables shows a network without a way out.
"""

from __future__ import annotations

import threading

from moto.ec2.models import ec2_backends

from ..pipeline import Answer, Call, Repair

_ASKS = (
    "DescribeRouteTables",
    "DescribeInternetGateways",
    "DetachInternetGateway",
    "DeleteRoute",
    "CreateRoute",
)


class InternetGateways(Repair):
    """Gives each default VPC its way out, once: whoever takes it away has taken it away."""

    def __init__(self) -> None:
        self._opened: set[str] = set()
        self._lock = threading.Lock()

    def before(self, call: Call, cloud) -> Answer | None:
        if call.service == "ec2" and call.action in _ASKS:
            backend = ec2_backends[call.account][call.region]
            with self._lock:
                for vpc in backend.describe_vpcs():
                    if vpc.is_default and vpc.id not in self._opened:
                        self._opened.add(vpc.id)
                        _open(backend, vpc.id)
        return None


def _open(backend, vpc_id: str) -> None:
    gateway = backend.create_internet_gateway()
    backend.attach_internet_gateway(gateway.id, vpc_id)
    (main,) = backend.describe_route_tables(
        filters={"vpc-id": [vpc_id], "association.main": ["true"]}
    )
    backend.create_route(main.id, "0.0.0.0/0", gateway_id=gateway.id)
