"""What an instance type costs in the lab: on-demand prices, and a spot price that moves.

On-demand prices are AWS's list prices of us-east-1 for the common families, scaled by size, and
an estimate for the rest. Spot prices are a seeded function of type, zone, product and time: the
same in every run, different between zones, changing a few times a day as on AWS.
"""

from __future__ import annotations

import datetime
import functools
import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from moto.ec2.models.instance_types import INSTANCE_TYPES

UTC = datetime.timezone.utc
_TABLE = json.loads((Path(__file__).parents[1] / "data" / "on_demand.json").read_text())
# What an operating system's licence adds to the hourly price, for each vCPU.
PRODUCTS = {
    "Linux/UNIX": Decimal(0),
    "Red Hat Enterprise Linux": Decimal("0.0144"),
    "SUSE Linux": Decimal("0.0250"),
    "Windows": Decimal("0.0460"),
}


@dataclass(frozen=True)
class SpotSeries:
    """The spot price of one type, zone and product over time."""

    instance_type: str
    zone: str
    product: str
    seed: int = 1

    def price_at(self, moment: datetime.datetime) -> Decimal:
        return self._price(self._step(moment))

    def changes(
        self, start: datetime.datetime, end: datetime.datetime
    ) -> Iterator[tuple[datetime.datetime, Decimal]]:
        """The last change before `start` and all until `end`, newest first."""
        for step in range(self._step(end), self._step(start) - 1, -1):
            yield self._moment(step), self._price(step)

    @functools.cached_property
    def _period(self) -> int:
        """Seconds between two changes: 2 to 8 hours."""
        return 7200 + int(21600 * self._unit("period"))

    @functools.cached_property
    def _level(self) -> float:
        """The mean share of the on-demand price."""
        of_type = _unit(str(self.seed), self.instance_type, "level")
        return 0.28 + 0.17 * of_type + 0.12 * self._unit("level")

    def _unit(self, word: str) -> float:
        return _unit(str(self.seed), self.instance_type, self.zone, word)

    def _step(self, moment: datetime.datetime) -> int:
        return int((moment.timestamp() - self._phase) // self._period)

    def _moment(self, step: int) -> datetime.datetime:
        return datetime.datetime.fromtimestamp(step * self._period + self._phase, UTC)

    @functools.cached_property
    def _phase(self) -> int:
        return int(self._period * self._unit("phase"))

    def _price(self, step: int) -> Decimal:
        wave = math.sin(step / 9 + 6.28 * self._unit("wave"))
        noise = self._unit(str(step)) - 0.5
        share = self._level * (1 + 0.08 * wave + 0.05 * noise)
        hourly = on_demand(self.instance_type, self.zone[:-1]) * Decimal(share)
        hourly += PRODUCTS[self.product] * vcpus(self.instance_type)
        return max(hourly.quantize(Decimal("0.0001")), Decimal("0.0010"))


@functools.cache
def on_demand(instance_type: str, region: str) -> Decimal:
    """The hourly Linux price in US dollars."""
    return (_in_virginia(instance_type) * _region_factor(region)).quantize(Decimal("0.000001"))


def vcpus(instance_type: str) -> int:
    return INSTANCE_TYPES[instance_type]["VCpuInfo"]["DefaultVCpus"]


def _in_virginia(instance_type: str) -> Decimal:
    if instance_type in _TABLE["types"]:
        return Decimal(_TABLE["types"][instance_type])
    family = instance_type.split(".")[0]
    if family in _TABLE["large"]:
        return Decimal(_TABLE["large"][family]) * vcpus(instance_type) / 2
    facts = INSTANCE_TYPES[instance_type]
    memory = Decimal(facts["MemoryInfo"]["SizeInMiB"]) / 1024
    gpus = sum(gpu.get("Count", 0) for gpu in facts.get("GpuInfo", {}).get("Gpus", []))
    hourly = vcpus(instance_type) * Decimal("0.0312") + memory * Decimal("0.0044")
    return hourly + gpus * Decimal("0.62")


def _region_factor(region: str) -> Decimal:
    if region in ("us-east-1", "us-east-2", "us-west-2"):
        return Decimal(1)
    return Decimal(f"{1.04 + 0.3 * _unit(region, 'factor'):.2f}")


@functools.cache
def _unit(*seed: str) -> float:
    """A number in [0, 1) that depends on the words alone."""
    digest = hashlib.blake2b("/".join(seed).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
