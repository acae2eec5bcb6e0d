"""What is called from outside without signing in: from a mail, by a mail service, by a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.participation import operations
from madang.ground.participation.delivery import bounces as bouncing
from madang.ground.participation.delivery import tokens

if TYPE_CHECKING:
    from django.http import HttpRequest


@csrf_exempt  # The signed address is the permission; mail programs send neither cookies nor tokens (RFC 8058).
@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to turn mails off (GET, changes nothing: scanners open links), or turn them off (POST)."""
    try:
        holder = tokens.read(token)
    except tokens.BadTokenError as bad:
        raise Http404(_("This address is incomplete. Copy the whole of it from the mail.")) from bad
    groups = holder.groups()
    done = request.method == "POST"
    if done:
        operations.stop_mail(user=holder.user, groups=[group.key for group in groups])
    # The mail's language, which need not be the browser's.
    with override(holder.user.language):
        context = {"groups": groups, "done": done, "email": _masked(holder.user.email)}
        return HttpResponse(render_to_string("participation/unsubscribe.html", context, request))


def _masked(email: str) -> str:
    """Enough to recognize one's own address, too little to learn another's from a forwarded mail."""
    name, _at, domain = email.partition("@")
    return f"{name[:2]}…@{domain}"


@csrf_exempt  # A mail service signs what it sends.
@require_POST
def bounces(request: HttpRequest) -> HttpResponse:
    """A mail service reports mails that came back or were complained of (Standard Webhooks; see the docs)."""
    if not settings.BOUNCE_SECRET:
        raise Http404
    try:
        taken = bouncing.take(request.body, dict(request.headers), now=timezone.now())
    except bouncing.NotSignedError:
        return JsonResponse({"error": "The signature does not match."}, status=401)
    except bouncing.UnreadableError as problem:
        return JsonResponse({"error": str(problem)}, status=422)
    return JsonResponse({"taken": taken})


@require_safe
@cache_control(public=True, max_age=3600)
def push_worker(request: HttpRequest) -> HttpResponse:
    """The service worker that shows pushed notices; it stands at the root, since its address is its realm."""
    script = render_to_string("participation/push-worker.js", {}, request)
    return HttpResponse(script, content_type="text/javascript; charset=utf-8")
