"""From which pools a fleet takes its instances, and in which order it tries them.

The user guide's "Allocation strategies": lowest-price takes the cheapest pool that has capacity;
the capacity-optimized ones, and price-capacity-optimized first of all, prefer pools that can fill
the whole request. What a pool has is the lab's capacity rules, what it costs the lab's price
history.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .fleet_request import SPOT, Pool
from .prices import UTC, SpotSeries, on_demand
from .wire import Refusal

_UNFULFILLABLE = (
    "UnfulfillableCapacity",
    "Unable to fulfill capacity due to your request configuration. Please adjust your request and "
    "try again.",
)


@dataclass
class Taken:
    """Instances that a pool has promised."""

    pool: Pool
    market: str
    count: int
    call: Any  # the RunInstances call that launches them

    @property
    def capacity(self) -> float:
        return self.count * self.pool.weight


@dataclass
class Allocation:
    """What the pools gave for one market, and why they gave no more."""

    taken: list[Taken] = field(default_factory=list)
    errors: list[tuple[Pool, str, Refusal]] = field(default_factory=list)

    @property
    def capacity(self) -> float:
        return sum(one.capacity for one in self.taken)


@dataclass
class Market:
    """Where pools are asked: by the allocation, answered by the fleet."""

    name: str
    target: float
    options: dict[str, Any]
    seed: int
    available: Callable[[Pool], int]  # how many instances a pool has
    take: Callable[[Pool, int], tuple[Taken, Refusal | None]]  # raises Refusal when it has none
    give_back: Callable[[Taken], None]


def allocate(pools: list[Pool], market: Market) -> Allocation:
    """Takes the market's target from the pools, all of it or none where the request says so."""
    best, errors = Allocation(), []
    for group in _groups(_ordered(pools, market), market.options):
        found = _fill(group, market)
        errors += [e for e in found.errors if e[0] not in [known[0] for known in errors]]
        if found.capacity > best.capacity:
            best, found = found, best
        for taken in found.taken:
            market.give_back(taken)
        if best.capacity >= market.target:
            break
    best.errors = errors
    if best.capacity < market.options.get("MinTargetCapacity", 0):
        for taken in best.taken:
            market.give_back(taken)
            best.errors.append((taken.pool, market.name, Refusal(*_UNFULFILLABLE)))
        best.taken = []
    return best


def _fill(pools: list[Pool], market: Market) -> Allocation:
    """Each pool gives its share first; then what is left comes from those that have more."""
    found, spent = Allocation(), set()
    for share in (market.target / _spread(pools, market), market.target):
        for pool in pools:
            left = min(share, market.target - found.capacity)
            if left <= 0 or pool in spent:
                continue
            try:
                taken, shortage = market.take(pool, math.ceil(left / pool.weight))
            except Refusal as refusal:
                shortage = refusal
            else:
                found.taken.append(taken)
            if shortage:
                spent.add(pool)
                found.errors.append((pool, market.name, shortage))
    return found


def _spread(pools: list[Pool], market: Market) -> int:
    """Over how many pools the target is divided."""
    strategy = market.options.get("AllocationStrategy", "lowest-price")
    if strategy == "diversified":
        return len(pools)
    if market.name == SPOT and strategy == "lowest-price":
        return min(market.options.get("InstancePoolsToUseCount", 1), len(pools))
    return 1


def _groups(pools: list[Pool], options: dict[str, Any]) -> Iterator[list[Pool]]:
    """The pools that may be used together, the group of the best pool first."""
    groups: dict[Any, list[Pool]] = {}
    for pool in pools:
        kind = pool.instance_type if options.get("SingleInstanceType") else None
        zone = pool.zone if options.get("SingleAvailabilityZone") else None
        groups.setdefault((kind, zone), []).append(pool)
    yield from groups.values()


def _ordered(pools: list[Pool], market: Market) -> list[Pool]:
    strategy = market.options.get("AllocationStrategy", "lowest-price")

    def price(pool: Pool) -> Decimal:
        return _price(pool, market) / Decimal(str(pool.weight))

    def short(pool: Pool) -> bool:
        return market.available(pool) * pool.weight < market.target

    keys: dict[str, Callable[[Pool], Any]] = {
        "lowest-price": price,
        "diversified": price,
        "prioritized": lambda pool: (pool.priority, price(pool)),
        "price-capacity-optimized": lambda pool: (short(pool), price(pool)),
        "capacity-optimized": lambda pool: -market.available(pool),
        "capacity-optimized-prioritized": lambda pool: (short(pool), pool.priority),
    }
    return sorted(pools, key=keys[strategy])


def _price(pool: Pool, market: Market) -> Decimal:
    """Today's hourly price; without end for a type or zone that does not exist."""
    if pool.zone is None:
        return Decimal("Infinity")
    try:
        if market.name == SPOT:
            series = SpotSeries(pool.instance_type, pool.zone, "Linux/UNIX", market.seed)
            return series.price_at(datetime.datetime.now(UTC))
        return on_demand(pool.instance_type, pool.zone[:-1])
    except KeyError:
        return Decimal("Infinity")
