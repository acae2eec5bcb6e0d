"""The doors of measures."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.ground.agenda.models import AgendaItem
from madang.ground.people.permissions import actor, require
from madang.plan.measures import forms, operations
from madang.plan.measures.models import Measure, Milestone, Photo
from madang.plan.measures.queries import reading
from madang.plan.routing.queries import offices_for

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http import HttpRequest, HttpResponse

READ_AND_POST = ["GET", "HEAD", "POST"]


def crumbs(*trail: tuple[str, str]) -> list[dict[str, str]]:
    top = [{"label": _("Measures"), "url": reverse("measures:list")}]
    return top + [{"label": label, "url": url} for label, url in trail]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is carried out, newest first."""
    found = reading.browse(request.GET)
    context = {"found": found, "page": found.page, "statuses": Measure.Status.choices, "crumbs": crumbs()}
    return render(request, "measures/list.html", context)


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One measure: state, money against plan, steps, pictures."""
    return _page(request, pk)


def _page(request: HttpRequest, pk: int, status: int = 200, **bound: object) -> HttpResponse:
    now = timezone.now()
    try:
        found = reading.detail(pk, viewer=request.user, today=timezone.localdate(now))
    except Measure.DoesNotExist as missing:
        raise Http404(_("There is no such measure.")) from missing
    context = {"detail": found, "measure": found.measure, "crumbs": crumbs((found.measure.title, "")), **bound}
    if found.may:
        context = _forms(found) | context
    return render(request, "measures/detail.html", context, status=status)


def _forms(found: reading.Detail) -> dict[str, object]:
    """The empty forms of those who carry it out."""
    measure = found.measure
    following = [
        (value, Measure.Status(value).label) for value in operations.starting.NEXT[Measure.Status(measure.status)]
    ]
    status = forms.StatusForm()
    status.fields["status"].choices = following  # type: ignore[attr-defined]
    return {
        "status_form": status,
        "milestone_form": forms.MilestoneForm(prefix="step"),
        "move_form": forms.MoveForm(prefix="move"),
        "finish_form": forms.FinishForm(prefix="finish", initial={"done_on": timezone.localdate()}),
        "spending_form": forms.SpendingForm(prefix="money", initial={"spent_on": timezone.localdate()}),
        "photo_form": forms.PhotoForm(prefix="photo", steps=found.milestones),
    }


def _mine(request: HttpRequest, pk: int) -> Measure:
    rows = Measure.objects.select_related("place__parent", "office", "item").defer("place__boundary")
    measure = get_object_or_404(rows, pk=pk)
    require(request.user, "plan_measures.carry_out", measure)
    return measure


@login_required
@require_http_methods(READ_AND_POST)
def new(request: HttpRequest, item: int) -> HttpResponse:
    """Begin a measure of an agenda item."""
    rows = AgendaItem.objects.select_related("place__parent", "owner").defer("place__boundary")
    found = get_object_or_404(rows, pk=item)
    require(request.user, "plan_measures.start", found)
    form = forms.MeasureForm(request.POST or None, offices=offices_for(found), initial={"office": found.owner_id})
    if request.method == "POST" and form.is_valid():
        try:
            measure = operations.start(
                place=found.place, item=found, typed=form.typed(), by=actor(request.user), now=timezone.now()
            )
        except operations.MeasureError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The measure is public. Add its steps now."))
            return redirect(measure)
    trail = crumbs((_("Begin a measure"), ""))
    context = {"form": form, "item": found, "crumbs": trail}
    return render(request, "measures/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(READ_AND_POST)
def revision(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a measure, with a reason."""
    measure = _mine(request, pk)
    around = measure.item or measure
    form = forms.MeasureForm(request.POST or None, instance=measure, offices=offices_for(around))  # type: ignore[arg-type]
    if request.method == "POST" and form.is_valid():
        stored = Measure(pk=measure.pk)
        reason = form.cleaned_data["reason"]
        try:
            operations.revise(
                measure=stored, typed=form.typed(), reason=reason, by=actor(request.user), now=timezone.now()
            )
        except operations.MeasureError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The changes are public."))
            return redirect(measure)
    trail = crumbs((measure.title, measure.get_absolute_url()), (_("Change"), ""))
    context = {"form": form, "measure": measure, "crumbs": trail}
    return render(request, "measures/form.html", context, status=422 if form.errors else 200)


def _carry_out(
    request: HttpRequest, pk: int, name: str, form: Any, act: Callable[..., object], said: str
) -> HttpResponse:
    """One small form of the page: its errors come back in it, nothing typed is lost."""
    if not form.is_valid():
        return _page(request, pk, 422, **{name: form})
    try:
        act(**form.cleaned_data)
    except operations.MeasureError as problem:
        form.add_error(None, str(problem))
        return _page(request, pk, 409, **{name: form})
    messages.success(request, said)
    return redirect("measures:detail", pk)


@login_required
@require_POST
def status(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin, finish, stop, take up again."""
    measure, by, now = _mine(request, pk), actor(request.user), timezone.now()
    act = partial(operations.set_status, measure=measure, by=by, now=now)
    return _carry_out(request, pk, "status_form", forms.StatusForm(request.POST), act, _("The state is public."))


@login_required
@require_POST
def milestones(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a step."""
    measure, by, now = _mine(request, pk), actor(request.user), timezone.now()
    act = partial(operations.add_milestone, measure=measure, by=by, now=now)
    form = forms.MilestoneForm(request.POST, prefix="step")
    return _carry_out(request, pk, "milestone_form", form, act, _("The step is added."))


def _step(measure: Measure, step: int) -> Milestone:
    return get_object_or_404(Milestone.objects.select_related("measure"), pk=step, measure=measure)


@login_required
@require_POST
def day(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Move a step to another day."""
    milestone, by, now = _step(_mine(request, pk), step), actor(request.user), timezone.now()
    act = partial(operations.move_milestone, milestone=milestone, by=by, now=now)
    form = forms.MoveForm(request.POST, prefix="move")
    return _carry_out(request, pk, "move_form", form, act, _("The step is moved; its first day stays beside it."))


@login_required
@require_POST
def completion(request: HttpRequest, pk: int, step: int) -> HttpResponse:
    """Say that a step is reached."""
    milestone, by, now = _step(_mine(request, pk), step), actor(request.user), timezone.now()
    act = partial(operations.finish_milestone, milestone=milestone, by=by, now=now)
    form = forms.FinishForm(request.POST, prefix="finish")
    return _carry_out(request, pk, "finish_form", form, act, _("The step is reached, and everybody sees it."))


@login_required
@require_POST
def spendings(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter money."""
    measure, by, now = _mine(request, pk), actor(request.user), timezone.now()
    act = partial(operations.add_spending, measure=measure, by=by, now=now)
    form = forms.SpendingForm(request.POST, prefix="money")
    return _carry_out(request, pk, "spending_form", form, act, _("The money is entered."))


@login_required
@require_POST
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a picture."""
    measure = _mine(request, pk)
    form = forms.PhotoForm(request.POST, request.FILES, prefix="photo", steps=measure.milestones.all())

    def act(milestone: int | None, taken_on: date | None, **_rest: object) -> object:
        pictures = [form.picture] if form.picture else []
        return operations.add_photos(measure=measure, pictures=pictures, milestone=milestone, taken_on=taken_on)

    return _carry_out(request, pk, "photo_form", form, act, _("The picture is public."))


@login_required
@require_POST
def removal(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """Take a picture off."""
    measure = _mine(request, pk)
    operations.remove_photo(photo=get_object_or_404(Photo, pk=photo, measure=measure))
    messages.success(request, _("The picture is taken off."))
    return redirect(measure)
