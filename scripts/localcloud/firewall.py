"""Security groups on the wire: as nftables rules inside a host, and as the answer for its door."""

from __future__ import annotations

import ipaddress
from typing import Any, Callable, Iterable, Iterator

SSH = 22


def admits(groups: Iterable[Any], ports: set[int], source: str) -> bool:
    """Whether any group lets TCP from `source` in on one of `ports`."""
    address = ipaddress.ip_address(source)
    for rule in _rules(groups):
        if rule.ip_protocol not in ("-1", "tcp", "6"):
            continue
        if rule.ip_protocol != "-1" and not any(_covers(rule, port) for port in ports):
            continue
        for network in _networks(rule):
            if address.version == network.version and address in network:
                return True
    return False


def ruleset(groups: Iterable[Any], members: Callable[[str], list[str]]) -> str:
    """The whole nftables input of a host; `members` gives the private addresses in a group."""
    lines = [
        "flush ruleset",
        "table inet groups {",
        " chain input {",
        "  type filter hook input priority 0; policy drop;",
        "  iif lo accept",
        "  ct state established,related accept",
    ]
    for rule in _rules(groups):
        match = _match(rule)
        if match is None:
            continue
        for network in _networks(rule):
            family = "ip" if network.version == 4 else "ip6"
            lines.append(f"  {family} saddr {network} {match} accept")
        if rule.source_group:
            addresses = members(rule.source_group.get("GroupId", ""))
            if addresses:
                lines.append(f"  ip saddr {{ {', '.join(sorted(addresses))} }} {match} accept")
    return "\n".join([*lines, " }", "}"]) + "\n"


def _rules(groups: Iterable[Any]) -> Iterator[Any]:
    for group in groups:
        yield from list(group.ingress_rules)


def _networks(rule: Any) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    given = rule.ip_range or {}
    texts = [given.get("CidrIp"), given.get("CidrIpv6")]
    return [ipaddress.ip_network(text, strict=False) for text in texts if text]


def _covers(rule: Any, port: int) -> bool:
    if rule.from_port in (None, "", -1, "-1"):
        return True
    return int(rule.from_port) <= port <= int(rule.to_port)


def _match(rule: Any) -> str | None:
    """The protocol part of one rule; None for protocols that a host does not speak."""
    protocol = {"6": "tcp", "17": "udp", "1": "icmp"}.get(rule.ip_protocol, rule.ip_protocol)
    if protocol == "-1":
        return ""
    if protocol == "icmp":
        return "meta l4proto icmp"
    if protocol in ("tcp", "udp"):
        if rule.from_port in (None, "", -1, "-1"):
            return f"meta l4proto {protocol}"
        return f"{protocol} dport {rule.from_port}-{rule.to_port}"
    return None
