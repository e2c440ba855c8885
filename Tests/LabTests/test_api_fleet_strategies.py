"""From which pools CreateFleet takes its instances, and what it says of those that lack."""

from api_harness import api, ec2, mine  # noqa: F401
from fleet_harness import (
    TYPES,
    ZONES,
    cheapest,
    create,
    described,
    ids,
    pools,
    spot_prices,
    template,
    where,
)


def test_a_fleet_launches_in_the_cheapest_pool_with_capacity(mine, ec2):
    specification = template(mine)
    fleet = create(ec2, specification, pools())
    assert fleet["FleetId"].startswith("fleet-") and fleet["Errors"] == []
    (row,) = fleet["Instances"]
    assert where(row) == cheapest(spot_prices(ec2))
    named = row["LaunchTemplateAndOverrides"]["LaunchTemplateSpecification"]
    assert named == {"LaunchTemplateId": specification["LaunchTemplateId"], "Version": "1"}
    assert (row["Lifecycle"], row["InstanceType"]) == ("spot", where(row)[0])
    (instance,) = described(ec2, *row["InstanceIds"])
    assert (instance["InstanceType"], instance["Placement"]["AvailabilityZone"]) == where(row)
    assert instance["InstanceLifecycle"] == "spot"
    request = ec2.describe_spot_instance_requests(
        SpotInstanceRequestIds=[instance["SpotInstanceRequestId"]]
    )["SpotInstanceRequests"][0]
    assert (request["Type"], request["State"]) == ("one-time", "active")
    assert request["InstanceId"] == instance["InstanceId"]


def test_lowest_price_goes_on_to_the_next_cheapest(api, mine, ec2):
    prices = spot_prices(ec2)
    first = cheapest(prices)
    second = cheapest({pool: price for pool, price in prices.items() if pool != first})
    rule = {"type": first[0], "az": first[1], "available": 0}
    with api.set(capacity=[rule]):
        fleet = create(ec2, template(mine), pools(), strategy="lowest-price")
    assert where(fleet["Instances"][0]) == second
    (error,) = fleet["Errors"]
    assert where(error) == first
    assert (error["ErrorCode"], error["Lifecycle"]) == ("InsufficientInstanceCapacity", "spot")
    assert first[0] in error["ErrorMessage"] and first[1] in error["ErrorMessage"]


def test_price_and_capacity_pass_over_a_pool_that_is_too_small(api, mine, ec2):
    prices = spot_prices(ec2)
    first = cheapest(prices)
    second = cheapest({pool: price for pool, price in prices.items() if pool != first})
    rule = {"type": first[0], "az": first[1], "available": 1}
    with api.set(capacity=[rule]):
        fleet = create(ec2, template(mine), pools(), total=2)
        (row,) = fleet["Instances"]
        assert where(row) == second and len(row["InstanceIds"]) == 2 and not fleet["Errors"]


def test_capacity_optimized_takes_the_deepest_pool(api, mine, ec2):
    deepest = ("t3.medium", "us-east-1b")
    rules = [
        {"type": kind, "az": zone, "available": 9 if (kind, zone) == deepest else 5}
        for kind in TYPES
        for zone in ZONES
    ]
    with api.set(capacity=rules):
        fleet = create(ec2, template(mine), pools(), strategy="capacity-optimized")
    assert where(fleet["Instances"][0]) == deepest


def test_priorities_count_among_pools_with_capacity(api, mine, ec2):
    overrides = [
        {"InstanceType": kind, "AvailabilityZone": "us-east-1a", "Priority": priority}
        for kind, priority in (("t3.small", 2.0), ("m5.large", 0.0), ("t3.medium", 1.0))
    ]
    strategy = {"strategy": "capacity-optimized-prioritized"}
    specification = template(mine)
    fleet = create(ec2, specification, overrides, **strategy)
    assert fleet["Instances"][0]["InstanceType"] == "m5.large"
    with api.set(capacity=[{"type": "m5.large", "available": 0}]):
        fleet = create(ec2, specification, overrides, **strategy)
    assert fleet["Instances"][0]["InstanceType"] == "t3.medium"


def test_diversified_uses_every_pool(mine, ec2):
    fleet = create(ec2, template(mine), pools(zones=ZONES[:1]), total=3, strategy="diversified")
    assert sorted(where(row)[0] for row in fleet["Instances"]) == sorted(TYPES)


def test_without_a_zone_every_zone_of_the_default_network_is_a_pool(mine, ec2):
    fleet = create(ec2, template(mine), [{"InstanceType": "t3.small"}])
    zones = [z["ZoneName"] for z in ec2.describe_availability_zones()["AvailabilityZones"]]
    assert where(fleet["Instances"][0]) == cheapest(spot_prices(ec2, ["t3.small"], zones))


def test_a_fleet_may_be_filled_in_part_and_from_several_pools(api, mine, ec2):
    rules = [{"type": kind, "available": 1} for kind in TYPES]
    with api.set(capacity=rules):
        fleet = create(ec2, template(mine), pools(zones=["us-east-1a"]), total=5)
    assert len(ids(fleet)) == 3 and len(fleet["Instances"]) == 3
    assert len(fleet["Errors"]) == 3
    (row,) = ec2.describe_fleets(FleetIds=[fleet["FleetId"]])["Fleets"]
    assert row["FulfilledCapacity"] == 3.0


def test_a_shortage_can_have_another_code(api, mine, ec2):
    rule = {"type": "*", "available": 0, "code": "UnfulfillableCapacity"}
    with api.set(capacity=[rule]):
        fleet = create(ec2, template(mine), pools(TYPES[:1], ZONES[:1]))
    assert [e["ErrorCode"] for e in fleet["Errors"]] == ["UnfulfillableCapacity"]


def test_the_spot_quota_is_an_error_of_the_pool(api, mine, ec2):
    with api.set(quota_spot=1):
        fleet = create(ec2, template(mine), pools(zones=ZONES[:1]), total=2)
    assert len(ids(fleet)) == 1
    assert {e["ErrorCode"] for e in fleet["Errors"]} == {"MaxSpotInstanceCountExceeded"}


def test_a_single_type_is_one_type_that_can_do_it_all(api, mine, ec2):
    rules = [{"type": "t3.*", "available": 1}]
    with api.set(capacity=rules):
        fleet = create(
            ec2,
            template(mine),
            pools(),
            total=4,
            strategy="lowest-price",
            spot={"SingleInstanceType": True},
        )
    assert {row["InstanceType"] for row in fleet["Instances"]} == {"m5.large"}
    assert len(ids(fleet)) == 4


def test_under_the_minimum_nothing_is_launched(api, mine, ec2):
    with api.set(capacity=[{"type": "*", "available": 1}]):
        fleet = create(
            ec2,
            template(mine),
            pools(["t3.small"], ["us-east-1a"]),
            total=2,
            spot={"SingleInstanceType": True, "MinTargetCapacity": 2},
        )
        assert fleet["Instances"] == []
        codes = {e["ErrorCode"] for e in fleet["Errors"]}
        assert codes == {"InsufficientInstanceCapacity", "UnfulfillableCapacity"}
        assert ec2.describe_instances()["Reservations"] == []
        fleet = create(
            ec2,
            {"LaunchTemplateName": "fleet", "Version": "1"},
            pools(["t3.small"], ["us-east-1a"]),
        )
        assert len(ids(fleet)) == 1  # what was promised is given back


def test_weights_count_capacity(mine, ec2):
    heavy = [
        {"InstanceType": "m5.large", "AvailabilityZone": "us-east-1a", "WeightedCapacity": 4.0}
    ]
    fleet = create(ec2, template(mine), heavy, total=6)
    assert len(ids(fleet)) == 2
    (row,) = ec2.describe_fleets(FleetIds=[fleet["FleetId"]])["Fleets"]
    assert row["FulfilledCapacity"] == 8.0


def test_on_demand_is_the_default_and_can_be_a_part(mine, ec2):
    specification = template(mine)
    overrides = pools(["t3.small", "m5.large"], ["us-east-1a"])
    fleet = create(
        ec2, specification, overrides, TargetCapacitySpecification={"TotalTargetCapacity": 1}
    )
    assert [(r["Lifecycle"], r["InstanceType"]) for r in fleet["Instances"]] == [
        ("on-demand", "t3.small")
    ]
    assert "SpotInstanceRequestId" not in described(ec2, *ids(fleet))[0]
    parts = {
        "TotalTargetCapacity": 3,
        "OnDemandTargetCapacity": 1,
        "DefaultTargetCapacityType": "spot",
    }
    fleet = create(ec2, specification, overrides, TargetCapacitySpecification=parts)
    counts = {row["Lifecycle"]: len(row["InstanceIds"]) for row in fleet["Instances"]}
    assert counts == {"on-demand": 1, "spot": 2}


def test_on_demand_follows_priorities(mine, ec2):
    overrides = [
        {"InstanceType": "t3.small", "AvailabilityZone": "us-east-1a", "Priority": 1.0},
        {"InstanceType": "m5.large", "AvailabilityZone": "us-east-1a", "Priority": 0.0},
    ]
    fleet = create(
        ec2,
        template(mine),
        overrides,
        TargetCapacitySpecification={"TotalTargetCapacity": 1},
        OnDemandOptions={"AllocationStrategy": "prioritized"},
    )
    assert fleet["Instances"][0]["InstanceType"] == "m5.large"
