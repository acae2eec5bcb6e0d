"""Setting a budget up: basics, pots, phases, electorate, ballot and count; publishing it; keeping templates."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from madang.ground.participation.operations import add_subject
from madang.ground.people.permissions import require
from madang.ground.record.operations import record
from madang.plan.budgets import outlines
from madang.plan.budgets.models import Budget, Phase, Pot, Template
from madang.plan.budgets.operations.common import BudgetError, locked, unfrozen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Place
    from madang.plan.budgets.outlines import Outline

BASICS = ("title", "description", "year")
ELECTORATE = ("level", "least_age", "admits_workers", "admits_firms", "admits_paper", "eligible", "most_ideas")
COUNT = (
    "ballot_type", "least_choices", "most_choices", "points", "own_district_and", "rule", "utility", "completion",
    "stop", "tie", "comparison", "threshold",
)  # fmt: skip


@transaction.atomic
def create(
    *,
    place: Place,
    title: str,
    year: int,
    by: User,
    now: datetime,
    outline: Outline,
    first: date,
    description: str = "",
) -> Budget:
    """A draft that only its editors see, with the phases and choices of an outline."""
    require(by, "budgets.set_up", place)
    budget = Budget.objects.create(
        subject=add_subject(kind=Budget.KIND, place=place, now=now), place=place, title=title.strip(), year=year,
        description=description.strip(), created_by=by, created_at=now, seed=secrets.randbelow(2**31),
        **outline.choices,
    )  # fmt: skip
    _write_phases(budget, outlines.spans(outline.steps, first))
    _record(budget, "budget_begun", by, now, {"title": budget.title, "year": year})
    return budget


@transaction.atomic
def change(*, budget_id: int, fields: Mapping[str, Any], by: User, now: datetime) -> Budget:
    """Change basics, electorate or count. What is frozen stands: raises FrozenError for all but the basics."""
    only_basics = set(fields) <= {*BASICS}
    budget = locked(budget_id) if only_basics else unfrozen(budget_id)
    require(by, "budgets.set_up", budget)
    if unknown := set(fields) - {*BASICS, *ELECTORATE, *COUNT}:
        raise BudgetError(_("These cannot be changed here: %(names)s.") % {"names": ", ".join(sorted(unknown))})
    changed = {name: value for name, value in fields.items() if getattr(budget, name) != value}
    for name, value in changed.items():
        setattr(budget, name, value)
    check_count(budget)
    if changed:
        budget.save(update_fields=[*changed])
    if changed and budget.status == Budget.Status.PUBLIC:
        told = {name: value for name, value in changed.items() if name != "description"}
        _record(budget, "budget_changed", by, now, {"changed": told, "fields": sorted(changed)})
    return budget


def check_count(budget: Budget) -> None:
    """Whether ballot and count go together. Raises BudgetError with what to mend."""
    if budget.ballot_type == "cumulative" and not budget.points:
        raise BudgetError(_("Say how many points each voter shares out."))
    if budget.ballot_type == "k-approval" and not budget.most_choices:
        raise BudgetError(_("Say how many projects each voter may mark at most."))
    if budget.most_choices is not None and budget.most_choices < budget.least_choices:
        raise BudgetError(_("The most that may be chosen cannot be fewer than the least."))
    if budget.ballot_type == "choose-1" and budget.least_choices > 1:
        raise BudgetError(_("With one choice a voter cannot be asked for more than one project."))
    if budget.rule != "equal-shares" and budget.comparison:
        raise BudgetError(_("The comparison with most votes first belongs to equal shares. Leave it out."))


@dataclass(frozen=True)
class PotTyped:
    """A pot as the form gives it. pk: of one that is kept, None for a new one."""

    name: str
    amount: int
    pk: int | None = None
    place: Place | None = None
    field: str = ""
    most_cost: int | None = None


@transaction.atomic
def set_pots(*, budget_id: int, pots: Sequence[PotTyped], by: User, now: datetime) -> list[Pot]:
    """The pots as they should be; those left out go, unless projects lie in them. Raises BudgetError."""
    budget = unfrozen(budget_id)
    require(by, "budgets.set_up", budget)
    if len({one.name.strip() for one in pots}) < len(pots):
        raise BudgetError(_("Two pots have the same name. Give each its own."))
    kept = {one.pk for one in pots if one.pk}
    gone = list(budget.pots.exclude(pk__in=kept))
    if used := [one.name for one in gone if one.projects.exists()]:
        message = _("Projects lie in %(names)s. Move them to another pot before you take it away.")
        raise BudgetError(message % {"names": ", ".join(used)})
    Pot.objects.filter(pk__in=[one.pk for one in gone]).delete()
    found = [_write_pot(budget, one) for one in pots]
    if budget.status == Budget.Status.PUBLIC:
        _record(budget, "budget_changed", by, now, {"pots": {one.name: one.amount for one in found}})
    return found


def _write_pot(budget: Budget, typed: PotTyped) -> Pot:
    _check_inside(budget.place, typed.place)
    pot = budget.pots.filter(pk=typed.pk).first() if typed.pk else None
    pot = pot or Pot(budget=budget)
    pot.name, pot.amount, pot.place = typed.name.strip(), typed.amount, typed.place
    pot.field, pot.most_cost = typed.field, typed.most_cost
    try:
        with transaction.atomic():
            pot.save()
    except IntegrityError as clash:
        raise BudgetError(_("Another pot has the name %(name)s already.") % {"name": pot.name}) from clash
    return pot


def _check_inside(place: Place, district: Place | None) -> None:
    if district is not None and place.pk not in {district.pk, district.parent_id}:
        raise BudgetError(_("%(name)s does not lie in the place of this budget.") % {"name": district.name})


@transaction.atomic
def set_phases(
    *, budget_id: int, phases: Sequence[tuple[str, datetime, datetime]], by: User, now: datetime
) -> list[Phase]:
    """The phases with their dates: in order, without overlap, with a vote among them. Raises BudgetError.

    After the freeze the vote's beginning stands; its end and what comes after may still be moved later.
    """
    budget = locked(budget_id)
    require(by, "budgets.set_up", budget)
    ordered = sorted(phases, key=lambda one: one[1])
    if not outlines.in_order([kind for kind, *_rest in ordered]):
        raise BudgetError(_("The phases come in their order: ideas, screening, co-design, vote, result, execution."))
    if "vote" not in {kind for kind, *_rest in ordered}:
        raise BudgetError(_("A budget needs a vote. Give it a first and a last day."))
    for (_kind, _begin, end), (_next, begin, _end) in pairwise(ordered):
        if begin < end:
            raise BudgetError(_("Two phases overlap. Let each begin after the one before it has ended."))
    if any(end <= begin for _kind, begin, end in ordered):
        raise BudgetError(_("A phase ends before it begins. Give it at least one day."))
    _keep_the_vote(budget, ordered, now)
    found = _write_phases(budget, ordered)
    if budget.status == Budget.Status.PUBLIC:
        dates = {kind: [begin.isoformat(), end.isoformat()] for kind, begin, end in ordered}
        _record(budget, "budget_changed", by, now, {"phases": dates})
    return found


def _keep_the_vote(budget: Budget, phases: Sequence[tuple[str, datetime, datetime]], now: datetime) -> None:
    before = budget.phases.filter(kind="vote").first()
    if budget.frozen_at is None or before is None:
        return
    begin, end = next((begin, end) for kind, begin, end in phases if kind == "vote")
    if begin != before.starts_at or end < before.ends_at or (before.ends_at <= now and end != before.ends_at):
        raise BudgetError(_("Voting has opened: its first day stands, and its last may only be moved later."))


def _write_phases(budget: Budget, spans: Sequence[tuple[str, datetime, datetime]]) -> list[Phase]:
    budget.phases.all().delete()
    rows = [Phase(budget=budget, kind=kind, starts_at=begin, ends_at=end) for kind, begin, end in spans]
    return Phase.objects.bulk_create(rows)


@transaction.atomic
def publish(*, budget_id: int, by: User, now: datetime) -> Budget:
    """Show a draft to everybody. Raises BudgetError while something that everybody would miss is missing."""
    from madang.plan.budgets.queries.checklist import missing_for

    budget = locked(budget_id)
    require(by, "budgets.set_up", budget)
    if budget.status == Budget.Status.PUBLIC:
        return budget
    if missing := missing_for("publication", budget, now):
        raise BudgetError(_("Still missing: %(list)s") % {"list": ", ".join(str(one.label) for one in missing)})
    budget.status = Budget.Status.PUBLIC
    budget.save(update_fields=["status"])
    _record(budget, "budget_public", by, now, {"title": budget.title})
    return budget


@transaction.atomic
def hide(*, budget_id: int, reason: str, by: User, now: datetime) -> Budget:
    """Take a budget out of sight, with a reason on the record. One whose vote has opened stays in sight."""
    budget = unfrozen(budget_id)
    require(by, "budgets.set_up", budget)
    if not reason.strip():
        raise BudgetError(_("Give the reason: it stands on the public record."))
    budget.status = Budget.Status.HIDDEN
    budget.save(update_fields=["status"])
    _record(budget, "hidden", by, now, {}, reason.strip())
    return budget


@transaction.atomic
def keep_template(*, budget_id: int, name: str, by: User, now: datetime) -> Template:
    """Keep a budget's phases and choices as a template of its place; one of the same name is replaced."""
    del now
    budget = locked(budget_id)
    require(by, "budgets.set_up", budget)
    if not name.strip():
        raise BudgetError(_("Give the template a name."))
    spans = [(one.kind, one.starts_at, one.ends_at) for one in budget.phases.all()]
    values = {one: getattr(budget, one) for one in outlines.CHOICES}
    template, _made = Template.objects.update_or_create(
        place=budget.place, name=name.strip()[:80],
        defaults={"phases": outlines.steps_of(spans), "choices": values},
    )  # fmt: skip
    return template


@transaction.atomic
def change_template(*, template: Template, name: str, steps: Sequence[outlines.Step], by: User) -> Template:
    """Rename a template and set the lengths of its phases. Raises BudgetError."""
    require(by, "budgets.set_up", template.place)
    if not outlines.in_order([one.kind for one in steps]) or "vote" not in {one.kind for one in steps}:
        raise BudgetError(_("A budget needs a vote. Give it a first and a last day."))
    template.name = name.strip()[:80]
    template.phases = [{"kind": one.kind, "days": one.days, "gap": one.gap} for one in steps]
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as clash:
        raise BudgetError(_("Another template has this name already.")) from clash
    return template


@transaction.atomic
def remove_template(*, template: Template, by: User) -> None:
    """Forget a template; budgets that began from it stay as they are."""
    require(by, "budgets.set_up", template.place)
    template.delete()


def _record(
    budget: Budget, kind: str, by: User | None, now: datetime, data: dict[str, object], reason: str = ""
) -> None:
    record(kind=kind, subject=budget.record_key, place=budget.place, by=by, now=now, reason=reason, data=data)
