"""Spot requests, spot prices, capacity and offerings."""

import datetime
import time
from decimal import Decimal

from api_harness import PERSISTENT, SPOT, api, ec2, image, launch, mine, needs_hosts, refusal  # noqa: F401


def requests(ec2, *ids, **filters):
    asked = [{"Name": k.replace("_", "-"), "Values": v} for k, v in filters.items()]
    return ec2.describe_spot_instance_requests(SpotInstanceRequestIds=list(ids), Filters=asked)[
        "SpotInstanceRequests"
    ]


def eventually(probe, seconds=10):
    deadline = time.monotonic() + seconds
    while not probe():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_spot_launch_has_its_request(mine, ec2):
    tags = [{"ResourceType": "spot-instances-request", "Tags": [{"Key": "a", "Value": "b"}]}]
    instance = launch(mine, InstanceMarketOptions=SPOT, TagSpecifications=tags)[0]
    assert instance["InstanceLifecycle"] == "spot"
    row = requests(ec2, instance["SpotInstanceRequestId"])[0]
    assert row["SpotInstanceRequestId"].startswith("sir-")
    assert (row["State"], row["Status"]["Code"], row["Type"]) == ("active", "fulfilled", "one-time")
    assert row["InstanceId"] == instance["InstanceId"]
    assert row["LaunchedAvailabilityZone"] == instance["Placement"]["AvailabilityZone"]
    assert row["Tags"] == [{"Key": "a", "Value": "b"}]
    assert row["LaunchSpecification"]["InstanceType"] == "t3.small"
    assert "SpotInstanceRequestId" not in launch(mine)[0]


def test_requests_are_filtered(mine, ec2):
    one = launch(mine, InstanceMarketOptions=SPOT)[0]
    two = launch(mine, InstanceMarketOptions=PERSISTENT)[0]
    assert [r["InstanceId"] for r in requests(ec2, type=["persistent"])] == [two["InstanceId"]]
    assert len(requests(ec2, instance_id=[one["InstanceId"]])) == 1
    assert len(requests(ec2, state=["active"], status_code=["fulf*"])) == 2
    assert refusal(requests, ec2=ec2, colour=["red"])[0] == "InvalidParameterValue"


def test_terminating_closes_a_one_time_request(mine, ec2):
    instance = launch(mine, InstanceMarketOptions=SPOT)[0]
    ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    row = requests(ec2, instance["SpotInstanceRequestId"])[0]
    assert (row["State"], row["Status"]["Code"]) == ("closed", "instance-terminated-by-user")


def test_cancelling_leaves_the_instance_running(mine, ec2):
    instance = launch(mine, InstanceMarketOptions=SPOT)[0]
    request = instance["SpotInstanceRequestId"]
    answer = ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=[request])
    assert answer["CancelledSpotInstanceRequests"] == [
        {"SpotInstanceRequestId": request, "State": "cancelled"}
    ]
    row = requests(ec2, request)[0]
    assert row["Status"]["Code"] == "request-canceled-and-instance-running"
    ec2.terminate_instances(InstanceIds=[instance["InstanceId"]])
    row = requests(ec2, request)[0]
    assert (row["State"], row["Status"]["Code"]) == ("cancelled", "instance-terminated-by-user")


def test_unknown_requests_are_refused(ec2):
    for call in (ec2.describe_spot_instance_requests, ec2.cancel_spot_instance_requests):
        code, status, text = refusal(call, SpotInstanceRequestIds=["sir-none0000"])
        assert (code, status) == ("InvalidSpotInstanceRequestID.NotFound", 400)
        assert "'sir-none0000'" in text


def test_a_persistent_request_launches_again_until_it_is_cancelled(mine, ec2):
    first = launch(mine, InstanceMarketOptions=PERSISTENT)[0]
    request = first["SpotInstanceRequestId"]
    ec2.terminate_instances(InstanceIds=[first["InstanceId"]])
    row = requests(ec2, request)[0]
    assert (row["State"], row["Status"]["Code"]) == ("open", "instance-terminated-by-user")
    eventually(lambda: requests(ec2, request)[0]["InstanceId"] != first["InstanceId"])
    row = requests(ec2, request)[0]
    assert (row["State"], row["Status"]["Code"]) == ("active", "fulfilled")
    found = ec2.describe_instances(InstanceIds=[row["InstanceId"]])["Reservations"]
    second = found[0]["Instances"][0]
    assert second["SpotInstanceRequestId"] == request
    assert second["SubnetId"] == first["SubnetId"]
    ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=[request])
    ec2.terminate_instances(InstanceIds=[row["InstanceId"]])
    time.sleep(1.0)
    live = [{"Name": "instance-state-name", "Values": ["pending", "running"]}]
    assert ec2.describe_instances(Filters=live)["Reservations"] == []


def test_a_stopped_instance_disables_its_request_and_cancelling_ends_it(mine, ec2):
    instance = launch(mine, InstanceMarketOptions=PERSISTENT)[0]
    request, instance_id = instance["SpotInstanceRequestId"], instance["InstanceId"]
    ec2.stop_instances(InstanceIds=[instance_id])
    row = requests(ec2, request)[0]
    assert (row["State"], row["Status"]["Code"]) == ("disabled", "instance-stopped-by-user")
    ec2.cancel_spot_instance_requests(SpotInstanceRequestIds=[request])
    found = ec2.describe_instances(InstanceIds=[instance_id])["Reservations"][0]["Instances"][0]
    assert found["State"]["Name"] in ("shutting-down", "terminated")


def test_requests_made_directly_are_listed_too(mine, ec2):
    made = ec2.request_spot_instances(
        LaunchSpecification={"ImageId": image(mine), "InstanceType": "t3.small"}
    )["SpotInstanceRequests"][0]
    row = requests(ec2, made["SpotInstanceRequestId"])[0]
    assert row["State"] == "active" and row["InstanceId"].startswith("i-")


def test_a_zone_without_capacity_says_so(api, mine):
    rule = {"type": "t3.*", "az": "us-east-1a", "market": "spot", "available": 1}
    zone = {"Placement": {"AvailabilityZone": "us-east-1a"}}
    with api.set(capacity=[rule]):
        assert launch(mine, InstanceMarketOptions=SPOT, **zone)
        code, status, text = refusal(lambda: launch(mine, InstanceMarketOptions=SPOT, **zone))
        assert (code, status) == ("InsufficientInstanceCapacity", 500)
        assert "t3.small" in text and "us-east-1a" in text
        assert launch(mine, **zone)
        elsewhere = launch(mine, InstanceMarketOptions=SPOT)[0]
        assert elsewhere["Placement"]["AvailabilityZone"] != "us-east-1a"


def test_the_spot_quota_counts_live_instances(api, mine, ec2):
    with api.set(quota_spot=1):
        first = launch(mine, InstanceMarketOptions=SPOT)[0]["InstanceId"]
        code, status, _ = refusal(lambda: launch(mine, InstanceMarketOptions=SPOT))
        assert (code, status) == ("MaxSpotInstanceCountExceeded", 400)
        assert launch(mine)
        ec2.terminate_instances(InstanceIds=[first])
        state = {"InstanceIds": [first]}
        eventually(
            lambda: (
                ec2.describe_instances(**state)["Reservations"][0]["Instances"][0]["State"]["Name"]
                == "terminated"
            )
        )
        assert launch(mine, InstanceMarketOptions=SPOT)


def history(ec2, **asked):
    pages = ec2.get_paginator("describe_spot_price_history").paginate(**asked)
    return [row for page in pages for row in page["SpotPriceHistory"]]


def test_now_gives_the_last_change_of_every_zone(ec2):
    now = datetime.datetime.now(datetime.timezone.utc)
    rows = history(
        ec2, InstanceTypes=["t3.small"], ProductDescriptions=["Linux/UNIX"], StartTime=now
    )
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    assert sorted(r["AvailabilityZone"] for r in rows) == sorted(z["ZoneName"] for z in zones)
    assert all(row["Timestamp"] <= now for row in rows)
    assert len({row["SpotPrice"] for row in rows}) > 1
    for row in rows:
        assert len(row["SpotPrice"].split(".")[1]) == 6
        assert Decimal("0.003") < Decimal(row["SpotPrice"]) < Decimal("0.0208")


def test_prices_move_and_are_the_same_when_asked_again(ec2):
    asked = {
        "InstanceTypes": ["c7i.large"],
        "ProductDescriptions": ["Linux/UNIX"],
        "AvailabilityZone": "us-east-1a",
        "StartTime": datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=7),
    }
    rows = history(ec2, **asked)
    assert len(rows) > 10 and len({row["SpotPrice"] for row in rows}) > 5
    stamps = [row["Timestamp"] for row in rows]
    assert stamps == sorted(stamps, reverse=True)
    assert stamps[-1] <= asked["StartTime"] < stamps[-2]
    assert history(ec2, **asked)[-5:] == rows[-5:]


def test_price_history_has_pages_and_filters(ec2):
    asked = {"InstanceTypes": ["t3.small", "m7i.large"], "MaxResults": 5}
    first = ec2.describe_spot_price_history(**asked)
    assert len(first["SpotPriceHistory"]) == 5 and first["NextToken"]
    rows = ec2.describe_spot_price_history(
        InstanceTypes=["t3.small"],
        Filters=[
            {"Name": "product-description", "Values": ["Windows"]},
            {"Name": "availability-zone", "Values": ["us-east-1b"]},
        ],
    )["SpotPriceHistory"]
    assert {(r["ProductDescription"], r["AvailabilityZone"]) for r in rows} == {
        ("Windows", "us-east-1b")
    }
    assert history(ec2, InstanceTypes=["t9.none"]) == []


def test_offerings_know_wildcards_and_zones(ec2):
    rows = ec2.describe_instance_type_offerings(
        LocationType="availability-zone",
        Filters=[{"Name": "instance-type", "Values": ["t3.small"]}],
    )["InstanceTypeOfferings"]
    assert len(rows) == 6
    rows = ec2.describe_instance_type_offerings(
        Filters=[{"Name": "instance-type", "Values": ["t3.*"]}]
    )["InstanceTypeOfferings"]
    assert {r["InstanceType"] for r in rows} >= {"t3.nano", "t3.2xlarge"}
    assert {r["Location"] for r in rows} == {"us-east-1"}
    first = ec2.describe_instance_type_offerings(MaxResults=5)
    assert len(first["InstanceTypeOfferings"]) == 5 and first["NextToken"]


def test_instance_types_have_facts_and_pages(ec2):
    fact = ec2.describe_instance_types(InstanceTypes=["c7g.large"])["InstanceTypes"][0]
    assert fact["VCpuInfo"]["DefaultVCpus"] == 2
    assert fact["ProcessorInfo"]["SupportedArchitectures"] == ["arm64"]
    first = ec2.describe_instance_types(MaxResults=10)
    assert len(first["InstanceTypes"]) == 10 and first["NextToken"]
    found = ec2.describe_instance_types(
        Filters=[
            {"Name": "instance-type", "Values": ["c7g.*"]},
            {"Name": "vcpu-info.default-vcpus", "Values": ["2", "4"]},
        ]
    )["InstanceTypes"]
    assert sorted(t["InstanceType"] for t in found) == ["c7g.large", "c7g.xlarge"]
    assert (
        refusal(ec2.describe_instance_types, InstanceTypes=["t9.none"])[0] == "InvalidInstanceType"
    )


def test_a_type_that_the_region_lacks_fails_the_call_that_names_it(api):
    north = api.client("ec2", region="eu-north-1")
    code, _, text = refusal(north.describe_instance_types, InstanceTypes=["t2.micro", "t3.micro"])
    assert code == "InvalidInstanceType" and "[t2.micro]" in text
    found = north.describe_instance_types(
        Filters=[{"Name": "instance-type", "Values": ["t2.micro", "t3.micro"]}]
    )["InstanceTypes"]
    assert [t["InstanceType"] for t in found] == ["t3.micro"]


def test_an_interrupted_instance_runs_on_under_a_finished_status(api, mine, ec2):
    needs_hosts(api)
    instance = launch(mine, InstanceMarketOptions=SPOT)[0]
    instance_id, request = instance["InstanceId"], instance["SpotInstanceRequestId"]
    where = {"InstanceIds": [instance_id]}

    def found():
        return ec2.describe_instances(**where)["Reservations"][0]["Instances"][0]

    eventually(lambda: found()["State"]["Name"] == "running")
    api.order("interrupt", {"id": instance_id, "notice": 100})
    status = requests(ec2, request)[0]["Status"]["Code"]
    assert (status, found()["State"]["Name"]) == ("instance-terminated-no-capacity", "running")
    eventually(lambda: found()["State"]["Name"] == "terminated")
    assert found()["StateReason"]["Code"] == "Server.SpotInstanceTermination"
    row = requests(ec2, request)[0]
    assert (row["State"], row["Status"]["Code"]) == ("closed", "instance-terminated-no-capacity")


def test_a_start_needs_capacity_too(api, mine, ec2):
    made = {"InstanceIds": [launch(mine)[0]["InstanceId"]]}
    ec2.stop_instances(**made)
    waiter = ec2.get_waiter("instance_stopped")
    waiter.wait(**made, WaiterConfig={"Delay": 1, "MaxAttempts": 20})
    with api.set(capacity=[{"type": "t3.small", "available": 0}]):
        code, status, _ = refusal(ec2.start_instances, **made)
        assert (code, status) == ("InsufficientInstanceCapacity", 500)
    assert ec2.start_instances(**made)["StartingInstances"][0]["CurrentState"]["Name"] == "pending"
