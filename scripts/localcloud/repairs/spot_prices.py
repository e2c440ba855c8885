"""DescribeSpotPriceHistory with prices that differ by type and zone, and move.

AWS keeps 90 days, answers newest first, and gives for StartTime=now the last change before it: one
row for each type, zone and product. moto answers 0.00001 of the year 2006 for everything. Without
instance types the lab looks back only an hour (AWS: 90 days), which would be millions of rows.
"""

from __future__ import annotations

import datetime
from decimal import Decimal

from ..pipeline import Answer, Call, Repair
from . import wire
from .filters import matching, page
from .offerings import types_offered, zones_offering
from .prices import PRODUCTS, UTC, SpotSeries
from .wire import Refusal, refusable

_KEPT = datetime.timedelta(days=90)
_VPC = " (Amazon VPC)"
_SERIES_FILTERS = ("instance-type", "availability-zone", "product-description")
_ROW_FILTERS = ("spot-price", "timestamp")


class SpotPrices(Repair):
    """Answers DescribeSpotPriceHistory."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2" or call.action != "DescribeSpotPriceHistory":
            return None
        asked = wire.parameters(call)
        rows = _rows(call.region, asked, cloud.settings.seed)
        rows, token = page(rows, asked, least=1)
        return wire.answer(call, {"SpotPriceHistory": rows, "NextToken": token or ""})


def check_price(stated: str | None, instance_type: str, zone: str, seed: int) -> None:
    """Refuses a maximum price under today's."""
    if stated is None:
        return
    current = SpotSeries(instance_type, zone, "Linux/UNIX", seed).price_at(_now())
    if Decimal(stated) < current:
        raise Refusal(
            "SpotMaxPriceTooLow",
            f"Your Spot request price of {stated} is lower than the minimum required Spot request "
            f"fulfillment price of {current}.",
        )


def _rows(region: str, asked: dict, seed: int) -> list[dict]:
    end = _aware(asked.get("EndTime")) or _now()
    types = asked.get("InstanceTypes")
    oldest = _now() - (_KEPT if types else datetime.timedelta(hours=1))
    start = max(_aware(asked.get("StartTime")) or oldest, _now() - _KEPT)
    filters = asked.get("Filters", [])
    early = [f for f in filters if f.get("Name") not in _ROW_FILTERS]
    late = [f for f in filters if f.get("Name") in _ROW_FILTERS]
    rows = [
        {
            "InstanceType": series.instance_type,
            "ProductDescription": series.product,
            "AvailabilityZone": series.zone,
            "SpotPrice": f"{price:.6f}",
            "Timestamp": moment,
        }
        for series in matching(_series(region, asked, seed), early, _series_values)
        for moment, price in series.changes(min(start, end), end)
    ]
    rows = matching(rows, late, _row_values)
    return sorted(rows, key=lambda row: row["Timestamp"], reverse=True)


def _series(region: str, asked: dict, seed: int) -> list[SpotSeries]:
    offered = types_offered(region)
    types = [name for name in asked.get("InstanceTypes") or offered if name in offered]
    products = [p.removesuffix(_VPC) for p in asked.get("ProductDescriptions") or PRODUCTS]
    zone = asked.get("AvailabilityZone")
    return [
        SpotSeries(name, where, product, seed)
        for name in types
        for where in zones_offering(region, name)
        if zone in (None, where)
        for product in dict.fromkeys(products)
        if product in PRODUCTS
    ]


def _series_values(series: SpotSeries | None, name: str) -> list[str] | None:
    if name not in _SERIES_FILTERS:
        return None
    if series is None:
        return []
    if name == "product-description":
        return [series.product, series.product + _VPC]
    return [series.instance_type if name == "instance-type" else series.zone]


def _row_values(row: dict | None, name: str) -> list[str] | None:
    if name not in _ROW_FILTERS:
        return None
    if row is None:
        return []
    if name == "spot-price":
        return [row["SpotPrice"]]
    return [row["Timestamp"].strftime("%Y-%m-%dT%H:%M:%S.000Z")]


def _now() -> datetime.datetime:
    return datetime.datetime.now(UTC)


def _aware(moment: datetime.datetime | None) -> datetime.datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None
