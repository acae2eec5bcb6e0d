"""Profiles, and the page of a guardian."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.people import queries_account as account_queries
from madang.ground.people.forms_account import ConsentForm
from madang.ground.people.operations import guardians

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """What somebody lets others see."""
    person = account_queries.person(pk)
    if person is not None and person.erased_at:
        return render(request, "people/gone.html", status=410)
    if person is None or not person.is_active:
        raise Http404(_("There is no such person."))
    context = {"person": person, "lines": account_queries.profile_of(person)}
    return render(request, "people/detail.html", context)


@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """What an account of somebody under 14 waits for."""
    return render(request, "people/waiting.html", {"days": guardians.WAITS.days})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def guardian(request: HttpRequest, secret: str) -> HttpResponse:
    """A guardian reads what is asked, and consents."""
    consent = guardians.consent_of(secret)
    if consent is None:
        raise Http404(_("This link leads nowhere: the account is gone."))
    form = ConsentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        guardians.give_consent(secret=secret, name=data["name"], relationship=data["relationship"], now=timezone.now())
        return redirect("people:guardian", secret)
    context = {
        "consent": consent,
        "form": form,
        "secret": secret,
        "days": settings.DELETION_DAYS,
        "waits": guardians.WAITS.days,
        "decides": consent.needed_until <= timezone.localdate(),
    }
    return render(request, "people/guardian.html", context, status=422 if form.errors else 200)


@require_POST
def withdrawal(request: HttpRequest, secret: str) -> HttpResponse:
    """A guardian refuses, or takes consent back."""
    del request
    try:
        guardians.withdraw_consent(secret=secret, now=timezone.now())
    except guardians.ConsentError as refused:
        raise Http404(str(refused)) from refused
    return redirect("people:guardian", secret)
