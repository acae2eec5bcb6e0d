"""Result night: the result with its reasons, one's own share, minutes, open data; counting and publishing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.footing import documents, jobs
from madang.ground.people.permissions import actor, can, require
from madang.plan.budgets import minutes
from madang.plan.budgets.models import Count, Project
from madang.plan.budgets.models.budgets import Rule
from madang.plan.budgets.operations import counting, publishing
from madang.plan.budgets.permissions_voting import COUNT
from madang.plan.budgets.queries import ballot as ballots
from madang.plan.budgets.queries import opened, proving, results
from madang.plan.budgets.queries.eligibility import vote_phase
from madang.plan.budgets.views.frame import crumbs, seen

if TYPE_CHECKING:
    from django.http import HttpRequest

    from madang.plan.budgets.models import Budget


def _published(request: HttpRequest, pk: int) -> tuple[Budget, Count]:
    """The budget and its public count; 404 while nothing is public, for everybody alike."""
    budget = seen(request, pk)
    count = results.official(budget)
    if count is None or count.published_at is None:
        raise Http404(_("No result is public yet."))
    return budget, count


def _trail(budget: Budget, *more: tuple[str, str]) -> list[dict[str, str]]:
    page = reverse("budgets:result", args=[budget.pk]) if more else ""
    return crumbs(budget, (_("Result"), page), *more)


@require_safe
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """The result; before it is public, a page that says when it will be."""
    budget = seen(request, pk)
    count = results.official(budget)
    if count is None or count.published_at is None:
        waiting = {"budget": budget, "phase": vote_phase(budget), "counted": count, "crumbs": _trail(budget)}
        waiting |= {"may_count": can(request.user, COUNT, budget)}  # type: ignore[dict-item]
        return render(request, "budgets/results/waiting.html", waiting)
    context = {
        "budget": budget, "result": results.result(budget, count), "crumbs": _trail(budget),
        "mine": ballots.voters_of(budget, request.user), "others": results.others(budget), "rules": Rule.choices,
        "may_count": can(request.user, COUNT, budget),
    }  # fmt: skip
    return render(request, "budgets/results/result.html", context)


@require_safe
def project(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Why one project is in, or out and what was missing."""
    budget, count = _published(request, pk)
    try:
        found = results.reason(budget, count, number)
    except Project.DoesNotExist as missing:
        raise Http404(_("There is no such project.")) from missing
    context = {"budget": budget, "reason": found, "crumbs": _trail(budget, (found.project.title, ""))}
    return render(request, "budgets/results/project.html", context)


@never_cache
@login_required
@require_safe
def mine(request: HttpRequest, pk: int) -> HttpResponse:
    """What one's own share paid for; nobody else sees it."""
    budget, count = _published(request, pk)
    own = [one for one in ballots.voters_of(budget, request.user) if getattr(one, "ballot", None)]
    submitted = next((one.ballot for one in own if one.ballot.submitted_at), None)
    context = {
        "budget": budget, "share": results.share_of(budget, count, submitted) if submitted else None, "count": count,
        "crumbs": _trail(budget, (_("Your share"), "")),
    }  # fmt: skip
    return render(request, "budgets/results/mine.html", context)


@require_safe
def minutes_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The minutes of the count as a PDF to print and sign."""
    budget, count = _published(request, pk)
    title = _("Minutes of the count: %(title)s") % {"title": budget.title}
    content = documents.pdf(
        template=minutes.TEMPLATE, data=minutes.data(results.result(budget, count), vote_phase(budget)), title=title,
        language=(get_language() or "ko")[:2], at=count.published_at or count.counted_at,
    )  # fmt: skip
    return documents.response(content, name=f"minutes-{budget.pk}.pdf")


@require_safe
def data(request: HttpRequest, pk: int) -> HttpResponse:
    """Open data: what is in them, what was left out for whose sake, and how anybody counts again."""
    budget, count = _published(request, pk)
    context = {"budget": budget, "count": count, "crumbs": _trail(budget, (_("Open data and recount"), ""))}
    return render(request, "budgets/results/data.html", context)


def _file(content: bytes | str, name: str, kind: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@require_safe
def ballots_pb(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballots as a .pb file, byte for byte as it was counted."""
    budget, count = _published(request, pk)
    return _file(count.open_data, f"budget-{budget.pk}.pb", "text/plain; charset=utf-8")


@require_safe
def ballots_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The ballots as a table: one row a voter, by pseudonym."""
    budget, count = _published(request, pk)
    return _file(opened.ballots_csv(count), f"budget-{budget.pk}-ballots.csv", "text/csv; charset=utf-8")


@require_safe
def receipts(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """The hashes of the receipts of all counted ballots."""
    budget, _count = _published(request, pk)
    name = f"budget-{budget.pk}-receipts.txt"
    return StreamingHttpResponse(
        proving.listing(budget), content_type="text/plain; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


def _desk(request: HttpRequest, budget: Budget, refused: str = "", status: int = 200) -> HttpResponse:
    found = results.official(budget)
    context: dict[str, Any] = {
        "budget": budget, "refused": refused, "count": found,
        "result": results.result(budget, found) if found else None,
        "why_not": "" if found else counting.may_be_counted(budget, timezone.now()),
        "progress": jobs.latest(f"count:{budget.pk}"), "crumbs": crumbs(budget, (_("Count"), "")),
    }  # fmt: skip
    return render(request, "budgets/results/count.html", context, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """The count: begun, followed, looked at before it is public."""
    budget = seen(request, pk)
    require(request.user, COUNT, budget)
    if request.method != "POST":
        return _desk(request, budget)
    try:
        counting.start_count(budget=budget, by=actor(request.user), now=timezone.now())
    except counting.CountError as refused:
        return _desk(request, budget, str(refused), 409)
    return redirect("budgets:count", pk)


@login_required
@require_POST
def publication(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the result public."""
    budget = seen(request, pk)
    require(request.user, COUNT, budget)
    try:
        publishing.publish(budget=budget, by=actor(request.user), now=timezone.now())
    except publishing.PublishError as refused:
        return _desk(request, budget, str(refused), 409)
    messages.success(request, _("The result is public."))
    return redirect("budgets:result", pk)


@login_required
@require_POST
def what_if(request: HttpRequest, pk: int) -> HttpResponse:
    """Count again by another rule, which decides nothing."""
    budget = seen(request, pk)
    require(request.user, COUNT, budget)
    rule = request.POST.get("rule", "")
    if rule not in Rule.values:
        messages.error(request, _("Choose a rule."))
        return redirect("budgets:result", pk)
    try:
        counting.what_if(budget=budget, rule=rule, by=actor(request.user), now=timezone.now())
    except counting.CountError as refused:
        messages.error(request, str(refused))
    return redirect(f"{reverse('budgets:result', args=[pk])}#what-if")
