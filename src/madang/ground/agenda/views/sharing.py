"""Working together: places that take part in an item, and offices that own it together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from madang.ground.agenda import operations
from madang.ground.agenda.forms import AnswerForm, CoOwnerForm, InvitationForm, ReasonForm
from madang.ground.agenda.models import AgendaItem, CoOwner, Partnership
from madang.ground.agenda.permissions import ANSWER_INVITATION, EDIT
from madang.ground.agenda.queries import sharing as queries
from madang.ground.agenda.views.frame import actor, carried_out, crumbs, item_or_404
from madang.ground.people.permissions import can, require

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

Forms = dict[str, "forms.Form"]


def _page(request: HttpRequest, item: AgendaItem, sent: Forms | None = None) -> HttpResponse:
    """Everything about working together on an item; `sent` are forms that came back with their errors."""
    sent = sent or {}
    invitations, owners = queries.partnerships_of(item), queries.co_owners_of(item)
    decides = can(request.user, EDIT, item) and not item.merged_into_id and item.stage != "closed"
    context = {
        "item": item,
        "rows": [_row(request, item, one, sent) for one in invitations],
        "owners": [(one, sent.get(f"owner-{one.pk}") or ReasonForm(prefix=f"owner-{one.pk}")) for one in owners],
        "decides": decides,
        "crumbs": crumbs(item, _("Working together")),
    }
    if decides:
        places = queries.invitable(item, invitations)
        offices = queries.offices_to_share(item, owners)
        context |= {
            "invitation": sent.get("invitation") or InvitationForm(places=places, prefix="invitation"),
            "co_owner": sent.get("co_owner") or CoOwnerForm(offices=offices, prefix="co_owner"),
        }
    return render(request, "agenda/partners.html", context, status=422 if sent else 200)


def _row(request: HttpRequest, item: AgendaItem, one: Partnership, sent: Forms) -> dict[str, object]:
    """A partnership with the forms that this reader may fill in."""
    answers = can(request.user, ANSWER_INVITATION, one)
    name = f"partner-{one.pk}"
    ends = one.status == "accepted" and (answers or can(request.user, EDIT, item))
    withdraws = one.status == "invited" and can(request.user, EDIT, item)
    return {
        "one": one,
        "answer": (sent.get(f"{name}-answer") or _answer_form(one)) if answers and one.status == "invited" else None,
        "ending": (sent.get(f"{name}-ending") or ReasonForm(prefix=f"{name}-ending")) if ends or withdraws else None,
    }


def _answer_form(one: Partnership, data: object = None) -> AnswerForm:
    return AnswerForm(data, outcomes=AnswerForm.INVITATION, prefix=f"partner-{one.pk}-answer")


@require_http_methods(["GET", "HEAD", "POST"])
def partners(request: HttpRequest, pk: int) -> HttpResponse:
    """Who pursues an item together, with every invitation and its answer; the lead asks another place."""
    item = item_or_404(pk)
    if request.method != "POST":
        return _page(request, item)
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    require(request.user, EDIT, item)
    places = queries.invitable(item, queries.partnerships_of(item))
    form = InvitationForm(request.POST, places=places, prefix="invitation")

    def ask() -> object:
        return operations.invite(
            item=item, place=form.chosen(), reason=form.cleaned_data["reason"], by=actor(request), now=timezone.now()
        )

    if form.is_valid() and carried_out(ask, form):
        messages.success(request, _("The other place was asked. You are told when it answers."))
        return redirect("agenda:partners", pk)
    return _page(request, item, {"invitation": form})


def _partnership(pk: int, partner: int) -> Partnership:
    rows = Partnership.objects.select_related("place__parent", "item__place__parent", "item__owner")
    found = rows.filter(pk=partner, item=pk).first()
    if found is None:
        raise Http404(_("There is no such invitation."))
    return found


@require_POST
@login_required
def partner_answer(request: HttpRequest, pk: int, partner: int) -> HttpResponse:
    """The other place takes part, or declines with a reason."""
    found = _partnership(pk, partner)
    require(request.user, ANSWER_INVITATION, found)
    form = _answer_form(found, request.POST)

    def answer() -> object:
        data = form.cleaned_data
        return operations.answer_invitation(
            partnership=found, accept=data["outcome"] == "accept", reason=data["reason"], by=actor(request),
            now=timezone.now(),
        )  # fmt: skip

    if form.is_valid() and carried_out(answer, form):
        messages.success(request, _("Your answer stands in the public record."))
        return redirect("agenda:partners", pk)
    return _page(request, found.item, {f"partner-{partner}-answer": form})


@require_POST
@login_required
def partner_ending(request: HttpRequest, pk: int, partner: int) -> HttpResponse:
    """A place leaves, or the lead withdraws what it asked."""
    found = _partnership(pk, partner)
    if found.status != "accepted" or not can(request.user, ANSWER_INVITATION, found):
        require(request.user, EDIT, found.item)
    form = ReasonForm(request.POST, prefix=f"partner-{partner}-ending")

    def end() -> object:
        return operations.end_partnership(
            partnership=found, reason=form.cleaned_data["reason"], by=actor(request), now=timezone.now()
        )

    if form.is_valid() and carried_out(end, form):
        messages.success(request, _("The place no longer takes part. What it did stays on the record."))
        return redirect("agenda:partners", pk)
    return _page(request, found.item, {f"partner-{partner}-ending": form})


@require_POST
@login_required
def co_owners(request: HttpRequest, pk: int) -> HttpResponse:
    """Have another office own the item too."""
    item = item_or_404(pk)
    require(request.user, EDIT, item)
    offices = queries.offices_to_share(item, queries.co_owners_of(item))
    form = CoOwnerForm(request.POST, offices=offices, prefix="co_owner")

    def add() -> object:
        return operations.add_co_owner(
            item=item, office=form.chosen(), reason=form.cleaned_data["reason"], by=actor(request), now=timezone.now()
        )

    if form.is_valid() and carried_out(add, form):
        messages.success(request, _("The office now owns the item too."))
        return redirect("agenda:partners", pk)
    return _page(request, item, {"co_owner": form})


@require_POST
@login_required
def co_owner_ending(request: HttpRequest, pk: int, owner: int) -> HttpResponse:
    """An office owns the item no longer."""
    rows = CoOwner.objects.select_related("item__place__parent", "item__owner", "office")
    found = rows.filter(pk=owner, item=pk).first()
    if found is None:
        raise Http404(_("There is no such co-owner."))
    require(request.user, EDIT, found.item)
    form = ReasonForm(request.POST, prefix=f"owner-{owner}")

    def end() -> object:
        return operations.end_co_owner(
            co_owner=found, reason=form.cleaned_data["reason"], by=actor(request), now=timezone.now()
        )

    if form.is_valid() and carried_out(end, form):
        messages.success(request, _("The office no longer owns the item."))
        return redirect("agenda:partners", pk)
    return _page(request, found.item, {f"owner-{owner}": form})
