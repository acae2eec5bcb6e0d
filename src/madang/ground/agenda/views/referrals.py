"""Referring an item to the place above or below, the answer, and the desk between places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.agenda import operations
from madang.ground.agenda.forms import AnswerForm, ReasonForm, ReferralForm
from madang.ground.agenda.models import AgendaItem, Referral
from madang.ground.agenda.permissions import ANSWER_REFERRAL, EDIT, WORK_BETWEEN_PLACES
from madang.ground.agenda.queries import sharing as queries
from madang.ground.agenda.views.frame import actor, carried_out, crumbs, item_or_404
from madang.ground.people.permissions import can, require

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse


def _page(request: HttpRequest, item: AgendaItem, sent: dict[str, forms.Form] | None = None) -> HttpResponse:
    """Every referral of an item; the forms that this reader may fill in, those sent with their errors."""
    sent = sent or {}
    rows = queries.referrals_of(item)
    current = next((one for one in rows if one.status == "waiting"), None)
    context: dict[str, object] = {"item": item, "rows": rows, "current": current, "crumbs": crumbs(item, _("Referral"))}
    if current:
        queries.tell_days(current, timezone.now())
        if can(request.user, ANSWER_REFERRAL, current):
            context["answer"] = sent.get("answer") or AnswerForm(outcomes=AnswerForm.REFERRAL, prefix="answer")
        if can(request.user, EDIT, item):
            context["withdrawal"] = sent.get("withdrawal") or ReasonForm(prefix="withdrawal")
    elif can(request.user, EDIT, item) and item.stage != "closed":
        places = queries.referable(item)
        context["form"] = (sent.get("form") or ReferralForm(places=places)) if places else None
    return render(request, "agenda/referral.html", context, status=422 if sent else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """To whom an item was referred and what came back; the lead refers it."""
    item = item_or_404(pk)
    if request.method != "POST":
        return _page(request, item)
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    require(request.user, EDIT, item)
    form = ReferralForm(request.POST, places=queries.referable(item))

    def refer() -> object:
        return operations.refer(
            item=item, to=form.chosen(), reason=form.cleaned_data["reason"], by=actor(request), now=timezone.now()
        )

    if form.is_valid() and carried_out(refer, form):
        messages.success(request, _("The item was referred. Its deadline and its answer stand here."))
        return redirect("agenda:referral", pk)
    return _page(request, item, {"form": form})


def _waiting(pk: int, referral_pk: int) -> Referral:
    rows = Referral.objects.select_related("origin", "target__parent", "item__place__parent")
    found = rows.filter(pk=referral_pk, item=pk).first()
    if found is None:
        raise Http404(_("There is no such referral."))
    return found


@require_POST
@login_required
def referral_answer(request: HttpRequest, pk: int, referral_pk: int) -> HttpResponse:
    """Taken over, taken jointly, or sent back."""
    found = _waiting(pk, referral_pk)
    require(request.user, ANSWER_REFERRAL, found)
    form = AnswerForm(request.POST, outcomes=AnswerForm.REFERRAL, prefix="answer")

    def answer() -> object:
        data = form.cleaned_data
        return operations.answer_referral(
            referral=found, outcome=data["outcome"], reason=data["reason"], by=actor(request), now=timezone.now()
        )

    if form.is_valid() and carried_out(answer, form):
        messages.success(request, _("Your answer stands in the public record."))
        return redirect("agenda:referral", pk)
    return _page(request, found.item, {"answer": form})


@require_POST
@login_required
def referral_withdrawal(request: HttpRequest, pk: int, referral_pk: int) -> HttpResponse:
    """Take a referral back before it is answered."""
    found = _waiting(pk, referral_pk)
    require(request.user, EDIT, found.item)
    form = ReasonForm(request.POST, prefix="withdrawal")

    def withdraw() -> object:
        return operations.withdraw_referral(
            referral=found, reason=form.cleaned_data["reason"], by=actor(request), now=timezone.now()
        )

    if form.is_valid() and carried_out(withdraw, form):
        messages.success(request, _("The referral was withdrawn."))
        return redirect("agenda:referral", pk)
    return _page(request, found.item, {"withdrawal": form})


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What other places ask of us, and what we asked of them."""
    require(request.user, WORK_BETWEEN_PLACES)
    trail = [
        {"label": _("Desk"), "url": reverse("desk:inbox")},
        {"label": _("Between governments"), "url": ""},
    ]
    context = {"desk": queries.desk_of(request.user, now=timezone.now()), "crumbs": trail}
    return render(request, "agenda/desk.html", context)
