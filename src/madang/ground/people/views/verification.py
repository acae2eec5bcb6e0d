"""Reaching a level: the ladder, and each way up."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.ground.people import queries_account as account_queries
from madang.ground.people.forms_account import CodeForm, CounterForm, PhoneForm
from madang.ground.people.operations import verifying
from madang.ground.people.permissions import actor, require
from madang.ground.people.verification import service
from madang.ground.people.verification.identity import ServiceError
from madang.ground.people.verification.sms import NotSentError
from madang.ground.places.models import Place

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

_both = require_http_methods(["GET", "HEAD", "POST"])
STATE = "identity_state"


def _done(request: HttpRequest, message: str) -> HttpResponse:
    messages.success(request, message)
    return redirect("people:verification")


def _page(request: HttpRequest, name: str, form: Form, **context: object) -> HttpResponse:
    return render(request, f"people/{name}.html", {"form": form, **context}, status=422 if form.errors else 200)


@require_safe
@login_required
def ladder(request: HttpRequest) -> HttpResponse:
    """The levels, reached and reachable."""
    return render(request, "people/verification.html", {"steps": account_queries.ladder(actor(request.user))})


@_both
@login_required
def phone(request: HttpRequest) -> HttpResponse:
    """Give a number; a code goes to it."""
    form = PhoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verifying.send_code(by=actor(request.user), number=form.cleaned_data["number"], now=timezone.now())
        except (verifying.VerificationRefusedError, NotSentError) as refused:
            form.add_error("number", str(refused))
        else:
            return redirect("people:phone_code")
    return _page(request, "phone", form)


@_both
@login_required
def phone_code(request: HttpRequest) -> HttpResponse:
    """Type the code that arrived."""
    user = actor(request.user)
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            verifying.confirm_code(by=user, code=form.cleaned_data["code"], now=timezone.now())
        except verifying.VerificationRefusedError as refused:
            form.add_error("code", str(refused))
        else:
            return _done(request, _("Your phone was confirmed."))
    return _page(request, "phone_code", form, sent=getattr(user, "phone_code", None))


@require_safe
@login_required
def resident(request: HttpRequest) -> HttpResponse:
    """Go to the identity service. The state that must come back lies in the session alone."""
    there = service()
    if there is None:
        raise Http404(_("This site has no identity service. Go to a counter instead."))
    state = secrets.token_urlsafe(24)
    back = request.build_absolute_uri(reverse("people:resident_return"))
    try:
        begun = there.begin(state=state, return_url=back)
    except ServiceError as error:
        messages.error(request, str(error))
        return redirect("people:verification")
    request.session[STATE] = [state, begun.session]
    return redirect(begun.url)


@require_safe
@login_required
def resident_return(request: HttpRequest) -> HttpResponse:
    """Come back from the service: what it says is asked of it directly, never read from the address."""
    there, kept = service(), request.session.pop(STATE, None)
    if there is None or not kept or not secrets.compare_digest(request.GET.get("state", ""), kept[0]):
        messages.error(request, _("This answer belongs to no request of yours. Begin again."))
        return redirect("people:verification")
    try:
        found = there.result(session=kept[1], state=kept[0])
        place = Place.objects.filter(code=found.place, valid_to=None).first()
        verifying.verify(
            user=actor(request.user),
            way="service",
            digests=found.identity.digests(),
            now=timezone.now(),
            place=place,
        )
    except (ServiceError, verifying.VerificationRefusedError) as refused:
        messages.error(request, str(refused))
        return redirect("people:verification")
    return _done(request, _("You were confirmed as a resident."))


@_both
@login_required
def slip(request: HttpRequest) -> HttpResponse:
    """A code to show at a counter; shown once, when it is made."""
    context: dict[str, object] = {}
    if request.method == "POST":
        try:
            context["code"] = verifying.make_slip(by=actor(request.user), now=timezone.now())
        except verifying.VerificationRefusedError as refused:
            context["refused"] = str(refused)
    return render(request, "people/slip.html", context)


@_both
@login_required
def official(request: HttpRequest) -> HttpResponse:
    """Reach the officials' level by a confirmed address."""
    user = actor(request.user)
    if request.method == "POST":
        try:
            verifying.confirm_official(by=user, now=timezone.now())
        except verifying.VerificationRefusedError as refused:
            messages.error(request, str(refused))
        else:
            return _done(request, _("You were confirmed as an official."))
    context = {"domains": verifying.settings.OFFICIAL_DOMAINS, "addresses": EmailAddress.objects.filter(user=user)}
    return render(request, "people/official.html", context)


@_both
@login_required
def counter(request: HttpRequest) -> HttpResponse:
    """Where an official compares an identity card and types the code of a slip."""
    user = actor(request.user)
    require(user, "people.confirm_resident")
    places = account_queries.counter_places(user)
    form = CounterForm(request.POST or None, places=places, initial={"place": places.first()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            verifying.confirm_at_counter(
                code=data["code"], by=user, now=timezone.now(), place=data["place"], identity=form.identity()
            )
        except verifying.IdentityTakenError as refused:
            form.add_error("name", str(refused))
        except verifying.VerificationRefusedError as refused:
            form.add_error("code", str(refused))
        else:
            messages.success(request, _("Confirmed. Give the card back; nothing of it was kept."))
            return redirect("people:counter")
    return _page(request, "counter", form)
