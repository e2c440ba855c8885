"""What can be set on a running lab: times, shortages, and the credentials it was born with."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from typing import Any

from .policy.guard import Guard

# Seconds added to a host's boot, before --time-scale:
#   pending    the instance stays pending
#   network    the public address swallows connections (as before the kernel is up)
#   sshd       connections are refused
#   keys       sshd answers, but the login is refused
#   cloudinit  logins work, cloud-init is still running
#   shutdown   the instance stays stopping or shutting-down
#   console    GetConsoleOutput without Latest lags behind
DELAYS = ("pending", "network", "sshd", "keys", "cloudinit", "shutdown", "console")

_ALPHABET = string.ascii_uppercase + string.digits[2:8]


@dataclass
class Settings:
    """Read by the layer and the repairs at every call; changed by `lab fault`."""

    time_scale: float = 1.0
    seed: int = 1
    eventual: float = 0.0  # seconds for which a new resource is not yet found
    delays: dict[str, float] = field(default_factory=lambda: dict.fromkeys(DELAYS, 0.0))
    # Rules {"type": "c5.*", "az": "us-east-1a", "market": "spot", "available": 2}; the first that
    # fits a launch counts; az and market may be missing.
    capacity: list[dict[str, Any]] = field(default_factory=list)
    clock: float = 0.0  # seconds by which the lab's clock is ahead of the machine's
    quota_spot: int | None = None  # live spot instances in an account and region
    pages: dict[str, Any] | None = None  # how listings are cut: see `repairs.pages`
    disk_mib: int = 0  # size of the disk of hosts launched from now on; 0: no limit
    caller: str = "127.0.0.1"  # the address from which the lab's user seems to come
    spot_role: str = "auto"  # see `repairs.service_roles`
    guard: Guard = field(default_factory=Guard)  # the policies of callers
    access_key: str = field(
        default_factory=lambda: "AKIALAB" + "".join(secrets.choice(_ALPHABET) for _ in range(13))
    )
    secret_key: str = field(default_factory=lambda: secrets.token_urlsafe(30))

    def delay(self, name: str) -> float:
        """A boot delay in real seconds."""
        return self.delays[name] * self.time_scale

    def clear(self) -> None:
        """Takes back what `lab fault` has set."""
        fresh = Settings()
        self.eventual, self.clock, self.quota_spot, self.disk_mib = 0.0, 0.0, None, 0
        self.pages, self.spot_role = None, "auto"
        self.guard.clear()
        self.delays, self.capacity, self.caller = fresh.delays, [], fresh.caller
