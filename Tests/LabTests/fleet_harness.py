"""What the tests of fleets share: requests, and what is asked of the answers."""

import datetime
from decimal import Decimal

from api_harness import image

TYPES = ["t3.small", "t3.medium", "m5.large"]
ZONES = ["us-east-1a", "us-east-1b", "us-east-1c"]


def tags(resource_type, **pairs):
    return {
        "ResourceType": resource_type,
        "Tags": [{"Key": k, "Value": v} for k, v in pairs.items()],
    }


def template(mine, name="fleet", **data):
    """A launch template; its specification for a fleet."""
    data = {"ImageId": image(mine), "InstanceType": "t3.small", **data}
    made = mine.client("ec2").create_launch_template(
        LaunchTemplateName=name, LaunchTemplateData=data
    )["LaunchTemplate"]
    return {"LaunchTemplateId": made["LaunchTemplateId"], "Version": "$Latest"}


def pools(types=TYPES, zones=ZONES, **more):
    return [{"InstanceType": t, "AvailabilityZone": z, **more} for t in types for z in zones]


def asked(specification, overrides=None, total=1, strategy="price-capacity-optimized", **changes):
    config = {"LaunchTemplateSpecification": specification}
    if overrides is not None:
        config["Overrides"] = overrides
    return {
        "Type": "instant",
        "LaunchTemplateConfigs": [config],
        "TargetCapacitySpecification": {
            "TotalTargetCapacity": total,
            "DefaultTargetCapacityType": "spot",
        },
        "SpotOptions": {"AllocationStrategy": strategy, **changes.pop("spot", {})},
        **changes,
    }


def create(ec2, *words, **changes):
    return ec2.create_fleet(**asked(*words, **changes))


def where(row):
    """(type, zone) of a row of Instances or Errors."""
    overrides = row["LaunchTemplateAndOverrides"]["Overrides"]
    return overrides["InstanceType"], overrides["AvailabilityZone"]


def ids(fleet):
    return [instance for row in fleet["Instances"] for instance in row["InstanceIds"]]


def described(ec2, *instance_ids):
    found = ec2.describe_instances(InstanceIds=list(instance_ids))["Reservations"]
    return [instance for reservation in found for instance in reservation["Instances"]]


def spot_prices(ec2, types=TYPES, zones=ZONES):
    rows = ec2.describe_spot_price_history(
        InstanceTypes=types,
        ProductDescriptions=["Linux/UNIX"],
        StartTime=datetime.datetime.now(datetime.timezone.utc),
    )["SpotPriceHistory"]
    prices = {(r["InstanceType"], r["AvailabilityZone"]): Decimal(r["SpotPrice"]) for r in rows}
    return {pool: price for pool, price in prices.items() if pool[1] in zones}


def cheapest(prices):
    return min(prices, key=prices.get)
