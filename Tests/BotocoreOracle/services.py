"""Everything that hands out credentials, faked on loopback: STS, SSO, SSO OIDC, Sign-In, a container's
endpoint and the instance metadata service.

Keys are made of what was asked, so that two clients get the same key exactly if they asked the same.
The words `refused`, `expired` and the like in what is asked make the answer what they say.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import os
import re
import threading
import time
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

# Session names that a client makes up; they differ and mean nothing.
_MADE_UP = re.compile(r"^(botocore-session|spot)-\d+$")


def start() -> str:
    """Serves from a process of its own, which ends with this one; answers the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.close(writer)
        threading.Thread(target=lambda: os._exit(len(os.read(reader, 1))), daemon=True).start()
        server.serve_forever()
    os.close(reader)
    os.set_inheritable(writer, False)
    server.socket.close()
    return f"http://127.0.0.1:{server.server_address[1]}"


def made_of(*facts: Any) -> tuple[str, str, str]:
    """Key, secret and token."""
    digest = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
    return f"ASIA{digest[:16].upper()}", digest[16:48], digest[48:]


def moment(seconds: float) -> str:
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._serve()

    def do_PUT(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urllib.parse.urlsplit(self.path)
        service, _, rest = parts.path.lstrip("/").partition("/")
        query = dict(urllib.parse.parse_qsl(parts.query))
        if service == "sts":
            self._sts(dict(urllib.parse.parse_qsl(body.decode())))
        elif service == "sso":
            self._sso(query)
        elif service == "oidc":
            self._oidc(json.loads(body))
        elif service == "signin":
            self._sign_in(json.loads(body))
        elif service == "container":
            self._container(rest)
        elif service == "imds":
            mode, _, path = rest.partition("/")
            self._instance(mode, path)
        else:
            self._say(404, "no such service")

    # STS

    def _sts(self, fields: dict[str, str]) -> None:
        action = fields["Action"]
        name = fields["RoleSessionName"]
        facts = {
            key: value
            for key, value in fields.items()
            if key != "RoleSessionName" or not _MADE_UP.match(value)
        }
        if "refused" in fields["RoleArn"]:
            return self._say(403, _error("AccessDenied", "not you"))
        if fields.get("WebIdentityToken") == "refused":
            return self._say(400, _error("InvalidIdentityToken", "no such token"))
        if "truncated" in fields["RoleArn"]:
            return self._say(200, f"<{action}Response><{action}Result>")
        signed = re.match(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d+/([^/]+)/sts/",
            self.headers.get("Authorization", ""),
        )
        key, secret, token = made_of(
            sorted(facts.items()),
            signed and signed.groups(),
            self.headers.get("X-Amz-Security-Token"),
        )
        end = moment(-60 if "expired" in fields["RoleArn"] else 3600)
        account, role = fields["RoleArn"].split(":")[4], fields["RoleArn"].split("/")[-1]
        self._say(
            200,
            f"<{action}Response xmlns='https://sts.amazonaws.com/doc/2011-06-15/'><{action}Result>"
            f"<AssumedRoleUser><AssumedRoleId>AROA:{name}</AssumedRoleId>"
            f"<Arn>arn:aws:sts::{account}:assumed-role/{role}/{name}</Arn></AssumedRoleUser>"
            f"<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}"
            f"</SecretAccessKey><SessionToken>{token}</SessionToken><Expiration>{end}</Expiration>"
            f"</Credentials></{action}Result></{action}Response>",
        )

    # IAM Identity Center and Sign-In

    def _sso(self, query: dict[str, str]) -> None:
        token = self.headers.get("x-amz-sso_bearer_token", "")
        if "refused" in token:
            return self._json({"message": "Session token not found"}, 401, "UnauthorizedException")
        if query["role_name"] == "refused":
            return self._json({"message": "No access"}, 403, "ForbiddenException")
        key, secret, session = made_of(query["role_name"], query["account_id"], token)
        self._json(
            {
                "roleCredentials": {
                    "accessKeyId": key,
                    "secretAccessKey": secret,
                    "sessionToken": session,
                    "expiration": int((time.time() + 3600) * 1000),
                }
            }
        )

    def _oidc(self, fields: dict[str, str]) -> None:
        if fields["refreshToken"] == "refused":
            return self._json({"error": "invalid_grant"}, 400, "InvalidGrantException")
        key, secret, token = made_of(sorted(fields.items()))
        self._json(
            {"accessToken": key, "tokenType": "Bearer", "expiresIn": 3600, "refreshToken": token}
        )

    def _sign_in(self, fields: dict[str, str]) -> None:
        holder = self._proven_key()
        if holder is None:
            return self._json({"error": "INVALID_REQUEST", "message": "bad proof"}, 400)
        if fields["refreshToken"] == "refused":
            problem = {"error": "TOKEN_EXPIRED", "message": "log in again"}
            return self._json(problem, 401, "AccessDeniedException")
        key, secret, token = made_of(sorted(fields.items()), holder)
        self._json(
            {
                "accessToken": {
                    "accessKeyId": key,
                    "secretAccessKey": secret,
                    "sessionToken": token,
                },
                "tokenType": "aws_sigv4",
                "expiresIn": 900,
                "refreshToken": f"after-{fields['refreshToken']}",
            }
        )

    def _proven_key(self) -> str | None:
        """The public key whose holder made this very request just now; None without proof."""
        try:
            head, claims, signature = self.headers["DPoP"].split(".")
            header, said = json.loads(_bytes(head)), json.loads(_bytes(claims))
            x, y = (int.from_bytes(_bytes(header["jwk"][name]), "big") for name in "xy")
            key = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
            raw = _bytes(signature)
            pair = (int.from_bytes(half, "big") for half in (raw[:32], raw[32:]))
            key.verify(
                utils.encode_dss_signature(*pair),
                f"{head}.{claims}".encode(),
                ec.ECDSA(hashes.SHA256()),
            )
        except (AttributeError, InvalidSignature, KeyError, ValueError):
            return None
        is_this = (
            header["typ"] == "dpop+jwt"
            and header["alg"] == "ES256"
            and said["htm"] == self.command
            and said["htu"] == f"http://{self.headers['Host']}{self.path}"
            and abs(said["iat"] - time.time()) < 60
            and said["jti"]
        )
        return f"{x}" if is_this else None

    # Containers and instances

    def _container(self, mode: str) -> None:
        if mode == "refused":
            return self._json({"message": "no"}, 401)
        if mode == "garbage":
            return self._say(200, "<html>")
        key, secret, token = made_of(mode, self.headers.get("Authorization"))
        answer = {
            "AccessKeyId": key,
            "SecretAccessKey": secret,
            "Token": token,
            "Expiration": moment(-60 if mode == "expired" else 3600),
            "AccountId": "123456789012",
        }
        if mode == "incomplete":
            del answer["Token"]
        self._json(answer)

    def _instance(self, mode: str, path: str) -> None:
        token = self.headers.get("x-aws-ec2-metadata-token")
        if path == "latest/api/token":
            if mode == "first" or self.command != "PUT":
                return self._say(404, "not here")
            return self._say(200, f"token-{mode}")
        if mode != "first" and token != f"token-{mode}":
            return self._say(401, "no token")
        if path == "latest/meta-data/placement/availability-zone/":
            return self._say(200, "ap-south-1b")
        if path == "latest/meta-data/iam/security-credentials/":
            return self._say(404 if mode == "roleless" else 200, "worker")
        if mode == "refused":
            return self._json({"Code": "AssumeRoleUnauthorizedAccess", "Message": "no"})
        if mode == "garbage":
            return self._say(200, "<html>")
        key, secret, session = made_of(mode, token)
        self._json(
            {
                "Code": "Success",
                "Type": "AWS-HMAC",
                "AccessKeyId": key,
                "SecretAccessKey": secret,
                "Token": session,
                "Expiration": moment(-3600 if mode == "expired" else 21600),
            }
        )

    def _json(self, value: Any, status: int = 200, error: str | None = None) -> None:
        self._say(status, json.dumps(value), error)

    def _say(self, status: int, text: str, error: str | None = None) -> None:
        body = text.encode()
        self.send_response(status)
        if error:
            self.send_header("x-amzn-errortype", error)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _error(code: str, message: str) -> str:
    return (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message>"
        "</Error><RequestId>r-1</RequestId></ErrorResponse>"
    )
