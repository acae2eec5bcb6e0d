"""The OpenAPI 3.1 document: what the operations say of themselves, and what the door adds to each of them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from madang.ground.footing.rest import Problem, scopes
from madang.ground.footing.rest.auth import Needs
from madang.ground.participation import things

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ninja import NinjaAPI

DESCRIPTION = """\
Everything that is public on this site, and everything that your role lets you do.

Reading needs no key. To write, make a token under `/me/tokens/` and send it as `Authorization: Bearer mdg_…`; it acts
for you and never more than you may. Lists are turned with `cursor`. Errors are `application/problem+json`. Send
`Idempotency-Key` with a write, and it happens once however often you send it.
"""
PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {"description": "Version and digest of what was read; for If-None-Match and If-Match.", "type": "string"},
    "Link": {"description": "The pages around this one, as rel=next and rel=prev.", "type": "string"},
    "RateLimit": {"description": 'How many more requests may follow at once: "read";r=599;t=60.', "type": "string"},
}
KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "A name of your own for this request. Sent again within 24 hours it gets the same answer, and "
    "nothing is done twice.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": True,
    "description": "The ETag of the version that you read; `*` for any.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": '^(\\*|"[!#-~]+")$'},
}
WRITES = ("post", "put", "patch", "delete")


def completed(document: Any, api: NinjaAPI) -> Any:
    """Add to Ninja's document what the door does to every operation."""
    needed = dict(_needs(api))
    parts = document["components"]
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    parts["schemas"] |= problem.pop("$defs", {}) | {"Problem": problem}
    parts["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": _scopes()},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "The site's own pages; writes carry X-CSRFToken.",
        },
    }
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete(method, operation, needed.get(operation["operationId"]))
    return document


def _complete(method: str, operation: dict[str, Any], need: Needs | None) -> None:
    operation["responses"] = {str(code): answer for code, answer in operation["responses"].items()}
    operation["responses"]["default"] = {"description": "A problem (RFC 9457).", "content": PROBLEM}
    for code, answer in operation["responses"].items():
        if code != "default":
            answer["headers"] = {
                name: {"description": one["description"], "schema": {"type": one["type"]}}
                for name, one in HEADERS.items()
            }
    for parameter in operation.get("parameters", []):
        if (parameter["in"], parameter["name"]) == ("path", "kind"):
            parameter["schema"] |= {"enum": [thing.key for thing in things.registered()]}
    operation["security"] = [{"token": [need.scope]}, {"session": []}] if need else [{}]
    if method in WRITES:
        operation.setdefault("parameters", []).append(KEY)
    if operation.pop("x-if-match", False):
        operation["parameters"].append(MATCH)


def _needs(api: NinjaAPI) -> Iterator[tuple[str, Needs]]:
    for router in api._get_bound_routers():  # noqa: SLF001 - Ninja offers no other way to its operations
        for view in router.path_operations.values():
            for operation in view.operations:
                name = operation.operation_id or api.get_openapi_operation_id(operation)
                for callback in operation.auth_callbacks:
                    if isinstance(callback, Needs):
                        yield name, callback


def _scopes() -> str:
    lines = [f"- `{one.key}`: {one.label}" for one in scopes.registered()]
    return "A token made under /me/tokens/. Its scopes:\n\n" + "\n".join(lines)


@cache
def document(language: str) -> dict[str, Any]:
    """The whole document, made once a language (its labels are translated)."""
    from madang.web.api.api import api

    del language
    return dict(api.get_openapi_schema(path_prefix="/api/v1/"))
