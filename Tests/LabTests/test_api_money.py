"""Pricing and quotas."""

import json
from decimal import Decimal

from api_harness import api, refusal  # noqa: F401


def products(pricing, **fields):
    asked = [{"Type": "TERM_MATCH", "Field": k, "Value": v} for k, v in fields.items()]
    return [
        json.loads(text)
        for text in pricing.get_products(ServiceCode="AmazonEC2", Filters=asked)["PriceList"]
    ]


EXACT = {
    "regionCode": "us-east-1",
    "instanceType": "t3.small",
    "operatingSystem": "Linux",
    "tenancy": "Shared",
    "preInstalledSw": "NA",
    "capacitystatus": "Used",
}


def price(product):
    (term,) = product["terms"]["OnDemand"].values()
    (dimension,) = term["priceDimensions"].values()
    return Decimal(dimension["pricePerUnit"]["USD"]), dimension["unit"]


def test_a_full_query_finds_one_price(api):
    found = products(api.client("pricing"), **EXACT)
    assert [price(product) for product in found] == [(Decimal("0.0208"), "Hrs")]
    assert found[0]["product"]["attributes"]["vcpu"] == "2"


def test_a_loose_query_finds_several(api):
    loose = {name: value for name, value in EXACT.items() if name != "capacitystatus"}
    assert len(products(api.client("pricing"), **loose)) == 3


def test_storage_has_a_price(api):
    found = products(api.client("pricing"), regionCode="eu-west-1", volumeApiName="gp3")
    assert [price(product) for product in found] == [(Decimal("0.08"), "GB-Mo")]


def test_products_have_pages(api):
    pricing = api.client("pricing")
    asked = [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": "us-east-1"}]
    first = pricing.get_products(ServiceCode="AmazonEC2", Filters=asked, MaxResults=5)
    assert len(first["PriceList"]) == 5 and first["NextToken"]


def test_quotas_of_ec2_are_known(api):
    quotas = api.client("service-quotas")
    quota = quotas.get_service_quota(ServiceCode="ec2", QuotaCode="L-34B43A08")["Quota"]
    assert quota["Value"] == 64.0 and "Spot" in quota["QuotaName"]
    assert len(quotas.list_service_quotas(ServiceCode="ec2")["Quotas"]) > 3
    code, _, _ = refusal(quotas.get_service_quota, ServiceCode="ec2", QuotaCode="L-NONE")
    assert code == "NoSuchResourceException"
