"""What can be set on a running lab: times, shortages, and the credentials it was born with."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass, field
from typing import Any

from .policy.guard import Guard

# Seconds added to a host's boot, before --time-scale:
#   address    the instance has no public address yet
#   pending    the instance stays pending
#   network    the public address swallows connections (as before the kernel is up)
#   sshd       connections are refused
#   keys       sshd answers, but the login is refused
#   cloudinit  logins work, cloud-init is still running
#   shutdown   the instance stays stopping or shutting-down
#   console    GetConsoleOutput without Latest lags behind
DELAYS = ("address", "pending", "network", "sshd", "keys", "cloudinit", "shutdown", "console")

_BORN_WITH = ("time_scale", "seed", "access_key", "secret_key", "guard")
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
    closed_regions: list[str] = field(default_factory=list)  # not enabled for any account
    default_vpc: bool = True  # whether accounts have one
    vanish: float = 3600.0  # seconds for which a terminated instance is still described (unscaled)
    reuse_addresses: bool = False  # public addresses given up are given to the next launch
    births: list[dict[str, Any]] = field(default_factory=list)  # see `stillbirths`
    pages: dict[str, Any] | None = None  # how listings are cut: see `repairs.pages`
    vcpus: dict[str, int] = field(default_factory=dict)  # limits of standard instances, by market
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
        for name, value in vars(fresh).items():
            if name not in _BORN_WITH:
                setattr(self, name, value)
        self.guard.clear()
