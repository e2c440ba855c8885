"""Pricing GetProducts for EC2: on-demand prices of instance types, and of gp3 storage.

AWS answers every product (SKU) that the TERM_MATCH filters leave, each as a JSON text in
PriceList: a query that forgets tenancy, software or capacity status gets several. moto fails with
HTML. The service exists in three regions of the partition only.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from moto.ec2.models.instance_types import INSTANCE_TYPES

from ..pipeline import Answer, Call, Repair
from .filters import page
from .offerings import types_offered
from .prices import PRODUCTS, on_demand, vcpus
from .wire import refusable

_SYSTEMS = {
    "Linux": "Linux/UNIX",
    "RHEL": "Red Hat Enterprise Linux",
    "SUSE": "SUSE Linux",
    "Windows": "Windows",
}
_STATUSES = ("Used", "UnusedCapacityReservation", "AllocatedCapacityReservation")
_SOFTWARE = {"NA": Decimal(0), "SQL Std": Decimal("0.12")}
_TENANCIES = {"Shared": Decimal(1), "Dedicated": Decimal("1.06")}
_GP3 = Decimal("0.08")
# Which regions a query without a regionCode covers; AWS has them all.
_REGIONS = ("us-east-1", "us-east-2", "us-west-2", "eu-west-1", "eu-central-1")


class Pricing(Repair):
    """Answers GetProducts of AmazonEC2."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "pricing" or call.action != "GetProducts":
            return None
        asked = call.json
        if asked.get("ServiceCode") != "AmazonEC2":
            return Answer.error(call, "NotFoundException", "Service code is not found")
        wanted = {f["Field"]: f["Value"] for f in asked.get("Filters", [])}
        found = [p for p in _products(wanted) if _matches(p["product"], wanted)]
        rows, token = page(found, asked, least=1, most=100, default=100)
        texts = [json.dumps(row) for row in rows]
        answer: dict[str, Any] = {"FormatVersion": "aws_v1", "PriceList": texts}
        if token:
            answer["NextToken"] = token
        return Answer.json(call, answer)


def _matches(product: dict[str, Any], wanted: dict[str, str]) -> bool:
    facts = {**product["attributes"], "productFamily": product["productFamily"]}
    folded = {name.lower(): str(value).lower() for name, value in facts.items()}
    return all(folded.get(name.lower()) == value.lower() for name, value in wanted.items())


def _products(wanted: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Every product that the region and type of the query may mean."""
    regions = [wanted["regionCode"]] if "regionCode" in wanted else _REGIONS
    for region in regions:
        yield _storage(region)
        offered = types_offered(region)
        types = [wanted["instanceType"]] if "instanceType" in wanted else offered
        for instance_type in types:
            if instance_type in offered:
                yield from _computes(region, instance_type)


def _computes(region: str, instance_type: str) -> Iterator[dict[str, Any]]:
    variants = itertools.product(_SYSTEMS, _TENANCIES, _SOFTWARE, _STATUSES)
    for system, tenancy, software, status in variants:
        hourly = on_demand(instance_type, region) * _TENANCIES[tenancy]
        hourly += (PRODUCTS[_SYSTEMS[system]] + _SOFTWARE[software]) * vcpus(instance_type)
        if status == "AllocatedCapacityReservation":
            hourly = Decimal(0)
        facts = INSTANCE_TYPES[instance_type]
        attributes = {
            "servicecode": "AmazonEC2",
            "regionCode": region,
            "locationType": "AWS Region",
            "instanceType": instance_type,
            "vcpu": str(vcpus(instance_type)),
            "memory": f"{facts['MemoryInfo']['SizeInMiB'] / 1024:g} GiB",
            "operatingSystem": system,
            "tenancy": tenancy,
            "preInstalledSw": software,
            "capacitystatus": status,
            "licenseModel": "No License required",
            "operation": "RunInstances",
            "marketoption": "OnDemand",
        }
        yield _priced("Compute Instance", attributes, hourly, "Hrs")


def _storage(region: str) -> dict[str, Any]:
    attributes = {
        "servicecode": "AmazonEC2",
        "regionCode": region,
        "locationType": "AWS Region",
        "volumeApiName": "gp3",
        "volumeType": "General Purpose",
        "storageMedia": "SSD-backed",
        "usagetype": "EBS:VolumeUsage.gp3",
    }
    return _priced("Storage", attributes, _GP3, "GB-Mo")


def _priced(family: str, attributes: dict[str, str], price: Decimal, unit: str) -> dict[str, Any]:
    seed = repr(sorted(attributes.items())).encode()
    sku = hashlib.blake2b(seed, digest_size=8).hexdigest().upper()
    term, dimension = f"{sku}.JRTCKXETXF", f"{sku}.JRTCKXETXF.6YS6EN2CT7"
    return {
        "product": {"productFamily": family, "attributes": attributes, "sku": sku},
        "serviceCode": "AmazonEC2",
        "terms": {
            "OnDemand": {
                term: {
                    "sku": sku,
                    "offerTermCode": "JRTCKXETXF",
                    "termAttributes": {},
                    "priceDimensions": {
                        dimension: {
                            "rateCode": dimension,
                            "unit": unit,
                            "beginRange": "0",
                            "endRange": "Inf",
                            "description": f"${price:.10f} per {unit}",
                            "appliesTo": [],
                            "pricePerUnit": {"USD": f"{price:.10f}"},
                        }
                    },
                }
            }
        },
    }
