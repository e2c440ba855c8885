"""The policies in force, by access key, and every decision that was taken under them."""

from __future__ import annotations

import base64
import json
import threading
from dataclasses import asdict, dataclass, field
from typing import Any

from .conditions import Context
from .document import Policy

_MOST = 100_000  # decisions kept


@dataclass(frozen=True)
class Requirement:
    """One permission that a call needs."""

    action: str  # "ec2:RunInstances"
    resource: str  # an ARN, or "*" where the action knows no resources
    context: Context = field(default_factory=dict)


@dataclass(frozen=True)
class Decision:
    """What was decided about one permission of one call."""

    call: int | None  # the number of the call in the journal
    api: str
    principal: str
    action: str
    resource: str
    allowed: bool
    statement: str | None  # that decided; None when none speaks of it
    context: Context

    @property
    def reason(self) -> str:
        if self.statement is not None:
            return "with an explicit deny in an identity-based policy"
        return f"because no identity-based policy allows the {self.action} action"

    @property
    def text(self) -> str:
        """AWS's sentence about a denial."""
        return (
            f"User: {self.principal} is not authorized to perform: {self.action} on resource: "
            f"{self.resource} {self.reason}"
        )

    def encoded(self) -> str:
        """The authorization message that DecodeAuthorizationMessage makes readable."""
        items = [{"key": k, "values": {"items": [{"value": v} for v in values]}}
                 for k, values in self.context.items()]  # fmt: skip
        told = {
            "allowed": self.allowed,
            "explicitDeny": self.statement is not None,
            "context": {
                "principal": {"arn": self.principal},
                "action": self.action,
                "resource": self.resource,
                "conditions": {"items": items},
            },
        }
        return base64.urlsafe_b64encode(json.dumps(told).encode()).decode()


class Guard:
    """Decides for callers that have a policy; the others may do everything."""

    def __init__(self) -> None:
        self._policies: dict[str, Policy] = {}
        self._decisions: list[Decision] = []
        self._lock = threading.Lock()

    def install(self, access_key: str, document: Any) -> None:
        """Puts a policy in force, or (None) takes it back; PolicyError when it cannot be."""
        policy = None if document is None else Policy.read(document)
        with self._lock:
            self._policies.pop(access_key, None)
            if policy is not None:
                self._policies[access_key] = policy

    def watches(self, access_key: str) -> bool:
        """Whether a caller has a policy."""
        return access_key in self._policies

    def decide(
        self, access_key: str, principal: str, call: Any, requirement: Requirement
    ) -> Decision:
        """The decision about one requirement of a caller's call; it is kept."""
        context = {key.lower(): values for key, values in requirement.context.items()}
        policy = self._policies[access_key]
        allowed, name = policy.verdict(requirement.action, requirement.resource, context)
        decision = Decision(
            call=call.notes.get("number"),
            api=f"{call.service}:{call.action}",
            principal=principal,
            action=requirement.action,
            resource=requirement.resource,
            allowed=allowed,
            statement=name,
            context=requirement.context,
        )
        with self._lock:
            self._decisions.append(decision)
            del self._decisions[:-_MOST]
        return decision

    def listing(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(decision) for decision in self._decisions]

    def forget(self) -> None:
        """Forgets the decisions."""
        with self._lock:
            self._decisions = []

    def clear(self) -> None:
        """Takes every policy back."""
        with self._lock:
            self._policies = {}
