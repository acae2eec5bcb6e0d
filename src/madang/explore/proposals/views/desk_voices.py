"""What an officer does with one voice: answer it, hide it, show it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madang.explore.proposals.forms_desk import AnswerForm, HidingForm
from madang.explore.proposals.operations import answering, moderation
from madang.explore.proposals.permissions_desk import ANSWER, DECIDE
from madang.explore.proposals.queries import desk
from madang.explore.proposals.views.desk_frame import actor, carried_out, crumbs, voice_or_404
from madang.explore.proposals.views.responses import DONE, method_of
from madang.ground.people.permissions import can, require

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from madang.explore.proposals.models import Proposal


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer as an office."""
    proposal = voice_or_404(pk)
    require(request.user, ANSWER, proposal)
    offices = desk.offices_for(actor(request), proposal, decides=can(request.user, DECIDE, proposal))
    form = AnswerForm(request.POST or None, offices=offices)

    def publish() -> object:
        body, office = form.cleaned_data["body"], form.answering()
        return answering.answer(proposal=proposal, office=office, body=body, by=actor(request), now=timezone.now())

    if request.method == "POST" and form.is_valid() and carried_out(publish, form=form):
        messages.success(request, _("The answer is published. Everybody behind this proposal is being told."))
        request.session[DONE] = f"answer:{pk}:{request.user.pk}"
        return redirect(proposal)
    context = {"proposal": proposal, "form": form, "crumbs": crumbs((_("Answer"), ""))}
    return render(request, "desk/answer.html", context, status=422 if request.method == "POST" else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hiding(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide a voice with a reason (POST), or show it again (DELETE, also as _method)."""
    proposal = voice_or_404(pk)
    require(request.user, DECIDE, proposal)
    if method_of(request) == "DELETE":
        return _lift(request, proposal)
    form = HidingForm(request.POST or None)

    def hide() -> object:
        return moderation.hide_from_desk(
            proposal=proposal, rule=form.rule(), reason=form.reason(), by=actor(request), now=timezone.now()
        )

    if request.method == "POST" and form.is_valid() and carried_out(hide, form=form):
        messages.success(
            request, _("The proposal is hidden; the reason stands in its place. Its author is being told.")
        )
        return redirect(proposal)
    context = {
        "proposal": proposal,
        "form": form,
        "hiding": desk.hiding_of(proposal),
        "crumbs": crumbs((_("Hide a proposal"), "")),
    }
    return render(request, "desk/hiding.html", context, status=422 if request.method == "POST" else 200)


def _lift(request: HttpRequest, proposal: Proposal) -> HttpResponse:
    def lift() -> object:
        return moderation.lift(proposal=proposal, by=actor(request), now=timezone.now())

    if carried_out(lift, request=request):
        messages.success(request, _("The proposal is shown again. Its author is being told."))
    return redirect(proposal)
