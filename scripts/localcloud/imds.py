"""The instance metadata service of each host: IMDSv2 (and v1 where the instance allows it).

The listening socket at 169.254.169.254 was bound inside the host; the answers come from the live
moto objects, so tags, addresses and roles are always current.
"""

from __future__ import annotations

import datetime
import json
import re
import secrets
import socket
import sys
import threading
import time
import traceback
import urllib.parse
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any

from moto.sts.models import sts_backends

from . import userdata

if TYPE_CHECKING:
    from .host import Host

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_MAX_TTL = 21600
_TTL_HEADER = "X-aws-ec2-metadata-token-ttl-seconds"
_TOKEN_HEADER = "X-aws-ec2-metadata-token"
_CREDENTIALS_HOURS = 6


# What the service does instead of answering: an HTTP status, something that is no metadata, an
# answer after `SLOW_SECONDS` (scaled), or none at all.
FAULTS = ("401", "403", "404", "503", "garbage", "slow", "silent")
SLOW_SECONDS = 10.0
_SILENT_SECONDS = 60.0


class Metadata:
    """What one host's metadata service knows."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._tokens: dict[str, float] = {}
        self.fault: str | None = None  # see `FAULTS`
        self._credentials: tuple[str, datetime.datetime, str] | None = None

    def serve(self, connection: socket.socket, peer: Any) -> None:
        """Answers one connection on a thread of its own."""
        server = _Server(self)
        threading.Thread(
            target=lambda: server.answer(connection, peer), daemon=True, name="imds"
        ).start()

    def enabled(self) -> bool:
        return self._host.instance.metadata_options.http_endpoint != "disabled"

    def issue_token(self, seconds: int) -> str:
        token = secrets.token_urlsafe(40)
        self._tokens[token] = time.monotonic() + seconds
        return token

    def suffer(self, handler: BaseHTTPRequestHandler) -> bool:
        """Whether a request was dealt with by the fault in force."""
        fault = self.fault
        if fault is None:
            return False
        if fault == "slow":
            time.sleep(SLOW_SECONDS * self._host.cloud.settings.time_scale)
            return False
        if fault == "silent":
            time.sleep(_SILENT_SECONDS * self._host.cloud.settings.time_scale)
            handler.close_connection = True
        elif fault == "garbage":
            handler.reply(200, b"<html>not { what was asked")
        else:
            handler.reply(int(fault))
        return True

    def forget_tokens(self) -> None:
        self._tokens = {}

    def admits(self, token: str | None) -> bool:
        """Whether a request with this token (or none) may be answered."""
        if token is None:
            return self._host.instance.metadata_options.http_tokens != "required"
        return self._tokens.get(token, 0.0) > time.monotonic()

    def lookup(self, path: str) -> tuple[bytes, str] | None:
        """Body and content type of a path below the version; None when there is nothing."""
        host = self._host
        if path == "user-data":
            raw = userdata.decode(str(host.instance.user_data or ""))
            return (raw, "application/octet-stream") if raw else None
        if path == "dynamic/instance-identity/document":
            return json.dumps(self._identity(), indent=2).encode(), "text/plain"
        if path.startswith("meta-data"):
            text = _find(self._tree(), path[len("meta-data") :])
        else:
            listing = {"meta-data": {}, "dynamic": {"instance-identity": {"document": ""}}}
            if host.instance.user_data:
                listing["user-data"] = ""
            text = _find(listing, path)
        return (text.encode(), "text/plain") if text is not None else None

    def _identity(self) -> dict[str, Any]:
        instance = self._host.instance
        return {
            "accountId": self._host.backend.account_id,
            "architecture": instance.architecture,
            "availabilityZone": instance.placement.zone,
            "billingProducts": None,
            "devpayProductCodes": None,
            "imageId": instance.image_id,
            "instanceId": instance.id,
            "instanceType": instance.instance_type,
            "kernelId": None,
            "marketplaceProductCodes": None,
            "pendingTime": instance.launch_time.strftime(_TIME),
            "privateIp": self._host.private_ip,
            "ramdiskId": None,
            "region": self._host.vpc.region,
            "version": "2017-09-30",
        }

    def _tree(self) -> dict[str, Any]:
        """The metadata as nested categories; leaves are text or functions that make it."""
        host, instance = self._host, self._host.instance
        interface = instance.nics[0]
        tree: dict[str, Any] = {
            "ami-id": instance.image_id,
            "ami-launch-index": str(instance.ami_launch_index),
            "ami-manifest-path": "(unknown)",
            "block-device-mapping": dict.fromkeys(("ami", "root"), instance.root_device_name),
            "events": {"maintenance": {"history": "[]", "scheduled": "[]"}},
            "hostname": instance.private_dns_name,
            "instance-action": "none",
            "instance-id": instance.id,
            "instance-life-cycle": instance.lifecycle or "on-demand",
            "instance-type": instance.instance_type,
            "local-hostname": instance.private_dns_name,
            "local-ipv4": host.private_ip,
            "mac": interface.mac_address,
            "network": {"interfaces": {"macs": {interface.mac_address: self._interface(interface)}}},
            "placement": {
                "availability-zone": instance.placement.zone,
                "availability-zone-id": _zone_id(host.backend, instance.placement.zone),
                "region": host.vpc.region,
            },
            "profile": "default-hvm",
            "reservation-id": self._reservation(),
            "security-groups": "\n".join(group.name for group in host.groups()),
            "services": {"domain": "amazonaws.com", "partition": "aws"},
            "system": "nitro",
        }
        if host.public_ip:
            tree["public-hostname"] = instance.public_dns_name
            tree["public-ipv4"] = host.public_ip
        pair = host.backend.key_pairs.get(instance.key_name) if instance.key_name else None
        if pair:
            key = {"openssh-key": pair.material_public.decode()}
            tree["public-keys"] = {f"0={instance.key_name}": key}
        if instance.metadata_options.instance_metadata_tags == "enabled":
            tags = {tag["key"]: tag["value"] for tag in instance.get_tags()}
            tree["tags"] = {"instance": tags}
        if host.interruption:
            tree["spot"] = {"instance-action": json.dumps(host.interruption)}
            if host.interruption["action"] == "terminate":
                tree["spot"]["termination-time"] = host.interruption["time"]
        if host.rebalance:
            notice = json.dumps({"noticeTime": host.rebalance})
            tree["events"]["recommendations"] = {"rebalance": notice}
        tree.update(self._role_categories())
        return tree

    def _interface(self, interface: Any) -> dict[str, Any]:
        host, subnet = self._host, interface.subnet
        known: dict[str, Any] = {
            "device-number": "0",
            "interface-id": interface.id,
            "local-hostname": host.instance.private_dns_name,
            "local-ipv4s": host.private_ip,
            "mac": interface.mac_address,
            "owner-id": host.backend.account_id,
            "security-group-ids": "\n".join(group.id for group in host.groups()),
            "security-groups": "\n".join(group.name for group in host.groups()),
            "subnet-id": subnet.id,
            "subnet-ipv4-cidr-block": subnet.cidr_block,
            "vpc-id": subnet.vpc_id,
            "vpc-ipv4-cidr-block": str(host.vpc.network),
            "vpc-ipv4-cidr-blocks": str(host.vpc.network),
        }
        if host.public_ip:
            known["public-hostname"] = host.instance.public_dns_name
            known["public-ipv4s"] = host.public_ip
            known["ipv4-associations"] = {host.public_ip: host.private_ip}
        return known

    def _reservation(self) -> str:
        for reservation in list(self._host.backend.reservations.values()):
            if any(instance.id == self._host.id for instance in reservation.instances):
                return reservation.id
        return ""

    def _role_categories(self) -> dict[str, Any]:
        association = self._host.backend.iam_instance_profile_associations.get(self._host.id)
        profile = association.iam_instance_profile if association else None
        if profile is None:
            return {}
        info = {
            "Code": "Success",
            "LastUpdated": datetime.datetime.now(datetime.timezone.utc).strftime(_TIME),
            "InstanceProfileArn": profile.arn,
            "InstanceProfileId": profile.id,
        }
        iam: dict[str, Any] = {"info": json.dumps(info, indent=2)}
        if profile.roles:
            role = profile.roles[0].name
            iam["security-credentials"] = {role: lambda: self._role_credentials(role)}
        return {"iam": iam}

    def _role_credentials(self, role: str) -> str:
        """Credentials of the instance's role that STS knows; renewed in their last third."""
        now = datetime.datetime.now(datetime.timezone.utc)
        renewal = datetime.timedelta(hours=_CREDENTIALS_HOURS / 3)
        if self._credentials:
            known, expiration, text = self._credentials
            if known == role and expiration - now > renewal:
                return text
        host, account = self._host, self._host.backend.account_id
        arn = f"arn:aws:iam::{account}:role/{role}"
        expiration = now + datetime.timedelta(hours=_CREDENTIALS_HOURS)
        issued = sts_backends[account]["aws"].assume_role(
            host.vpc.region, host.id, arn, "", _CREDENTIALS_HOURS * 3600, ""
        )
        answer = {
            "Code": "Success",
            "LastUpdated": now.strftime(_TIME),
            "Type": "AWS-HMAC",
            "AccessKeyId": issued.access_key_id,
            "SecretAccessKey": issued.secret_access_key,
            "Token": issued.session_token,
            "Expiration": expiration.strftime(_TIME),
        }
        text = json.dumps(answer, indent=2)
        self._credentials = (role, expiration, text)
        return text


class _Server:
    """As much of a socketserver as a request handler wants to see."""

    def __init__(self, metadata: Metadata) -> None:
        self.metadata = metadata

    def answer(self, connection: socket.socket, peer: Any) -> None:
        try:
            _Handler(connection, peer, self)
        except OSError:
            return  # the client went away, or the host ended
        finally:
            connection.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "EC2ws"
    sys_version = ""
    timeout = 60

    def log_message(self, format: str, *args: Any) -> None:
        """Metadata requests are not logged: they carry credentials."""

    def do_PUT(self) -> None:
        metadata = self.server.metadata
        if metadata.suffer(self):
            return None
        if not metadata.enabled() or self.headers.get("X-Forwarded-For"):
            return self.reply(403)
        if self.path != "/latest/api/token":
            return self.reply(405)
        seconds = self.headers.get(_TTL_HEADER, "")
        if not seconds.isdigit() or not 1 <= int(seconds) <= _MAX_TTL:
            return self.reply(400)
        token = metadata.issue_token(int(seconds))
        self.reply(200, token.encode(), headers={_TTL_HEADER: seconds})

    def do_GET(self) -> None:
        metadata = self.server.metadata
        if metadata.suffer(self):
            return None
        if not metadata.enabled():
            return self.reply(403)
        if not metadata.admits(self.headers.get(_TOKEN_HEADER)):
            return self.reply(401)
        path = urllib.parse.unquote(self.path.split("?")[0])
        if path == "/":
            return self.reply(200, b"1.0\n2021-07-15\nlatest")
        match = re.fullmatch(r"/(latest|1\.0|\d{4}-\d{2}-\d{2})(/.*)?", path)
        try:
            found = metadata.lookup((match.group(2) or "/")[1:]) if match else None
        except Exception:  # an error of the lab's own is said, and does not hang the client
            traceback.print_exc(file=sys.stderr)
            return self.reply(500)
        if found is None:
            return self.reply(404)
        self.reply(200, found[0], found[1])

    do_HEAD = do_GET

    def reply(
        self, status: int, body: bytes = b"", kind: str = "text/plain", headers: dict[str, str] = {}
    ) -> None:
        if status >= 400:
            title = self.responses[status][0]
            body = f"<html><head><title>{status} - {title}</title></head></html>".encode()
            kind = "text/html"
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _find(tree: Any, path: str) -> str | None:
    """The leaf or the listing at a path; keys may contain slashes (tags do)."""
    path = path.strip("/")
    if not path:
        if isinstance(tree, dict):
            lines = [
                f"{key}/" if isinstance(value, dict) and "=" not in key else key
                for key, value in sorted(tree.items())
            ]
            return "\n".join(lines)
        return tree() if callable(tree) else tree
    if not isinstance(tree, dict):
        return None
    for key, value in tree.items():
        shown = key.split("=")[0] if re.match(r"\d+=", key) else key  # public-keys: "0=name" is "0"
        if path == shown or path.startswith(shown + "/"):
            found = _find(value, path[len(shown) :])
            if found is not None:
                return found
    return None


def _zone_id(backend: Any, zone: str) -> str:
    for known in backend.describe_availability_zones():
        if known.name == zone:
            return known.zone_id
    return ""
