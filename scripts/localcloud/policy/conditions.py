"""The Condition element of a policy's statement.

Semantics: IAM user guide, "Condition operators" and "Multivalued context keys". What the lab cannot
evaluate is refused when the policy is read, so that no answer rests on a guess.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from dataclasses import dataclass

# The values of each condition key of a request, by its lower-case name; absent keys are absent.
Context = dict[str, list[str]]

# The keys that `requirements` fills in where AWS does.
KEYS = (
    "aws:PrincipalAccount",
    "aws:RequestedRegion",
    "aws:TagKeys",
    "ec2:AvailabilityZone",
    "ec2:CreateAction",
    "ec2:Encrypted",
    "ec2:InstanceMarketType",
    "ec2:InstanceProfile",
    "ec2:InstanceType",
    "ec2:MetadataHttpTokens",
    "ec2:Owner",
    "ec2:Region",
    "ec2:VolumeType",
    "ec2:Vpc",
    "elasticfilesystem:CreateAction",
    "elasticfilesystem:Encrypted",
    "iam:AWSServiceName",
    "iam:PassedToService",
    "iam:PolicyARN",
)
KEY_PREFIXES = ("aws:RequestTag/", "aws:ResourceTag/", "ec2:ResourceTag/", "iam:ResourceTag/")
_KNOWN = {key.lower() for key in KEYS}
_KNOWN_PREFIXES = tuple(prefix.lower() for prefix in KEY_PREFIXES)


class PolicyError(Exception):
    """The document is no policy, or one that the lab cannot evaluate; the text says why."""


def like(pattern: str, value: str) -> bool:
    """Whether a value fits a pattern with * and ?; case counts."""
    return _pattern(pattern).fullmatch(value) is not None


@functools.lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    parts = [{"*": ".*", "?": "."}.get(c, re.escape(c)) for c in text]
    return re.compile("".join(parts), re.DOTALL)


def _arn_like(pattern: str, value: str) -> bool:
    """Part by part: a wildcard does not reach over a colon, but in the last part."""
    wanted, found = pattern.split(":", 5), value.split(":", 5)
    return len(wanted) == len(found) and all(map(like, wanted, found))


def _same(wanted: str, found: str) -> bool:
    return wanted == found


def _same_but_case(wanted: str, found: str) -> bool:
    return wanted.lower() == found.lower()


# Of each operator: how one value is compared, and whether the answer is turned around.
_OPERATORS: dict[str, tuple[Callable[[str, str], bool], bool]] = {
    "stringequals": (_same, False),
    "stringnotequals": (_same, True),
    "stringequalsignorecase": (_same_but_case, False),
    "stringnotequalsignorecase": (_same_but_case, True),
    "stringlike": (like, False),
    "stringnotlike": (like, True),
    "arnequals": (_arn_like, False),
    "arnlike": (_arn_like, False),
    "arnnotequals": (_arn_like, True),
    "arnnotlike": (_arn_like, True),
    "bool": (_same_but_case, False),
}


@dataclass(frozen=True)
class Condition:
    """One key under one operator."""

    operator: str  # lower case, without quantifier and IfExists
    quantifier: str  # "", "forallvalues" or "foranyvalue"
    if_exists: bool
    key: str  # lower case
    values: tuple[str, ...]

    @classmethod
    def read(cls, operator: str, key: str, values: object) -> Condition:
        quantifier, _, name = operator.lower().rpartition(":")
        if_exists = name.endswith("ifexists")
        name = name.removesuffix("ifexists")
        known = name in _OPERATORS or (name == "null" and not if_exists and not quantifier)
        if not known or quantifier not in ("", "forallvalues", "foranyvalue"):
            raise PolicyError(f"the lab cannot evaluate the condition operator {operator}")
        lower = key.lower()
        if lower not in _KNOWN and not lower.startswith(_KNOWN_PREFIXES):
            raise PolicyError(f"the lab cannot evaluate the condition key {key}")
        given = values if isinstance(values, list) else [values]
        texts = tuple(_text(value) for value in given)
        if any("${" in text for text in texts):
            raise PolicyError(f"the lab cannot evaluate the policy variable in {key}")
        return cls(name, quantifier, if_exists, lower, texts)

    def holds(self, context: Context) -> bool:
        found = context.get(self.key)
        if self.operator == "null":
            return (found is None) == (self.values[0].lower() == "true")
        compare, negated = _OPERATORS[self.operator]
        if self.quantifier == "forallvalues":
            return all(self._fits(compare, negated, value) for value in found or [])
        if found is None:
            return self.if_exists or (negated and not self.quantifier)
        return any(self._fits(compare, negated, value) for value in found)

    def _fits(self, compare: Callable[[str, str], bool], negated: bool, value: str) -> bool:
        return any(compare(wanted, value) for wanted in self.values) != negated


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (str, int)):
        return str(value)
    raise PolicyError(f"a condition's value must be text, not {value!r}")
