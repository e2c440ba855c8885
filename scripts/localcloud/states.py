"""Repairs that come from the hosts being real: console, reboot, and resources that take time to be
found. They run inside `repairs.REPAIRS`, next to moto."""

from __future__ import annotations

import base64
import re
import time
import xml.etree.ElementTree as ElementTree
from typing import TYPE_CHECKING

from .host import Phase
from .pipeline import EC2_NAMESPACE, Answer, Call, Repair

if TYPE_CHECKING:
    from .cloud import Cloud

_CONSOLE_LIMIT = 64 * 1024


class ConsoleOutput(Repair):
    """GetConsoleOutput tells what the host has printed; moto has one text for all."""

    def before(self, call: Call, cloud: Cloud) -> Answer | None:
        if call.service != "ec2" or call.action != "GetConsoleOutput":
            return None
        host = cloud.hosts.get((call.form or {}).get("InstanceId", ""))
        if host is None:
            return None
        latest = (call.form or {}).get("Latest", "").lower() == "true"
        text = host.console_text(latest).encode()[-_CONSOLE_LIMIT:]
        stamp = cloud.now().strftime("%Y-%m-%dT%H:%M:%S.000Z")
        output = f"<output>{base64.b64encode(text).decode()}</output>" if text else ""
        return Answer.ec2(
            call, f"<instanceId>{host.id}</instanceId><timestamp>{stamp}</timestamp>{output}"
        )


class Reboot(Repair):
    """RebootInstances reboots; moto only says so."""

    def after(self, call: Call, answer: Answer, cloud: Cloud) -> Answer:
        if call.service == "ec2" and call.action == "RebootInstances" and answer.ok:
            for instance_id in call.members("InstanceId"):
                host = cloud.hosts.get(instance_id)
                if host and host.phase is Phase.UP:
                    host.power_off(reboot=True)
        return answer


class EventualConsistency(Repair):
    """For `eventual` seconds a new instance is not found, neither by its id nor in a listing."""

    _LISTS = {"DescribeInstances": "reservationSet", "DescribeInstanceStatus": "instanceStatusSet"}

    def before(self, call: Call, cloud: Cloud) -> Answer | None:
        if call.service != "ec2" or not cloud.fresh:
            return None
        named = call.members("InstanceId") + call.members("ResourceId")
        for instance_id in named:
            if _is_fresh(cloud, instance_id):
                return Answer.error(
                    call,
                    "InvalidInstanceID.NotFound",
                    f"The instance ID '{instance_id}' does not exist",
                )
        return None

    def after(self, call: Call, answer: Answer, cloud: Cloud) -> Answer:
        if call.service != "ec2" or not answer.ok:
            return answer
        if call.action == "RunInstances" and cloud.settings.eventual:
            until = time.monotonic() + cloud.settings.eventual * cloud.settings.time_scale
            for found in re.findall(rb"<instanceId>(i-[0-9a-f]+)</instanceId>", answer.body):
                cloud.fresh[found.decode()] = until
        elif call.action in self._LISTS and cloud.fresh:
            answer.body = self._without_fresh(answer.body, self._LISTS[call.action], cloud)
        return answer

    @staticmethod
    def _without_fresh(body: bytes, list_name: str, cloud: Cloud) -> bytes:
        space = f"{{{EC2_NAMESPACE}}}"
        ElementTree.register_namespace("", EC2_NAMESPACE)
        root = ElementTree.fromstring(body)
        for items in root.iter(f"{space}{list_name}"):
            for item in list(items):
                ids = [e.text or "" for e in item.iter(f"{space}instanceId")]
                if any(_is_fresh(cloud, instance_id) for instance_id in ids):
                    items.remove(item)
        return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def _is_fresh(cloud: Cloud, instance_id: str) -> bool:
    until = cloud.fresh.get(instance_id)
    if until is None:
        return False
    if until <= time.monotonic():
        cloud.fresh.pop(instance_id, None)
        return False
    return True


HOST_REPAIRS: list[Repair] = [ConsoleOutput(), Reboot(), EventualConsistency()]
