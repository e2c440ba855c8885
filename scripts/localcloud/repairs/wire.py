"""AWS calls read and answered by botocore's service models instead of by hand-written XML and JSON.

`parameters` gives a call's parameters under the names that the SDKs use ({"InstanceIds": [...]}),
`replace_parameters` puts changed ones back into the request, and `answer` writes a result in the
protocol of the call. moto's own parser and serialiser do the work, so an answer made here looks
like one made by moto.
"""

from __future__ import annotations

import functools
from typing import Any

import botocore.serialize
from moto.core.model import OperationModel, ServiceModel
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.serialize import SerializationContext, XFormedAttributePicker, get_serializer_class
from moto.core.utils import get_service_model
from moto.ec2.responses._base_response import EC2BaseResponse

from ..pipeline import Answer, Call, request_id

# Signing names that differ from the name of botocore's model.
_MODELS = {
    "elasticfilesystem": "efs",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "tagging": "resourcegroupstaggingapi",
}
# moto says `pending` in every RunInstances answer; a replayed one tells the state of the day.
_PICKED = {
    path: pick
    for path, pick in EC2BaseResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER.items()
    if not path.startswith("RunInstances.")
}


class Refusal(Exception):
    """An AWS error raised where a call is looked at, answered where the repair is entered."""

    def __init__(self, code: str, message: str, status: int = 400):
        super().__init__(f"{code}: {message}")
        self.code, self.message, self.status = code, message, status

    def answer(self, call: Call) -> Answer:
        return Answer.error(call, self.code, self.message, self.status)


def refusable(before):
    """Lets a repair's before() raise `Refusal` instead of returning an error answer."""

    @functools.wraps(before)
    def wrapped(self, call: Call, cloud) -> Answer | None:
        try:
            return before(self, call, cloud)
        except Refusal as refusal:
            return refusal.answer(call)

    return wrapped


def service(call: Call) -> ServiceModel:
    """botocore's model of the call's service; UnknownServiceError when it has none."""
    return get_service_model(_MODELS.get(call.service, call.service))


def operation(call: Call) -> OperationModel:
    """botocore's model of the call's operation; OperationNotFoundError when it has none."""
    return service(call).operation_model(call.action)


def parameters(call: Call) -> dict[str, Any]:
    """The parameters of an EC2, query or JSON call under their SDK names, with their types.

    ValueError when a number or a date cannot be read as one.
    """
    if call.protocol == "json":
        return call.json
    parser = PROTOCOL_PARSERS[call.protocol](operation(call))
    return parser.parse({"values": call.form, "headers": {}, "body": "", "method": "POST"})


def replace_parameters(call: Call, changed: dict[str, Any]) -> None:
    """Sends `changed` to moto in place of the form's parameters (EC2 calls only).

    Members that the operation does not know are left out.
    """
    model = operation(call)
    known = _fit(changed, model.input_shape)
    sent = botocore.serialize.create_serializer("ec2", include_validation=False)
    call.form = dict(sent.serialize_to_request(known, model)["body"])
    call.form = {name: _text(value) for name, value in call.form.items()}
    call.rewrite()


def answer(call: Call, result: Any, transform: dict[str, Any] | None = None) -> Answer:
    """A successful answer: `result` is a mapping or an object of moto's with the output's members.

    `transform` maps the end of a member's path to a function of its value; None leaves it out.
    """
    model = operation(call)
    serializer = get_serializer_class(model.service_model.service_name, call.protocol)(
        operation_model=model,
        context=SerializationContext(request_id()),
        value_picker=XFormedAttributePicker(response_transformers={**(transform or {}), **_PICKED}),
    )
    written = serializer.serialize(result)
    headers = dict(written["headers"])
    kind = headers.pop("Content-Type", "text/xml")
    if call.protocol in ("json", "rest-json"):
        headers["x-amzn-RequestId"] = request_id()
    return Answer(written["status_code"], kind, written["body"].encode(), headers)


def _fit(value: Any, shape: Any) -> Any:
    if shape.type_name == "structure" and isinstance(value, dict):
        return {k: _fit(v, shape.members[k]) for k, v in value.items() if k in shape.members}
    if shape.type_name == "list":
        return [_fit(item, shape.member) for item in value]
    return value


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
