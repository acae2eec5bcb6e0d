"""The doors of routing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from madang.ground.agenda.models import AgendaItem, Stage
from madang.ground.people.permissions import actor, can, require
from madang.ground.people.queries import is_platform_admin, officer_place_ids
from madang.plan.routing import operations, queries
from madang.plan.routing.forms import AnswerForm, AssignmentForm
from madang.plan.routing.models import Assignment

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_required
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits: items without an owner, assignments without an answer."""
    require(request.user, "plan_routing.view_desk")
    context = {
        "waiting": queries.waiting_page(request.user, after=request.GET.get("items", "")),
        "answers": queries.assignments_page(request.user, after=request.GET.get("assignments", ""), now=timezone.now()),
        "routes": bool(officer_place_ids(request.user)) or is_platform_admin(request.user),
    }
    return render(request, "routing/desk.html", context)


def _item(pk: int) -> AgendaItem:
    rows = AgendaItem.objects.select_related("place__parent", "owner")
    return get_object_or_404(rows.defer("place__boundary", "place__parent__boundary"), pk=pk)


def _page(
    request: HttpRequest,
    item: AgendaItem,
    form: AssignmentForm | None = None,
    answer_form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    advised = queries.advised(queries.latest_suggestion(item))
    assignments = queries.history(item)
    current = next((row for row in assignments if row.status in queries.IN_FORCE), None)
    may_assign = can(request.user, "plan_routing.assign", item) and item.stage != Stage.CLOSED
    may_answer = current is not None and can(request.user, "plan_routing.answer", current)
    if current:
        queries.tell_days(current, timezone.now())
    context = {
        "item": item,
        "advised": advised,
        "suggestion": advised.suggestion if advised else None,
        "assignments": assignments,
        "current": current,
        "form": (form or _assignment_form(item, advised)) if may_assign and _may_be_replaced(current) else None,
        "answer_form": (answer_form or _answer_form(current)) if may_answer else None,
        "may_assign": may_assign,
    }
    return render(request, "routing/item.html", context, status=status)


def _may_be_replaced(current: Assignment | None) -> bool:
    return current is None or (current.status == Assignment.Status.PENDING and current.escalated_at is not None)


def _assignment_form(item: AgendaItem, advised: queries.Advised | None) -> AssignmentForm:
    proposed = advised.suggestion.office_id if advised else None
    return AssignmentForm(initial={"office": proposed}, offices=queries.offices_for(item), proposed=proposed)


def _answer_form(current: Assignment | None) -> AnswerForm:
    return AnswerForm(initial={"seen": current.status if current else Assignment.Status.PENDING})


@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Why this owner: the suggestion with its reasons, what was decided, what the office answered. Public."""
    return _page(request, _item(pk))


@login_required
@require_POST
def suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the suggester anew."""
    found = _item(pk)
    require(request.user, "plan_routing.assign", found)
    operations.suggest_owner(item=found, now=timezone.now())
    messages.success(request, _("The suggestion was made anew."))
    return redirect("routing:item", pk)


@login_required
@require_POST
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm or override."""
    found = _item(pk)
    require(request.user, "plan_routing.assign", found)
    form = AssignmentForm(request.POST, offices=queries.offices_for(found))
    if not form.is_valid():
        return _page(request, found, form, status=422)
    try:
        operations.assign(item=found, **form.cleaned_data, by=actor(request.user), now=timezone.now())
    except operations.RoutingError as problem:
        form.add_error(None, str(problem))
        return _page(request, found, form, status=409)
    messages.success(request, _("The office was asked to own the item."))
    return redirect("routing:item", pk)


@login_required
@require_POST
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The office's answer."""
    found = get_object_or_404(Assignment.objects.select_related("item__place__parent", "office"), pk=pk)
    require(request.user, "plan_routing.answer", found)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found.item, answer_form=form, status=422)
    accept = form.cleaned_data["decision"] == "accept"
    try:
        operations.answer(
            assignment=found,
            accept=accept,
            reason=form.cleaned_data["reason"],
            by=actor(request.user),
            now=timezone.now(),
        )
    except operations.RoutingError as problem:
        form.add_error(None, str(problem))
        return _page(request, found.item, answer_form=form, status=409)
    messages.success(request, _("Accepted.") if accept else _("Handed back to the officer."))
    return redirect("routing:item", found.item_id)
