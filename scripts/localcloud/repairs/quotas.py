"""ServiceQuotas for EC2: the vCPU quotas that decide about launches.

AWS knows them by code (console and user guide: L-34B43A08 standard spot, L-1216C47A standard
on-demand, ...). moto has none for EC2.
"""

from __future__ import annotations

from ..pipeline import Answer, Call, Repair

_QUOTAS = {
    "L-34B43A08": ("All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", 64.0),
    "L-3819A6DF": ("All G and VT Spot Instance Requests", 8.0),
    "L-7212CCBC": ("All P4, P3 and P2 Spot Instance Requests", 0.0),
    "L-1216C47A": ("Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", 64.0),
    "L-DB2E81BA": ("Running On-Demand G and VT instances", 8.0),
    "L-417A185B": ("Running On-Demand P instances", 0.0),
}
# Those that `lab fault vcpus` sets, by their market.
_SETTABLE = {"L-34B43A08": "spot", "L-1216C47A": "on-demand"}


class Quotas(Repair):
    """Answers GetServiceQuota and ListServiceQuotas of EC2."""

    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "servicequotas" or call.json.get("ServiceCode") != "ec2":
            return None
        if call.action in ("ListServiceQuotas", "ListAWSDefaultServiceQuotas"):
            rows = [_row(call, code, cloud) for code in _QUOTAS]
            return Answer.json(call, {"Quotas": rows})
        if call.action not in ("GetServiceQuota", "GetAWSDefaultServiceQuota"):
            return None
        code = call.json.get("QuotaCode")
        if code not in _QUOTAS:
            text = "The request failed because the specified service or quota does not exist."
            return Answer.error(call, "NoSuchResourceException", text)
        return Answer.json(call, {"Quota": _row(call, code, cloud)})


def _row(call: Call, code: str, cloud) -> dict:
    name, value = _QUOTAS[code]
    if code in _SETTABLE and cloud.settings.vcpus.get(_SETTABLE[code]) is not None:
        value = float(cloud.settings.vcpus[_SETTABLE[code]])
    return {
        "ServiceCode": "ec2",
        "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)",
        "QuotaArn": f"arn:aws:servicequotas:{call.region}:{call.account}:ec2/{code}",
        "QuotaCode": code,
        "QuotaName": name,
        "Value": value,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }
