"""GetConsoleOutput from the host's real console.

AWS posts the console minutes after boot (at once with Latest on Nitro types), keeps the last 64 KiB,
and leaves the output out while there is none. moto answers a kernel log of 2006 for every instance.
"""

from __future__ import annotations

import base64
import datetime

from ..pipeline import Answer, Call, Repair
from . import wire

_KEPT = 64 * 1024


class Console(Repair):
    """Answers GetConsoleOutput from `cloud.hosts`."""

    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2" or call.action != "GetConsoleOutput":
            return None
        asked = wire.parameters(call)
        if asked.get("DryRun"):
            return None
        host = cloud.hosts.get(asked["InstanceId"])
        lines = list(host.console) if host is not None else []
        now = datetime.datetime.now(datetime.timezone.utc)
        result = {"InstanceId": asked["InstanceId"], "Timestamp": now}
        if lines:
            text = "".join(line.rstrip("\r\n") + "\r\n" for line in lines).encode()
            result["Output"] = base64.b64encode(text[-_KEPT:]).decode()
        return wire.answer(call, result)
