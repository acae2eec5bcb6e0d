"""Outlines from which budgets start: phases with their lengths, and choices of ballot and count."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from madang.plan.budgets.models.budgets import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.plan.budgets.models import Template

# What a template may fix beside the phases.
CHOICES = (
    "level", "least_age", "admits_workers", "admits_firms", "admits_paper", "most_ideas", "ballot_type",
    "least_choices", "most_choices", "points", "own_district_and", "rule", "utility", "completion", "stop", "tie",
    "comparison", "threshold",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """A phase of so many days, so many days after the one before it."""

    kind: str
    days: int
    gap: int = 0


@dataclass(frozen=True)
class Outline:
    """Where a budget starts from. key: built-in:… or kept:<id>."""

    key: str
    name: object
    about: object
    steps: tuple[Step, ...]
    choices: dict[str, object] = field(default_factory=dict)


BUILT_IN = (
    Outline(
        "built-in:year", _("A year with co-design"),
        _("Ideas for 45 days, examination, co-design and three weeks of voting; then a year in which it is done."),
        (Step("ideas", 45), Step("screening", 45), Step("codesign", 21), Step("vote", 21), Step("result", 14, 1),
         Step("execution", 365)),
        {"ballot_type": "approval", "rule": "equal-shares", "completion": "add1u"},
    ),
    Outline(
        "built-in:short", _("Short, without co-design"),
        _("Ideas for a month, examination, and two weeks in which each marks up to five projects."),
        (Step("ideas", 30), Step("screening", 30), Step("vote", 14), Step("result", 7, 1), Step("execution", 300)),
        {"ballot_type": "k-approval", "most_choices": 5, "rule": "equal-shares", "completion": "add1u"},
    ),
    Outline(
        "built-in:village", _("For a town or village"),
        _("Three weeks of ideas and one week of voting with a basket; most votes first, as residents know it."),
        (Step("ideas", 21), Step("screening", 21), Step("codesign", 14), Step("vote", 7), Step("result", 7, 1),
         Step("execution", 240)),
        {"ballot_type": "knapsack", "rule": "greedy", "completion": "none"},
    ),
)  # fmt: skip


def of_template(template: Template) -> Outline:
    """A place's own template."""
    steps = tuple(Step(one["kind"], int(one["days"]), int(one.get("gap", 0))) for one in template.phases)
    kept = {name: value for name, value in template.choices.items() if name in CHOICES}
    return Outline(f"kept:{template.pk}", template.name, "", steps, kept)


def begin_of(day: date) -> datetime:
    """The first moment of a day where the site stands."""
    return timezone.make_aware(datetime.combine(day, time.min))


def spans(steps: Sequence[Step], first: date) -> list[tuple[str, datetime, datetime]]:
    """(kind, begin, end) of each phase from the first day on: whole days, each after the one before."""
    found, at = [], first
    for step in steps:
        begin = at + timedelta(days=step.gap)
        at = begin + timedelta(days=step.days)
        found.append((step.kind, begin_of(begin), begin_of(at)))
    return found


def steps_of(phases: Sequence[tuple[str, datetime, datetime]]) -> list[dict[str, object]]:
    """The lengths and gaps of phases that have dates, as a template keeps them."""
    steps: list[dict[str, object]] = []
    before: date | None = None
    for kind, begin, end in phases:
        first, last = timezone.localdate(begin), timezone.localdate(end)
        gap = max(0, (first - before).days) if before else 0
        steps.append({"kind": kind, "days": max(1, (last - first).days), "gap": gap})
        before = last
    return steps


def in_order(kinds: Sequence[str]) -> bool:
    """Whether phases come in their order, each once."""
    at = [list(Kind.values).index(kind) for kind in kinds]
    return at == sorted(set(at))
