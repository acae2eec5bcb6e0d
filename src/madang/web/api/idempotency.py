"""A request with an Idempotency-Key changes something once, however often it is sent."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from madang.ground.people.tokens import operations
from madang.web.api.problems import problem

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    Answer = Callable[[HttpRequest], HttpResponse]
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Link", "Content-Language")
SAFE = {"GET", "HEAD", "OPTIONS"}


def once(request: HttpRequest, answer: Answer) -> HttpResponse:
    """Answer; where the key came before, with the answer that was given then, without doing anything again."""
    key = request.headers.get("Idempotency-Key", "")
    if not key or request.method in SAFE or not request.user.is_authenticated:
        return answer(request)
    if len(key) > 200 or not key.isascii() or not key.isprintable():
        return problem(request, "bad-request", _("An Idempotency-Key is 1 to 200 printable ASCII characters."))
    try:
        return _answered(request, key, answer)
    except operations.KeyReusedError as reused:
        return problem(request, "key-reused", str(reused))


def _answered(request: HttpRequest, key: str, answer: Answer) -> HttpResponse:
    person: int = request.user.pk  # type: ignore[assignment] # asked for above
    # The change and what is kept of its answer commit together, or not at all; a refused request leaves its key free.
    with transaction.atomic():
        kept = operations.claim_key(user_id=person, key=key, digest=_digest(request), now=timezone.now())
        if kept is not None:
            return HttpResponse(
                bytes(kept.body), status=kept.status, headers={**kept.headers, "Idempotency-Replayed": "true"}
            )
        response = answer(request)
        if response.status_code < 300:
            headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
            operations.keep_answer(
                user_id=person, key=key, status=response.status_code, headers=headers, body=response.content
            )
        else:
            transaction.set_rollback(True)
    return response


def _digest(request: HttpRequest) -> str:
    head = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(head + request.body).hexdigest()
