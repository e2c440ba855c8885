"""An identity-based policy, and what it says to one action on one resource."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .conditions import Condition, Context, PolicyError, like

_ELEMENTS = {
    "Sid",
    "Effect",
    "Action",
    "NotAction",
    "Resource",
    "NotResource",
    "Condition",
}
ALLOW, DENY = "Allow", "Deny"


@dataclass(frozen=True)
class Statement:
    name: str  # its Sid, or its place
    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: tuple[Condition, ...]
    but_actions: bool  # NotAction
    but_resources: bool  # NotResource

    @classmethod
    def read(cls, number: int, given: Any) -> Statement:
        name = given.get("Sid") or f"statement {number}" if isinstance(given, dict) else str(number)
        if not isinstance(given, dict) or set(given) - _ELEMENTS:
            unknown = ", ".join(sorted(set(given) - _ELEMENTS)) if isinstance(given, dict) else ""
            raise PolicyError(f"{name}: not an identity-based statement: {unknown}")
        if given.get("Effect") not in (ALLOW, DENY):
            raise PolicyError(f"{name}: Effect must be {ALLOW} or {DENY}")
        actions, but_actions = _either(given, name, "Action")
        resources, but_resources = _either(given, name, "Resource")
        conditions = tuple(
            Condition.read(operator, key, values)
            for operator, keys in (given.get("Condition") or {}).items()
            for key, values in keys.items()
        )
        return cls(
            name, given["Effect"], actions, resources, conditions, but_actions, but_resources
        )

    def concerns(self, action: str, resource: str, context: Context) -> bool:
        """Whether the statement's effect applies."""
        named = any(like(pattern.lower(), action.lower()) for pattern in self.actions)
        on = any(like(pattern, resource) for pattern in self.resources)
        if named == self.but_actions or on == self.but_resources:
            return False
        return all(condition.holds(context) for condition in self.conditions)


@dataclass(frozen=True)
class Policy:
    statements: tuple[Statement, ...]

    @classmethod
    def read(cls, document: Any) -> Policy:
        """PolicyError when it is no policy, or one that the lab cannot evaluate."""
        if not isinstance(document, dict) or "Statement" not in document:
            raise PolicyError("a policy is an object with a Statement")
        if document.get("Version") != "2012-10-17":
            raise PolicyError('the policy\'s Version must be "2012-10-17"')
        given = document["Statement"]
        given = given if isinstance(given, list) else [given]
        return cls(tuple(Statement.read(number, one) for number, one in enumerate(given, 1)))

    def verdict(self, action: str, resource: str, context: Context) -> tuple[bool, str | None]:
        """Whether it is allowed, and the statement that decided; None when none speaks of it."""
        concerned = [s for s in self.statements if s.concerns(action, resource, context)]
        for statement in concerned:
            if statement.effect == DENY:
                return False, statement.name
        return (True, concerned[0].name) if concerned else (False, None)


def _either(given: dict[str, Any], name: str, element: str) -> tuple[tuple[str, ...], bool]:
    """The patterns of an element or of its opposite, and whether it is the opposite."""
    opposite = f"Not{element}"
    if (element in given) == (opposite in given):
        raise PolicyError(f"{name}: exactly one of {element} and {opposite} is needed")
    values = given.get(element, given.get(opposite))
    values = values if isinstance(values, list) else [values]
    if not values or not all(isinstance(value, str) and value for value in values):
        raise PolicyError(f"{name}: {element} must be text or a list of texts")
    for value in values:
        if "${" in value:
            raise PolicyError(f"{name}: the lab cannot evaluate the policy variable in {value}")
        if element == "Action" and value != "*" and ":" not in value:
            raise PolicyError(f"{name}: {value} is not an action: it has no service")
        if element == "Resource" and value != "*" and len(value.split(":", 5)) < 6:
            raise PolicyError(f"{name}: {value} is not an ARN")
    return tuple(values), opposite in given
