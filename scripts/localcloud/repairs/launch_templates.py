"""Launch templates as AWS makes, describes and deletes them.

moto writes a template's own tags into the data that instances are launched from, answers
DescribeLaunchTemplates in one page, passes over unknown ids, and takes any name.
"""

from __future__ import annotations

import re
from typing import Any

from moto.ec2.models import ec2_backends

from ..pipeline import Answer, Call, Repair
from . import wire
from .filters import matching, page, tag_values
from .visibility import hide, visible
from .wire import Refusal, refusable

_NAME = re.compile(r"[a-zA-Z0-9().\-/_]{3,128}")
_OWN_TAGS = re.compile(r"TagSpecification\.\d+\.")


class LaunchTemplates(Repair):
    """Creates templates with their own tags; answers DescribeLaunchTemplates."""

    @refusable
    def before(self, call: Call, cloud) -> Answer | None:
        if call.service != "ec2":
            return None
        for name in _names(call):
            if not visible(cloud, _key(call, name)):
                raise unknown_name(name)
        if call.action == "CreateLaunchTemplate":
            _prepare(call)
        elif call.action == "DescribeLaunchTemplates" and not wire.parameters(call).get("DryRun"):
            return _describe(call, cloud)
        elif call.action == "DeleteLaunchTemplate":
            named = {k: v for k, v in call.form.items() if k.startswith("LaunchTemplate")}
            find_version(ec2_backends[call.account][call.region], named)
        return None

    def after(self, call: Call, answer: Answer, cloud) -> Answer:
        if call.action != "CreateLaunchTemplate" or not answer.ok:
            return answer
        backend = ec2_backends[call.account][call.region]
        name = call.form["LaunchTemplateName"]
        template = backend.get_launch_template_by_name(name)
        template.add_tags(call.notes["template-tags"])
        for key in (template.id, _key(call, name)):
            hide(cloud, key)
        return wire.answer(call, {"LaunchTemplate": _described(template, call)})


def find_version(backend: Any, named: dict[str, Any]) -> Any:
    """moto's template version of a LaunchTemplateSpecification, the default one if none is named."""
    template_id, name = named.get("LaunchTemplateId"), named.get("LaunchTemplateName")
    if (template_id is None) == (name is None):
        raise Refusal(
            "InvalidParameterCombination",
            "Either a launch template ID or a launch template name must be specified, but not both.",
        )
    if template_id is None:
        template_id = backend.launch_template_name_to_ids.get(name)
        if template_id is None:
            raise unknown_name(name)
    template = backend.launch_templates.get(template_id)
    if template is None:
        text = f"The specified launch template, with template ID {template_id}, does not exist."
        raise Refusal("InvalidLaunchTemplateId.NotFound", text)
    stated = named.get("Version") or "$Default"
    words = {"$latest": template.latest_version_number, "$default": template.default_version_number}
    number = str(words.get(stated.lower(), stated))
    for version in template.versions:
        if str(version.number) == number:
            return version
    raise Refusal(
        "InvalidLaunchTemplateId.VersionNotFound",
        f"Could not find the specified version {stated} for the launch template with ID {template.id}.",
    )


def unknown_name(name: str) -> Refusal:
    """AWS's answer to the name of no launch template."""
    text = f"The specified launch template, with template name {name}, does not exist."
    return Refusal("InvalidLaunchTemplateName.NotFoundException", text)


def _names(call: Call) -> list[str]:
    """The names of templates that must exist for the call."""
    if call.action == "CreateLaunchTemplate":
        return []
    return [
        value
        for key, value in (call.form or {}).items()
        if re.search(r"(^|\.)LaunchTemplateName(\.\d+)?$", key)
    ]


def _key(call: Call, name: str) -> str:
    """Under which a template's name is fresh; ids are their own keys."""
    return f"template-name/{call.account}/{call.region}/{name}"


def _prepare(call: Call) -> None:
    asked = wire.parameters(call)
    name = asked.get("LaunchTemplateName", "")
    if not _NAME.fullmatch(name):
        raise Refusal(
            "InvalidLaunchTemplateName.MalformedException",
            f"Invalid launch template name '{name}': it must be 3 to 128 characters of letters, "
            f"digits and - ( ) . / _",
        )
    tags: dict[str, str] = {}
    for specification in asked.get("TagSpecifications") or []:
        kind = specification.get("ResourceType")
        if kind != "launch-template":
            text = f"'{kind}' is not a valid taggable resource type for this operation."
            raise Refusal("InvalidParameterValue", text)
        tags.update({tag["Key"]: tag.get("Value", "") for tag in specification.get("Tags", [])})
    call.notes["template-tags"] = tags
    call.form = {key: value for key, value in call.form.items() if not _OWN_TAGS.match(key)}
    call.rewrite()


def _describe(call: Call, cloud) -> Answer:
    asked = wire.parameters(call)
    backend = ec2_backends[call.account][call.region]
    found = list(backend.launch_templates.values())
    named = [{"LaunchTemplateId": i} for i in asked.get("LaunchTemplateIds") or []]
    named += [{"LaunchTemplateName": n} for n in asked.get("LaunchTemplateNames") or []]
    if named:
        found = [find_version(backend, one).template for one in named]
    rows = [_described(template, call) for template in found if visible(cloud, template.id)]
    rows = matching(rows, asked.get("Filters", []), _values)
    rows, token = page(rows, asked, least=1, most=200, default=200)
    return wire.answer(call, {"LaunchTemplates": rows, "NextToken": token})


def _described(template: Any, call: Call) -> dict[str, Any]:
    return {
        "LaunchTemplateId": template.id,
        "LaunchTemplateName": template.name,
        "CreateTime": template.create_time,
        "CreatedBy": f"arn:aws:iam::{call.account}:root",
        "DefaultVersionNumber": template.default_version_number,
        "LatestVersionNumber": template.latest_version_number,
        "Tags": [{"Key": tag["key"], "Value": tag["value"]} for tag in template.get_tags()],
    }


def _values(row: dict[str, Any] | None, name: str) -> list[str] | None:
    if name == "launch-template-name":
        return [row["LaunchTemplateName"]] if row else []
    if name == "create-time":
        return [row["CreateTime"].strftime("%Y-%m-%dT%H:%M:%S.000Z")] if row else []
    return tag_values({tag["Key"]: tag["Value"] for tag in row["Tags"]} if row else {}, name)
