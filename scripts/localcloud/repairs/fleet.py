"""One instant fleet: what was launched for it, what failed, and how it is described."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import Any

from .fleet_allocation import Taken
from .fleet_request import ON_DEMAND, SPOT, FleetRequest, Pool
from .wire import Refusal

_ECHOED = ("LaunchTemplateConfigs", "SpotOptions", "OnDemandOptions", "ClientToken")


@dataclass
class Fleet:
    """Kept until the lab ends: AWS too goes on describing what it deleted for a while."""

    id: str
    request: FleetRequest
    created: datetime.datetime
    deleted: bool = False
    errors: list[dict[str, Any]] = field(default_factory=list)
    _launched: list[tuple[Taken, list[Any]]] = field(default_factory=list)

    def add(self, taken: Taken, instances: list[Any]) -> None:
        self._launched.append((taken, instances))

    def fail(self, pool: Pool, market: str, refusal: Refusal) -> None:
        """Notes that a pool gave too little or nothing."""
        self.errors.append(
            {
                "LaunchTemplateAndOverrides": pool.described(),
                "Lifecycle": market,
                "ErrorCode": refusal.code,
                "ErrorMessage": refusal.message,
            }
        )

    @property
    def instances(self) -> list[Any]:
        return [instance for _, made in self._launched for instance in made]

    @property
    def state(self) -> str:
        if not self.deleted:
            return "active"
        gone = all(instance.state == "terminated" for instance in self.instances)
        return "deleted" if gone else "deleted_terminating"

    def rows(self) -> list[dict[str, Any]]:
        """The instances by pool and market, as CreateFleet answers them."""
        rows: dict[tuple[Pool, str], dict[str, Any]] = {}
        for taken, made in self._launched:
            row = rows.setdefault(
                (taken.pool, taken.market),
                {
                    "LaunchTemplateAndOverrides": taken.pool.described(),
                    "Lifecycle": taken.market,
                    "InstanceIds": [],
                    "InstanceType": taken.pool.instance_type,
                },
            )
            row["InstanceIds"] += [instance.id for instance in made]
        return list(rows.values())

    def described(self) -> dict[str, Any]:
        """The fleet as DescribeFleets shows it."""
        params = self.request.params
        row = {name: params[name] for name in _ECHOED if name in params}
        tags = self.request.backend.describe_tags(filters={"resource-id": [self.id]})
        target = params["TargetCapacitySpecification"]
        capacity = {name: self._capacity(name) for name in (SPOT, ON_DEMAND)}
        whole = sum(capacity.values()) >= target["TotalTargetCapacity"]
        return {
            **row,
            "FleetId": self.id,
            "FleetState": self.state,
            "ActivityStatus": "fulfilled" if whole else "error",
            "Type": "instant",
            "CreateTime": self.created,
            "ExcessCapacityTerminationPolicy": "no-termination",
            "TerminateInstancesWithExpiration": False,
            "ReplaceUnhealthyInstances": False,
            "FulfilledCapacity": sum(capacity.values()),
            "FulfilledOnDemandCapacity": capacity[ON_DEMAND],
            "TargetCapacitySpecification": {
                **target,
                "SpotTargetCapacity": self.request.target(SPOT),
                "OnDemandTargetCapacity": self.request.target(ON_DEMAND),
            },
            "Tags": [{"Key": tag["key"], "Value": tag["value"]} for tag in tags],
            "Errors": self.errors,
            "Instances": self.rows(),
        }

    def _capacity(self, market: str) -> float:
        return sum(t.capacity for t, _ in self._launched if t.market == market)
