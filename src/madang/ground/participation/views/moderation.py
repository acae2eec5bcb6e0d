"""Reporting, the moderators' queue, one case, its decision and its appeal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.ground.participation import operations, queries
from madang.ground.participation.forms_talk import AppealDecisionForm, AppealForm, DecisionForm, ReportForm
from madang.ground.participation.models import Appeal, Case
from madang.ground.participation.targets import Target, of_case
from madang.ground.participation.things import card as card_of
from madang.ground.participation.views.answers import actor, carried_out, sign_in, status_of
from madang.ground.people.permissions import can, require

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, **which: int) -> HttpResponse:
    """Report a comment, a suggestion or a thing."""
    if not request.user.is_authenticated:
        return sign_in(request, request.path)
    target = _target(which)
    if not target.is_shown:
        raise Http404(_("This is not shown any more, so there is nothing to report."))
    form = ReportForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        refused = carried_out(
            lambda: operations.report(target=target, by=actor(request), now=timezone.now(), **form.cleaned_data), form
        )
        if refused is None:
            messages.success(request, _("Thank you. The moderators look at it and tell you what they decided."))
            return redirect(target.url)
        status = status_of(refused)
    subject = target.card
    context = {
        "target": target,
        "form": form,
        "code": queries.code_of(_place_of(target)),
        "crumbs": [{"label": subject.title, "url": subject.url}, {"label": _("Report"), "url": ""}],
    }
    return render(request, "talk/report.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def hiding(request: HttpRequest, pk: int) -> HttpResponse:
    """Hide a comment that nobody has reported: opens the case and decides it."""
    if not request.user.is_authenticated:
        return sign_in(request, request.path)
    target = _target({"comment_id": pk})
    place = _place_of(target)
    require(request.user, "participation.moderate", place)
    if target.author_id == request.user.pk:
        raise PermissionDenied(_("Nobody judges their own words. Delete your comment instead."))
    code = queries.code_of(place)
    form = DecisionForm(request.POST or None, code=code, outcomes=["hide"])
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        refused = carried_out(
            lambda: operations.take_up(
                target=target, rule=data["rule"], reason=data["reason"], by=actor(request), now=timezone.now()
            ),
            form,
        )
        if refused is None:
            messages.success(request, _("It is hidden; the reason stands in its place, and its writer is told."))
            return redirect(target.url)
        status = status_of(refused)
    crumbs = [{"label": target.card.title, "url": target.card.url}, {"label": _("Hide a comment"), "url": ""}]
    context = {"target": target, "form": form, "code": code, "crumbs": crumbs}
    return render(request, "talk/hiding.html", context, status=status)


@require_safe
@login_required
def queue(request: HttpRequest) -> HttpResponse:
    """What waits for a moderator, the oldest first."""
    if not queries.moderates_somewhere(request.user):
        raise PermissionDenied(_("Your role does not allow this here."))
    tab = request.GET.get("tab", "open")
    tab = tab if tab in ("open", "appeals", "closed") else "open"
    found = queries.queue(request.user, tab=tab, after=request.GET.get("after", ""))
    labels = {"open": _("To be decided"), "appeals": _("Appeals"), "closed": _("Already decided")}
    tabs = [
        {"label": label, "url": f"?tab={key}", "current": key == tab, "count": found.counts.get(key)}
        for key, label in labels.items()
    ]
    links = {
        name: f"?tab={tab}&after={cursor}" if cursor else ""
        for name, cursor in (("next_url", found.next), ("prev_url", found.previous))
    }
    context = {"found": found, "tab": tab, "tabs": tabs, "crumbs": [{"label": _("Moderation"), "url": ""}], **links}
    return render(request, "talk/queue.html", context)


@require_safe
@login_required
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: for moderators, for its writer, and (without the words) for those who reported it."""
    return _show(request, _case(request, pk))


def _show(request: HttpRequest, found: Case, form: forms.Form | None = None, status: int = 200) -> HttpResponse:
    target = _target_of(found)
    judges = can(request.user, "participation.moderate", found.place)
    own = found.author_id == request.user.pk
    appeal = getattr(found, "appeal", None)
    context = {
        "case": found,
        "target": target,
        "judges": judges,
        "own": own,
        "readable": judges or own or target.is_shown,
        "reports": list(found.reports.select_related("reporter")[:100]) if judges else [],
        "decisions": list(found.decisions.select_related("by")),
        "appeal": appeal,
        "crumbs": _crumbs(judges, found),
        **_forms(request, found, target, form),
    }
    return render(request, "talk/case.html", context, status=status)


def _forms(request: HttpRequest, found: Case, target: Target, form: forms.Form | None) -> dict[str, object]:
    """The one thing that this person can do about the case now."""
    appeal = getattr(found, "appeal", None)
    waits = appeal is not None and appeal.outcome == Appeal.Outcome.WAITING
    if waits and can(request.user, "participation.decide_appeal", found):
        return {"deciding": "appeal", "form": form or AppealDecisionForm()}
    if not waits and can(request.user, "participation.decide_case", found) and _outcomes(found, target):
        code = queries.code_of(found.place)
        blank = DecisionForm(code=code, outcomes=_outcomes(found, target))
        return {"deciding": "case", "form": form or blank, "code": code}
    hidden = found.outcome == Case.Outcome.HIDDEN
    if hidden and appeal is None and can(request.user, "participation.appeal", found):
        return {"deciding": "own", "form": form or AppealForm()}
    return {}


def _outcomes(found: Case, target: Target) -> list[str]:
    if found.is_open:
        return ["keep", "hide"] if target.can_be_hidden else ["keep"]
    return ["restore"] if found.outcome == Case.Outcome.HIDDEN else []


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide a case (POST)."""
    found = _case(request, pk)
    require(request.user, "participation.decide_case", found)
    if request.method != "POST":
        return redirect("talk:case", pk)
    outcomes = _outcomes(found, _target_of(found)) or ["keep"]
    form = DecisionForm(request.POST, code=queries.code_of(found.place), outcomes=outcomes)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    data = form.cleaned_data
    refused = carried_out(
        lambda: operations.decide(
            case_id=pk, outcome=data["outcome"], rule=data.get("rule"), reason=data["reason"], by=actor(request),
            now=timezone.now(),
        ),
        form,
    )  # fmt: skip
    if refused:
        return _show(request, found, form, status=status_of(refused))
    messages.success(request, _("Decided. Those concerned are told, with your reason."))
    return redirect("talk:queue")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, pk: int) -> HttpResponse:
    """Appeal against a decision to hide one's words (POST)."""
    found = _case(request, pk)
    require(request.user, "participation.appeal", found)
    if request.method != "POST":
        return redirect("talk:case", pk)
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    refused = carried_out(
        lambda: operations.appeal(case_id=pk, by=actor(request), text=form.cleaned_data["text"], now=timezone.now()),
        form,
    )
    if refused:
        return _show(request, found, form, status=status_of(refused))
    messages.success(request, _("Your appeal is made. Somebody else decides it, and you are told."))
    return redirect("talk:case", pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def appeal_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide an appeal (POST); never by who decided first."""
    found = _case(request, pk)
    require(request.user, "participation.decide_appeal", found)
    if request.method != "POST":
        return redirect("talk:case", pk)
    form = AppealDecisionForm(request.POST)
    if not form.is_valid():
        return _show(request, found, form, status=422)
    data = form.cleaned_data
    refused = carried_out(
        lambda: operations.decide_appeal(
            case_id=pk, overturns=data["outcome"] == "overturned", reason=data["reason"], by=actor(request),
            now=timezone.now(),
        ),
        form,
    )  # fmt: skip
    if refused:
        return _show(request, found, form, status=status_of(refused))
    messages.success(request, _("Decided. Those concerned are told, with your reason."))
    return redirect("talk:queue")


def _case(request: HttpRequest, pk: int) -> Case:
    """A case that this person may see. Raises Http404 and PermissionDenied."""
    try:
        found = queries.case(pk)
    except Case.DoesNotExist as missing:
        raise Http404(_("There is no such case.")) from missing
    require(request.user, "participation.see_case", found)
    return found


def _target(which: dict[str, int]) -> Target:
    try:
        return queries.target(**which)
    except LookupError as missing:
        raise Http404(_("There is nothing here to report.")) from missing


def _target_of(found: Case) -> Target:
    card = card_of(found.subject_id)
    if card is None:
        raise Http404(_("There is no such case."))
    return of_case(found, card)


def _place_of(target: Target):  # noqa: ANN202
    return queries.place_of(target.card.subject_id)


def _crumbs(judges: bool, found: Case) -> list[dict[str, str]]:
    here = {"label": _("Case %(number)s") % {"number": found.pk}, "url": ""}
    return [{"label": _("Moderation"), "url": reverse("talk:queue")}, here] if judges else [here]
