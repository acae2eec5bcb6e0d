"""Every error under /api/ as application/problem+json (RFC 9457), in the reader's language."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja.errors import AuthenticationError, HttpError, ValidationError

from madang.ground.footing.rest.errors import REFUSALS, ProblemError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest, HttpResponse
    from ninja import NinjaAPI

log = logging.getLogger(__name__)
TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its status, its title, and what is said where nothing more particular is known."""

    status: int
    title: object
    detail: object


KINDS = {
    "bad-request": Kind(400, gettext_lazy("Bad request"), gettext_lazy("This request cannot be read. Check its form.")),
    "unauthenticated": Kind(
        401, gettext_lazy("Sign in"), gettext_lazy("Send a living token: Authorization: Bearer mdg_…")
    ),
    "forbidden": Kind(403, gettext_lazy("Not allowed"), gettext_lazy("Your role does not allow this here.")),
    "insufficient-scope": Kind(403, gettext_lazy("Scope missing"), gettext_lazy("This token may not do that.")),
    "not-found": Kind(404, gettext_lazy("Not found"), gettext_lazy("There is nothing under this address.")),
    "method-not-allowed": Kind(
        405, gettext_lazy("Method not allowed"), gettext_lazy("This address does not answer that method. See Allow.")
    ),
    "conflict": Kind(409, gettext_lazy("Not possible now"), gettext_lazy("What stands now does not allow this.")),
    "precondition-failed": Kind(
        412, gettext_lazy("Changed meanwhile"), gettext_lazy("Read it again, and send your change anew.")
    ),
    "too-large": Kind(413, gettext_lazy("Too large"), gettext_lazy("Send less at once.")),
    "invalid": Kind(
        422, gettext_lazy("Check what you sent"), gettext_lazy("Nothing was changed. Mend and send again.")
    ),
    "key-reused": Kind(422, gettext_lazy("Key used before"), gettext_lazy("Take a new Idempotency-Key.")),
    "precondition-required": Kind(428, gettext_lazy("If-Match missing"), gettext_lazy("Send the ETag that you read.")),
    "too-many": Kind(429, gettext_lazy("Too many requests"), gettext_lazy("Wait, then go on. See Retry-After.")),
    "server-error": Kind(
        500,
        gettext_lazy("A mistake of ours"),
        gettext_lazy("Something failed here. Nothing was changed; it has been noted. Try again later."),
    ),
}
BY_STATUS = {400: "bad-request", 401: "unauthenticated", 403: "forbidden", 404: "not-found", 405: "method-not-allowed"}
BY_STATUS |= {409: "conflict", 413: "too-large", 422: "invalid", 429: "too-many"}


def problem(
    request: HttpRequest,
    code: str,
    detail: object = "",
    *,
    errors: Iterable[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """A problem of a kind in KINDS."""
    kind = KINDS[code]
    content: dict[str, Any] = {
        "type": request.build_absolute_uri(f"/api/docs#problem-{code}"),
        "title": str(kind.title),
        "status": kind.status,
        "detail": str(detail or kind.detail),
        "instance": request.path,
        "errors": list(errors),
    }
    response = JsonResponse(
        content, status=kind.status, content_type=TYPE, json_dumps_params={"ensure_ascii": False}, headers=headers
    )
    if kind.status == 401:
        response.headers.setdefault("WWW-Authenticate", 'Bearer realm="madang"')
    return response


def in_place_of(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """The problem that stands for an error which something else than an operation has answered, with its headers."""
    code = BY_STATUS.get(response.status_code, "bad-request" if response.status_code < 500 else "server-error")
    kept = {name: response.headers[name] for name in ("Allow", "Retry-After") if name in response.headers}
    return problem(request, code, headers=kept)


def install(api: NinjaAPI) -> None:
    """Teach the API to answer every exception with a problem."""
    handlers: dict[type[Exception], Any] = {
        Exception: _failed,
        Http404: lambda request, _error: problem(request, "not-found"),
        ObjectDoesNotExist: lambda request, _error: problem(request, "not-found"),
        PermissionDenied: _denied,
        AuthenticationError: lambda request, _error: problem(request, "unauthenticated"),
        ValidationError: _invalid,
        HttpError: _http_error,
        ProblemError: lambda request, error: problem(request, error.code, error.detail, headers=error.headers),
    }
    for exception, handler in handlers.items():
        api.add_exception_handler(exception, handler)
    for exception, code in REFUSALS.items():
        api.add_exception_handler(exception, _refusal(code))


def _refusal(code: str) -> Any:
    return lambda request, error: problem(request, code, str(error))


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    log.error("%s %s failed", request.method, request.path, exc_info=error)
    return problem(request, "server-error")


def _denied(request: HttpRequest, error: Exception) -> HttpResponse:
    return problem(request, "forbidden", str(error))


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    code = BY_STATUS.get(error.status_code, "bad-request")
    return problem(request, code, error.message if code == "bad-request" else "")


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    mistakes = [{"where": _where(one["loc"]), "message": one["msg"]} for one in error.errors]
    detail = _("Nothing was changed. Mend what is named under errors, and send it again.")
    return problem(request, "invalid", detail, errors=mistakes)


def _where(place: tuple[object, ...]) -> str:
    """`/body/title` of ("body", "given", "title"): the name of our own argument says nothing to the sender."""
    source, *rest = map(str, place)
    parts = rest[1:] if source == "body" else rest
    return f"/{source}" + "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in parts)
