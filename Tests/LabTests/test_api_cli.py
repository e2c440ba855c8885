"""The AWS CLI as a client: its signer and its parsers, of the same calls."""

import shutil

import pytest
from api_harness import api, launch, mine  # noqa: F401

pytestmark = pytest.mark.skipif(not shutil.which("aws"), reason="the AWS CLI is not installed")
IMAGE = "/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id"


def test_the_cli_launches_and_finds_a_spot_instance(mine):
    image = mine.aws("ssm", "get-parameter", "--name", IMAGE)["Parameter"]["Value"]
    words = ["--image-id", image, "--instance-type", "t4g.small", "--client-token", "cli"]
    market = ["--instance-market-options", "MarketType=spot"]
    made = mine.aws("ec2", "run-instances", *words, *market)["Instances"][0]
    again = mine.aws("ec2", "run-instances", *words, *market)["Instances"][0]
    assert again["InstanceId"] == made["InstanceId"]
    lifecycle = ["--filters", "Name=instance-lifecycle,Values=spot"]
    found = mine.aws("ec2", "describe-instances", *lifecycle)["Reservations"]
    assert [i["InstanceId"] for r in found for i in r["Instances"]] == [made["InstanceId"]]
    rows = mine.aws("ec2", "describe-spot-instance-requests")["SpotInstanceRequests"]
    assert [row["InstanceId"] for row in rows] == [made["InstanceId"]]
    mine.regions.add("us-east-1")


def test_the_cli_pages_through_offerings_and_prices(mine):
    offered = mine.aws(
        "ec2", "describe-instance-type-offerings", "--location-type", "availability-zone"
    )["InstanceTypeOfferings"]
    assert len(offered) > 1000
    prices = mine.aws(
        "ec2", "describe-spot-price-history", "--instance-types", "t3.small", "--max-items", "7"
    )
    assert len(prices["SpotPriceHistory"]) == 7 and prices["NextToken"]
