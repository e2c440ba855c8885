"""What travels through the lab's WSGI layer: a `Call`, an `Answer`, and the `Repair`s between them.

moto is not a faithful cloud by itself. Instead of patching it, the lab puts a layer in front:

    control (/lab/...)  ->  gate repairs  ->  injected faults
        ->  before() of every repair, in order  ->  moto  ->  reconcile hosts
        ->  after() of every repair, in reverse order  ->  holds

The journal notes every call when it comes, and what it was answered before a hold keeps the answer.

A repair that answers in before() ends the walk there: neither the later repairs nor moto see the
call, and only the after() of the repairs *before* it run. For the services in `LOCKED_SERVICES` the
whole walk from before() to after() holds `cloud.lock`, so a repair may check and then act (client
tokens, quotas) without a lock of its own, and must never sleep.
"""

from __future__ import annotations

import functools
import io
import json
import re
import secrets
import urllib.parse
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from .s3_actions import s3_action

if TYPE_CHECKING:
    from .cloud import Cloud

EC2_NAMESPACE = "http://ec2.amazonaws.com/doc/2016-11-15/"
DEFAULT_ACCOUNT = "123456789012"

# Services whose moto state the lab reads or changes from other threads: one call at a time.
LOCKED_SERVICES = frozenset({"ec2", "autoscaling", "elasticfilesystem", "cloudformation", "fis"})

# REST-JSON services by signing name, with the name of their model in botocore.
_REST_JSON = {
    "elasticfilesystem": "efs",
    "fis": "fis",
    "lambda": "lambda",
    "scheduler": "scheduler",
}
_SCOPE = re.compile(r"Credential=([^/,\s]+)/(\d{8})/([^/]+)/([^/]+)/aws4_request")
_READS = re.compile(
    r"^(Describe|Get|List|Head|Search|Lookup|Simulate|Validate|Preview|Receive|Decode|AssumeRole)"
)


@dataclass
class Call:
    """One AWS request, read once from its WSGI environment."""

    environ: dict[str, Any]
    service: str  # the signing name: "ec2", "sts", "elasticfilesystem", "ssm"
    region: str
    account: str  # the account that the access key belongs to
    access_key: str  # "" when the request is unsigned
    action: str  # the operation: "RunInstances", "CreateFileSystem"
    form: dict[str, str] | None  # the parameters of EC2 and query calls, else None
    protocol: str  # "ec2", "query", "json", "rest-json" or "rest-xml"
    body: bytes
    query: dict[str, str]  # parameters of the URL
    notes: dict[str, Any] = field(default_factory=dict)  # from a repair's before() to its after()

    @classmethod
    def read(cls, environ: dict[str, Any]) -> Call:
        """Reads the body and works out service, region, account, action and protocol."""
        body = _read_body(environ)
        environ["wsgi.input"] = io.BytesIO(body)
        raw_query = environ.get("QUERY_STRING", "")
        query = dict(urllib.parse.parse_qsl(raw_query, keep_blank_values=True))
        scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
        if not scope and "X-Amz-Credential" in query:
            scope = _SCOPE.search("Credential=" + query["X-Amz-Credential"])
        access_key, region, service = ("", "us-east-1", "")
        if scope:
            access_key, region, service = scope.group(1), scope.group(3), scope.group(4)
        form = _read_form(environ, body, query)
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if not service and form is not None:
            service = "ec2" if form.get("Version", "").startswith("2016-11-15") else "sts"
        if form is not None:
            action, protocol = form.get("Action", ""), "ec2" if service == "ec2" else "query"
        elif target:
            action, protocol = target.rsplit(".", 1)[-1], "json"
        else:
            protocol = "rest-json" if service in _REST_JSON else "rest-xml"
            action = _rest_action(service, environ, query)
        account = DEFAULT_ACCOUNT  # until the signature check knows whose key it is
        return cls(
            environ, service, region, account, access_key, action, form, protocol, body, query
        )

    @property
    def json(self) -> dict[str, Any]:
        """The body of a JSON or REST-JSON call; {} when it is empty or not an object."""
        try:
            value = json.loads(self.body or b"{}")
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @property
    def mutates(self) -> bool:
        """Whether the call may change the cloud, so that hosts are reconciled after it."""
        if self.protocol.startswith("rest"):
            return self.environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        return not _READS.match(self.action)

    @property
    def dry_run(self) -> bool:
        """Whether an EC2 call only asks if it would be allowed."""
        return self.protocol == "ec2" and (self.form or {}).get("DryRun", "").lower() == "true"

    @property
    def locked(self) -> bool:
        """Whether the walk through the repairs and moto holds the lab's lock."""
        return self.service in LOCKED_SERVICES

    def members(self, prefix: str) -> list[str]:
        """The values of a numbered list of the form, in order: members("InstanceId")."""
        found = []
        for name, value in (self.form or {}).items():
            match = re.fullmatch(re.escape(prefix) + r"\.(\d+)", name)
            if match:
                found.append((int(match.group(1)), value))
        return [value for _, value in sorted(found)]

    def rewrite(self) -> None:
        """Puts the changed `form` (else the changed `body`) into the request that moto will read.

        The signature no longer fits; it was verified before the repairs ran.
        """
        if self.form is not None:
            encoded = urllib.parse.urlencode(self.form)
            if self.environ["REQUEST_METHOD"] == "GET":
                self.environ["QUERY_STRING"] = encoded
                return
            self.body = encoded.encode()
        self.environ["wsgi.input"] = io.BytesIO(self.body)
        self.environ["CONTENT_LENGTH"] = str(len(self.body))


@dataclass
class Answer:
    """One HTTP answer. `dropped` answers are never sent: the connection ends instead."""

    status: int
    content_type: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    dropped: bool = False
    truncated: bool = False  # half of the body is sent, then the connection ends
    stall: float = 0.0  # seconds until it does

    @classmethod
    def error(cls, call: Call, code: str, message: str, status: int = 400) -> Answer:
        """An AWS error in the shape of the call's protocol."""
        request = request_id()
        if call.protocol == "json":
            text = json.dumps({"__type": code, "message": message})
            headers = {"x-amzn-RequestId": request, "x-amzn-errortype": code}
            return cls(status, "application/x-amz-json-1.1", text.encode(), headers)
        if call.protocol == "rest-json":
            text = json.dumps({"ErrorCode": code, "Message": message})
            headers = {"x-amzn-RequestId": request, "x-amzn-errortype": code}
            return cls(status, "application/json", text.encode(), headers)
        code, message = escape(code), escape(message)
        if call.protocol == "ec2":
            text = (
                f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error>"
                f"</Errors><RequestID>{request}</RequestID></Response>"
            )
        elif call.protocol == "rest-xml":
            text = (
                f"<Error><Code>{code}</Code><Message>{message}</Message>"
                f"<RequestId>{request}</RequestId></Error>"
            )
        else:
            side = "Receiver" if status >= 500 else "Sender"
            text = (
                f"<ErrorResponse><Error><Type>{side}</Type><Code>{code}</Code>"
                f"<Message>{message}</Message></Error><RequestId>{request}</RequestId>"
                f"</ErrorResponse>"
            )
        text = '<?xml version="1.0" encoding="UTF-8"?>\n' + text
        return cls(status, "text/xml;charset=UTF-8", text.encode(), {"x-amzn-RequestId": request})

    @classmethod
    def ec2(cls, call: Call, inner: str) -> Answer:
        """A successful EC2 answer: `inner` is the XML between the request id and the end tag."""
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f'<{call.action}Response xmlns="{EC2_NAMESPACE}">'
            f"<requestId>{request_id()}</requestId>{inner}</{call.action}Response>"
        )
        return cls(200, "text/xml;charset=UTF-8", text.encode())

    @classmethod
    def json(cls, call: Call, value: Any, status: int = 200) -> Answer:
        """A successful answer of a JSON or REST-JSON call."""
        kind = "application/x-amz-json-1.1" if call.protocol == "json" else "application/json"
        return cls(status, kind, json.dumps(value).encode(), {"x-amzn-RequestId": request_id()})

    @classmethod
    def drop(cls) -> Answer:
        """No answer at all: the connection is closed under the client."""
        return cls(0, "", b"", dropped=True)

    @property
    def ok(self) -> bool:
        return not self.dropped and 200 <= self.status < 300


class Repair:
    """One named difference between moto and AWS, put right.

    `localcloud.repairs.REPAIRS` lists the instances in order. Set `gate = True` on a repair that must
    run before injected faults (only its before() is called): the signature check.
    """

    gate = False

    def before(self, call: Call, cloud: Cloud) -> Answer | None:
        """Looks at (or rewrites) the request; an answer ends the walk."""
        return None

    def after(self, call: Call, answer: Answer, cloud: Cloud) -> Answer:
        """Looks at moto's answer (or an earlier repair's) and returns what to send."""
        return answer


def request_id() -> str:
    """A request id as AWS writes it."""
    h = secrets.token_hex(16)
    return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"


def _read_body(environ: dict[str, Any]) -> bytes:
    """The whole body, sent with a length or in chunks (werkzeug decodes those)."""
    stream = environ["wsgi.input"]
    if environ.get("CONTENT_LENGTH"):
        return stream.read(int(environ["CONTENT_LENGTH"]))
    if environ.get("wsgi.input_terminated"):
        body = stream.read()
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        return body
    return b""


def _read_form(
    environ: dict[str, Any], body: bytes, query: dict[str, str]
) -> dict[str, str] | None:
    """The parameters of an EC2 or query call, from the body or (GET) from the URL."""
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        text = body.decode("utf-8", "replace")
        return dict(urllib.parse.parse_qsl(text, keep_blank_values=True))
    if environ["REQUEST_METHOD"] == "GET" and "Action" in query:
        return dict(query)
    return None


@functools.lru_cache(maxsize=None)
def _rest_routes(service: str) -> list[tuple[str, re.Pattern[str], str]]:
    """(method, path pattern, operation) of a REST service, from botocore's model of it."""
    import botocore.exceptions
    import botocore.session

    try:
        model = botocore.session.get_session().get_service_model(_REST_JSON[service])
    except botocore.exceptions.UnknownServiceError:
        return []
    routes = []
    for name in model.operation_names:
        http = model.operation_model(name).http
        path = http["requestUri"].split("?")[0].rstrip("/") or "/"
        pattern = re.sub(r"\\{[^/]+?\\}", "[^/]+", re.escape(path))
        routes.append((http["method"], re.compile(pattern + "/?"), name))
    return routes


def _rest_action(service: str, environ: dict[str, Any], query: dict[str, str]) -> str:
    """The operation of a REST call; "GET /path" when botocore's model does not know it."""
    method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
    if service == "s3":
        return s3_action(method, path, query)
    for verb, pattern, name in _rest_routes(service) if service in _REST_JSON else ():
        if verb == method and pattern.fullmatch(path):
            return name
    return f"{method} {path}"
