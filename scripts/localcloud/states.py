"""Repairs that come from the hosts being real: their console and their reboot.

They run inside `repairs.REPAIRS`, next to moto.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from .host import Phase
from .pipeline import Answer, Call, Repair

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


HOST_REPAIRS: list[Repair] = [ConsoleOutput(), Reboot()]
