"""EC2 fleets of type `instant`, each of whose launches is a RunInstances of the lab's own.

AWS answers such a CreateFleet once all is decided: the instances by pool, and an error for every
pool that failed, with status 200 even if nothing was launched. The fleet stays to be described by
its id until it is deleted, which terminates its instances (API reference). moto takes the first
override whatever it is, without groups, public address and errors. Fleets of other types are left
to moto.
"""

from __future__ import annotations

import datetime
from typing import Any

from moto.ec2.models import ec2_backends
from moto.ec2.utils import random_fleet_id

from ..pipeline import Answer, Call, Repair
from . import wire
from .dry_runs import dry_run
from .fleet import Fleet
from .fleet_allocation import Allocation, Market, allocate
from .fleet_launcher import FleetLauncher
from .fleet_request import ON_DEMAND, SPOT, FleetRequest
from .wire import Refusal, refusable


class Fleets(Repair):
    """Creates, describes and deletes instant fleets."""

    def __init__(self, launcher: FleetLauncher) -> None:
        self._launcher = launcher

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2":
            return None
        if call.action == "CreateFleet" and call.form.get("Type") == "instant":
            return self._create(call, cloud)
        ids = call.members("FleetId")
        known = _known(call)
        if call.action == "DescribeFleetInstances" and call.form.get("FleetId") in known:
            text = "DescribeFleetInstances does not support fleets of type instant."
            raise Refusal("Unsupported", text)
        others = ec2_backends[call.account][call.region].fleets
        if not ids or all(fleet_id in others for fleet_id in ids):
            return None
        if call.action == "DescribeFleets":
            unknown = next((i for i in ids if i not in known and i not in others), None)
            if unknown is not None:
                text = f"The fleet ID '{unknown}' does not exist"
                raise Refusal("InvalidFleetId.NotFound", text)
            rows = [known[i].described() for i in ids if i in known]
            return wire.answer(call, {"Fleets": rows})
        if call.action == "DeleteFleets":
            return _delete(call, [known.get(i) or i for i in ids])
        return None

    def _create(self, call: Call, cloud) -> Answer:
        request = FleetRequest.read(call)
        if request.params.get("DryRun"):
            raise dry_run()
        fleet = Fleet(random_fleet_id(), request, datetime.datetime.now(datetime.timezone.utc))
        _known(call)[fleet.id] = fleet
        if request.tags("fleet"):
            request.backend.create_tags([fleet.id], request.tags("fleet"))
        launch = self._launcher.start(call, cloud, fleet)
        for name in (ON_DEMAND, SPOT):
            target = request.target(name)
            if target > 0:
                market = Market(
                    name,
                    target,
                    request.options(name),
                    cloud.settings.seed,
                    lambda pool, name=name: launch.available(pool, name),
                    lambda pool, count, name=name: launch.take(pool, name, count),
                    launch.give_back,
                )
                _launch(fleet, launch, allocate(request.pools, market))
        return wire.answer(
            call, {"FleetId": fleet.id, "Errors": fleet.errors, "Instances": fleet.rows()}
        )


def _known(call: Call) -> dict[str, Fleet]:
    """The instant fleets of the call's account and region, kept beside moto's other fleets."""
    backend = ec2_backends[call.account][call.region]
    if not hasattr(backend, "instant_fleets"):
        backend.instant_fleets = {}
    return backend.instant_fleets


def _launch(fleet: Fleet, launch: Any, allocation: Allocation) -> None:
    for taken in allocation.taken:
        try:
            fleet.add(taken, launch.run(taken))
        except Refusal as refusal:
            fleet.fail(taken.pool, taken.market, refusal)
    for error in allocation.errors:
        fleet.fail(*error)


def _delete(call: Call, fleets: list[Fleet | str]) -> Answer:
    asked = wire.parameters(call)
    done: list[dict[str, Any]] = []
    failed: list[dict[str, Any]] = []
    for fleet in fleets:
        if isinstance(fleet, str):
            error = {
                "Code": "fleetIdDoesNotExist",
                "Message": f"The fleet ID '{fleet}' does not exist",
            }
            failed.append({"FleetId": fleet, "Error": error})
        elif not asked.get("TerminateInstances"):
            text = "Instances of a fleet of type instant are terminated with it."
            error = {"Code": "fleetNotInDeletableState", "Message": text}
            failed.append({"FleetId": fleet.id, "Error": error})
        else:
            before = fleet.state
            _terminate(call, fleet)
            row = {"CurrentFleetState": fleet.state, "PreviousFleetState": before}
            done.append({"FleetId": fleet.id, **row})
    result = {"SuccessfulFleetDeletions": done, "UnsuccessfulFleetDeletions": failed}
    return wire.answer(call, result)


def _terminate(call: Call, fleet: Fleet) -> None:
    fleet.deleted = True
    living = [i.id for i in fleet.instances if i.state not in ("shutting-down", "terminated")]
    if living:
        ec2_backends[call.account][call.region].terminate_instances(living)
