"""What the views of talk answer in the same way."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import redirect, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.ground.participation import operations, things
from madang.ground.participation.discussion import TYPED
from madang.ground.participation.models import Subject

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django import forms
    from django.http import HttpRequest, HttpResponse

    from madang.ground.people.models import User

REFUSALS = (
    operations.CommentRefusedError,
    operations.CommentFixedError,
    operations.AmendmentError,
    operations.ModerationError,
    operations.ConductError,
    operations.ConductNotAcceptedError,
    operations.TooManyError,
)


def actor(request: HttpRequest) -> User:
    """The person who acts; every address that asks for one lets only signed-in people in."""
    return cast("User", request.user)


def sign_in(request: HttpRequest, back: str) -> HttpResponse:
    """Send somebody to sign in, and then back. What they had typed waits for them."""
    if request.method == "POST" and request.POST.get("body"):
        request.session[TYPED] = {key: request.POST.get(key, "")[:40_000] for key in ("body", "parent")}
        messages.info(request, _("Please sign in first. What you typed is kept and waits for you."))
    return redirect(f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}")


def method_of(request: HttpRequest) -> str:
    """DELETE for a real one and for a form that says so (forms can only post)."""
    if request.method == "POST" and request.POST.get("_method", "").upper() == "DELETE":
        return "DELETE"
    return request.method or "GET"


def back_to(request: HttpRequest, fallback: str) -> HttpResponse:
    """Return to where a form was sent from, if that is a page of ours."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if safe and target else fallback)


def status_of(refused: Exception) -> int:
    return 429 if isinstance(refused, operations.TooManyError) else 409


def carried_out(act: Callable[[], object], form: forms.BaseForm) -> Exception | None:
    """Do it; where it is refused, say why on the form and hand the refusal back."""
    try:
        act()
    except REFUSALS as refused:
        form.add_error(None, str(refused))
        return refused
    return None


def card_or_404(subject_id: int) -> tuple[Subject, things.Card]:
    """A subject with its place, and its card. Raises Http404."""
    rows = Subject.objects.select_related("place__parent").defer("place__boundary", "place__parent__boundary")
    subject = rows.filter(pk=subject_id).first()
    card = things.card(subject_id) if subject else None
    if subject is None or card is None:
        raise Http404(_("There is no such discussion."))
    return subject, card


def masked_note(masked: Mapping[str, int]) -> str:
    """Say that something was masked."""
    count = sum(masked.values())
    if not count:
        return ""
    text = ngettext(
        "%(n)d piece of personal data was masked before publishing.",
        "%(n)d pieces of personal data were masked before publishing.",
        count,
    )
    return text % {"n": count}
