"""The doors of routing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from madang.ground.agenda.models import AgendaItem
from madang.ground.people.permissions import can, require
from madang.plan.routing import operations, queries
from madang.plan.routing.forms import AnswerForm, AssignmentForm
from madang.plan.routing.models import Assignment

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PAGE = 30


@login_required
@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """What waits: items without an owner, assignments without an answer."""
    require(request.user, "plan_routing.view_desk")
    context = {
        "waiting_items": list(queries.items_without_owner(request.user)[:PAGE]),
        "assignments": list(queries.assignments_at_desk(request.user)[:PAGE]),
        "now": timezone.now(),
        "page": PAGE,
    }
    return render(request, "routing/desk.html", context)


def _item(pk: int) -> AgendaItem:
    return get_object_or_404(AgendaItem.objects.select_related("place__parent", "owner"), pk=pk)


def _page(
    request: HttpRequest,
    item: AgendaItem,
    form: AssignmentForm | None,
    answer_form: AnswerForm,
    status: int = 200,
) -> HttpResponse:
    suggestion = queries.latest_suggestion(item)
    assignments = queries.history(item)
    current = next((row for row in assignments if row.status in queries.IN_FORCE), None)
    open_now = not current and can(request.user, "plan_routing.assign", item)
    if open_now and form is None:
        form = AssignmentForm(
            initial={"office": suggestion.office_id if suggestion else None},
            offices=queries.offices_for(item),
        )
    context = {
        "item": item,
        "suggestion": suggestion,
        "candidates": queries.candidate_rows(suggestion),
        "assignments": assignments,
        "current": current,
        "form": form if open_now else None,
        "answer_form": answer_form,
        "may_answer": bool(
            current
            and current.status == Assignment.Status.PENDING
            and can(request.user, "plan_routing.answer", current)
        ),
        "may_assign": can(request.user, "plan_routing.assign", item),
        "now": timezone.now(),
    }
    return render(request, "routing/item.html", context, status=status)


@require_GET
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Why this owner: the suggestion with its reasons, what was decided, what the office answered. Public."""
    return _page(request, _item(pk), None, AnswerForm())


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
        return _page(request, found, form, AnswerForm(), status=422)
    try:
        operations.assign(item=found, **form.cleaned_data, by=request.user, now=timezone.now())
    except operations.RoutingError as problem:
        form.add_error(None, str(problem))
        return _page(request, found, form, AnswerForm(), status=409)
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
        return _page(request, found.item, None, form, status=422)
    accept = form.cleaned_data["decision"] == "accept"
    try:
        operations.answer(
            assignment=found,
            accept=accept,
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=timezone.now(),
        )
    except operations.RoutingError as problem:
        form.add_error(None, str(problem))
        return _page(request, found.item, None, form, status=409)
    messages.success(request, _("Accepted.") if accept else _("Handed back to the officer."))
    return redirect("routing:item", found.item_id)
