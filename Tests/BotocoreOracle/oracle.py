"""What botocore makes of a home directory and an environment: one question a line, one answer a line.

First the address of the fake services is printed. Each question is answered by a fork, so that nothing
of one fixture is left for the next and nothing is imported twice.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import signal
import sys
import tempfile
from pathlib import Path
from typing import Any, Callable, Iterator

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))

import services  # noqa: E402

import botocore.configloader  # noqa: E402
import botocore.credentials  # noqa: E402
import botocore.exceptions  # noqa: E402
import botocore.loaders  # noqa: E402
import botocore.session  # noqa: E402
import botocore.tokens  # noqa: E402
import botocore.utils  # noqa: E402
from proofkey import ProofKey  # noqa: E402

_LIMIT = 30
_LOADER = botocore.loaders.Loader()

# A call of each service whose address is asked for.
_CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "ec2": ("describe_regions", {}),
    "efs": ("describe_file_systems", {}),
    "iam": ("list_roles", {}),
    "pricing": ("describe_services", {}),
    "service-quotas": ("list_services", {}),
    "signin": (
        "create_o_auth2_token",
        {"tokenInput": {"clientId": "c", "grantType": "refresh_token", "refreshToken": "r"}},
    ),
    "ssm": ("get_parameter", {"Name": "n"}),
    "sso": ("get_role_credentials", {"roleName": "r", "accountId": "1", "accessToken": "t"}),
    "sso-oidc": ("create_token", {"clientId": "c", "clientSecret": "s", "grantType": "g"}),
    "sts": ("get_caller_identity", {}),
}


class Seen(Exception):
    """Carries the address of a request that is not sent."""


def answer(question: dict[str, Any]) -> dict[str, Any]:
    if "parse" in question:
        return _parsed(question["parse"])
    os.environ.clear()
    os.environ.update(question["environment"])
    tokens = os.path.expanduser("~/.aws/sso/cache")
    botocore.credentials.SSOProvider._SSO_TOKEN_CACHE_DIR = tokens
    botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR = tokens
    if botocore.credentials.EC is None:
        botocore.credentials.EC = ProofKey  # what awscrt would bring
    session = botocore.session.Session(profile=question.get("profile"))
    session.register_component("data_loader", _LOADER)
    if question.get("region"):
        session.set_config_variable("region", question["region"])
    return {
        "credentials": _attempt(lambda: _credentials(session, question.get("code"))),
        "region": _attempt(lambda: _region(session)),
        "endpoints": {
            service: _attempt(lambda: _endpoint(session, service))
            for service in question.get("services", [])
        },
    }


def _parsed(text: str) -> dict[str, Any]:
    """The profiles in the text of a config file, or the kind of mistake in it."""
    with tempfile.NamedTemporaryFile("w", newline="") as file:
        file.write(text)
        file.flush()
        try:
            return {"profiles": botocore.configloader.load_config(file.name)["profiles"]}
        except botocore.exceptions.ConfigParseError as problem:
            return {"failure": type(problem.kwargs["error"]).__name__}


def _attempt(body: Callable[[], str | None]) -> dict[str, str | None]:
    try:
        return {"value": body()}
    except Exception as error:
        return {"failure": f"{type(error).__name__}: {error}"}


def _credentials(session: botocore.session.Session, code: str | None) -> str | None:
    def ask(question: str) -> str:
        if code is None:
            raise EOFError("there is no terminal")
        return code

    resolver = session.get_component("credential_provider")
    resolver.get_provider("assume-role")._prompter = ask
    found = session.get_credentials()
    if found is None:
        return None
    frozen = found.get_frozen_credentials()
    return f"{frozen.access_key} {frozen.secret_key} {frozen.token or '-'}"


def _region(session: botocore.session.Session) -> str | None:
    region = session.get_config_variable("region")
    if region is not None:
        botocore.utils.validate_region_name(region)
    return region


def _endpoint(session: botocore.session.Session, service: str) -> str | None:
    def note(request: Any, **_: Any) -> None:
        raise Seen(request.url)

    # A client looks for credentials when it is made; here only its address is of interest.
    client = session.create_client(
        service, aws_access_key_id="AKID", aws_secret_access_key="secret"
    )
    client.meta.events.register("before-send", note)
    operation, parameters = _CALLS[service]
    try:
        getattr(client, operation)(**parameters)
    except Seen as seen:
        scheme, _, rest = str(seen).partition("://")
        return f"{scheme}://{rest.partition('/')[0]}"
    return None


def _in_a_fork(question: dict[str, Any]) -> dict[str, Any]:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.setpgid(0, 0)
        os.write(writer, json.dumps(answer(question)).encode())
        os._exit(0)
    os.close(writer)
    try:
        with os.fdopen(reader, "rb") as pipe:
            if not select.select([pipe], [], [], _LIMIT)[0]:
                raise TimeoutError(f"botocore did not answer within {_LIMIT} s")
            return json.loads(pipe.read())
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _questions() -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        yield json.loads(line)


def main() -> None:
    print(services.start(), flush=True)
    logging.disable(logging.CRITICAL)
    for service in _CALLS:
        for kind in ("service-2", "endpoint-rule-set-1"):
            _LOADER.load_service_model(service, kind)
    _LOADER.load_data("endpoints")
    _LOADER.load_data("partitions")
    for question in _questions():
        print(json.dumps(_in_a_fork(question)), flush=True)


if __name__ == "__main__":
    main()
