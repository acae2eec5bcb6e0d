"""The OpenAPI document, laid out to be read by people: nothing here that the document does not say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.ground.footing.rest import scopes
from madang.web.api.problems import KINDS

TAGS = {
    "places": gettext_lazy("Places and offices"),
    "agenda": gettext_lazy("Agenda"),
    "proposals": gettext_lazy("Proposals"),
    "themes": gettext_lazy("Themes"),
    "deliberations": gettext_lazy("Deliberations"),
    "routing": gettext_lazy("Routing"),
    "budgets": gettext_lazy("Participatory budgets"),
    "organizations": gettext_lazy("Organizations"),
    "record": gettext_lazy("Public record"),
    "participation": gettext_lazy("Participation"),
    "webhooks": gettext_lazy("Webhooks"),
    "me": gettext_lazy("My account"),
}


@dataclass(frozen=True)
class Field:
    """A parameter or a member of a body: where it stands, what it holds, whether it must be sent."""

    name: str
    kind: str
    required: bool
    text: str


@dataclass(frozen=True)
class Operation:
    """One operation as the page shows it."""

    name: str
    method: str
    path: str
    summary: str
    text: str
    scope: str
    parameters: list[Field]
    body: list[Field]
    answer: list[Field]
    status: str
    example: str

    @property
    def tone(self) -> str:
        return {"GET": "information", "DELETE": "danger"}.get(self.method, "primary")


def page(document: dict[str, Any], *, base: str) -> dict[str, object]:
    """What the page of the reference shows."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            tag = operation.get("tags", ["me"])[0]
            groups.setdefault(tag, []).append(_operation(document, base, path, method, operation))
    order = [*(tag for tag in TAGS if tag in groups), *(tag for tag in groups if tag not in TAGS)]
    return {
        "groups": [{"key": tag, "label": TAGS.get(tag, tag), "operations": groups[tag]} for tag in order],
        "problems": [{"code": code, **vars(kind)} for code, kind in KINDS.items()],
        "scopes": scopes.registered(),
        "base": base,
        "n_operations": sum(map(len, groups.values())),
        "crumbs": [{"label": _("API"), "url": ""}],
    }


def _operation(document: dict[str, Any], base: str, path: str, method: str, told: dict[str, Any]) -> Operation:
    needed = next((one["token"][0] for one in told["security"] if "token" in one), "")
    status, answer = next(iter(told["responses"].items()))
    schema = _json(answer)
    body = _json(told.get("requestBody", {}))
    return Operation(
        name=told["operationId"],
        method=method.upper(),
        path=path,
        summary=_(told["summary"]),
        text=_told(told.get("description", "")),
        scope=needed,
        parameters=[_parameter(one) for one in told["parameters"]],
        body=_members(document, body),
        answer=_members(document, schema),
        status=status,
        example=_curl(document, base, path, method, body, scope=needed),
    )


def _json(part: dict[str, Any]) -> dict[str, Any]:
    return part.get("content", {}).get("application/json", {}).get("schema", {})


def _parameter(told: dict[str, Any]) -> Field:
    name = told["name"] if told["in"] != "header" else f"{told['name']}:"
    return Field(name, _kind(told["schema"]), told.get("required", False), _told(told.get("description", "")))


def _told(text: str) -> str:
    """What an operation says of itself, in the reader's language; a test holds the Korean complete."""
    return _(" ".join(text.split())) if text else ""


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "")
    return document["components"]["schemas"][reference.rsplit("/", 1)[-1]] if reference else schema


def _members(document: dict[str, Any], schema: dict[str, Any]) -> list[Field]:
    """The members of an object, or of the objects of a list."""
    found = _resolved(document, schema)
    if found.get("type") == "array":
        found = _resolved(document, found["items"])
    needed = found.get("required", [])
    return [
        Field(name, _kind(one), name in needed, _told(one.get("description", "")))
        for name, one in found.get("properties", {}).items()
    ]


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a word or two: `string`, `integer | null`, `list of EntryOut`."""
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " | ".join(dict.fromkeys(_kind(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(json.dumps(one, ensure_ascii=False) for one in schema["enum"])
    if schema.get("type") == "array":
        return _("list of %(kind)s") % {"kind": _kind(schema.get("items", {}))}
    return str(schema.get("format") or schema.get("type") or _("anything"))


def _example(document: dict[str, Any], schema: dict[str, Any]) -> object:
    found = _resolved(document, schema)
    if examples := schema.get("examples") or found.get("examples"):
        return examples[0]
    if "properties" in found:
        needed = found.get("required", list(found["properties"]))
        return {name: _example(document, found["properties"][name]) for name in needed}
    if "anyOf" in found:
        return _example(document, found["anyOf"][0])
    if "enum" in found:
        return found["enum"][0]
    if found.get("type") == "array":
        return [_example(document, found.get("items", {}))]
    return {"integer": 17, "number": 0.5, "boolean": True, "object": {}}.get(found.get("type", ""), "…")


def _curl(document: dict[str, Any], base: str, path: str, method: str, body: dict[str, Any], *, scope: str) -> str:
    """The call as somebody types it."""
    address = base + path.removeprefix("/api/v1").replace("{code}", "41110").replace("{kind}", "proposal")
    parts = ["curl", *([f"-X {method.upper()}"] if method != "get" else []), address.replace("{pk}", "17")]
    lines = [" ".join(parts)]
    if scope:
        lines.append('-H "Authorization: Bearer $TOKEN"')
    if method == "patch":
        lines.append('-H "If-Match: $ETAG"')
    if body:
        lines += [
            '-H "Content-Type: application/json"',
            f"-d '{json.dumps(_example(document, body), ensure_ascii=False)}'",
        ]
    return " \\\n  ".join(lines)
