"""The first page of a place's administration, and the organizations that ask to be verified."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.ground.people import authority, operations, queries
from madang.ground.people.forms_organizations import AnswerForm, country_name
from madang.ground.people.models import VerificationRequest
from madang.ground.people.permissions import actor, can, require
from madang.ground.people.queries import administration
from madang.ground.people.views.frame import administered, carried_out, edits, found, frame, status_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

SOON = timedelta(days=30)


@login_required
@require_safe
def overview(request: HttpRequest, code: str) -> HttpResponse:
    """How many of each, and what waits."""
    place, now = administered(request, code), timezone.now()
    above = place.parent
    may_succeed = can(request.user, authority.ADMINISTER, above) if above else can(request.user, authority.SET_UP)
    found_here = administration.overview(place, now=now, soon=now + SOON)
    context = frame(request, place, "overview", overview=found_here, may_succeed=may_succeed)
    return render(request, "people/administration/overview.html", context)


@login_required
@require_safe
def requests(request: HttpRequest, code: str) -> HttpResponse:
    """Organizations that ask to be verified here and below."""
    place = found(code)
    if not edits(request, place):
        raise PermissionDenied(_("Your role does not allow this here."))
    context = frame(request, place, "requests", requests=list(queries.waiting_requests(place)[:50]))
    return render(request, "people/administration/requests.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Confirm an organization or not, with a reason."""
    place = found(code)
    rows = VerificationRequest.objects.select_related("organization__home", "place__parent", "asked_by")
    asked = rows.filter(pk=pk).first()
    if asked is None or place.pk not in {asked.place_id, asked.place.parent_id}:
        raise Http404
    require(request.user, authority.VERIFY, asked)
    form = AnswerForm(request.POST or None)

    def decide() -> object:
        return operations.answer_verification(
            request=asked, **form.cleaned_data, by=actor(request.user), now=timezone.now()
        )

    if request.method == "POST" and form.is_valid() and carried_out(decide, form, operations.OrganizationError):
        messages.success(request, _("The answer stands in the public record."))
        return redirect("administration:requests", code)
    context = frame(
        request, place, "requests", asked.organization.name, asked=asked, organization=asked.organization, form=form,
        country=country_name(asked.organization.country),
    )  # fmt: skip
    return render(request, "people/administration/answer.html", context, status=status_of(request))
