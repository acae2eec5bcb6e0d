"""Screening: which offices may be asked and which fit, what waits at a desk, which ideas say the same."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from madang.ground.footing import keyset
from madang.ground.participation.search import client, related
from madang.ground.people.queries import is_platform_admin, office_ids, officer_place_ids
from madang.ground.places.models import Office
from madang.plan.budgets.models import Budget, Project, Screening
from madang.plan.budgets.queries.budgets import loaded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

SIZE = 20
# Words that every office's mandate has tell nothing of one.
SUGGESTED, SAME = 3, 8


@dataclass(frozen=True)
class Fit:
    """An office that may be asked, and the words that its mandate shares with the project, the most telling first."""

    office: Office
    words: tuple[str, ...]
    weight: float


def offices_for(project: Project) -> list[Fit]:
    """The offices of the budget's place and of the district, those that fit best first (two queries)."""
    places = {project.budget.place_id, project.place_id}
    rows = Office.objects.filter(place__in=places, active=True).select_related("place").defer("place__boundary")
    offices = list(rows)
    mandates = [set(client.terms(f"{one.name_ko} {one.mandate} {one.business_plan}")) for one in offices]
    asked = set(client.terms(f"{project.title} {project.summary} {project.body}"[:4000]))
    weights = _weights(mandates)
    fits = [_fit(office, asked & words, weights) for office, words in zip(offices, mandates, strict=True)]
    return sorted(fits, key=lambda one: (-one.weight, one.office.place_id, one.office.pk))


def _weights(mandates: Sequence[set[str]]) -> Mapping[str, float]:
    seen = Counter(word for words in mandates for word in words)
    return {word: math.log((1 + len(mandates)) / n) for word, n in seen.items()}


def _fit(office: Office, common: set[str], weights: Mapping[str, float]) -> Fit:
    words = sorted(common, key=lambda one: (-weights[one], one))
    return Fit(office, tuple(words[:5]), sum(weights[one] for one in words))


def similar_ideas(project: Project) -> list[tuple[Project, tuple[str, ...]]]:
    """Other ideas of the same budget that say something near, with the words in common, best first."""
    text = f"{project.title}\n{project.body}"
    near = related.similar(text, kinds=[Project.KIND], limit=60, exclude=[project.subject_id])
    ids = [one.subject_id for one in near]
    rows = Project.objects.filter(pk__in=ids, budget=project.budget_id).exclude(
        status__in=(Project.Status.MERGED, Project.Status.HIDDEN, Project.Status.WITHDRAWN)
    )
    found = {one.pk: one for one in rows.defer("body")}
    return [(found[one.subject_id], one.words) for one in near if one.subject_id in found][:SAME]


@dataclass(frozen=True)
class Desk:
    """What waits for somebody: examinations of their offices, ideas that no office was asked about, budgets."""

    screenings: keyset.Page[Screening]
    unasked: Sequence[Project]
    appealed: Sequence[Screening]
    late: int
    budgets: Sequence[Budget]


def desk(user: object, *, after: str, now: datetime) -> Desk:
    """The desk of budgets (six queries)."""
    waiting = at_desk(user).filter(decided_at=None)
    page = keyset.page(_with_names(waiting), by=("due_at", "pk"), after=after, size=SIZE)
    mine = budgets_of(user)
    ideas = Project.objects.filter(budget__in=mine.values("pk"), status=Project.Status.IDEA)
    ideas = ideas.exclude(screenings__decided_at=None, screenings__isnull=False)
    appealed = Screening.objects.filter(
        project__budget__in=mine.values("pk"), appealed_at__isnull=False, answered_by=None,
        project__budget__frozen_at=None,
    )  # fmt: skip
    return Desk(
        screenings=page,
        unasked=list(ideas.select_related("budget", "place").defer("body", "place__boundary").order_by("pk")[:SIZE]),
        appealed=list(_with_names(appealed).order_by("appealed_at")[:SIZE]),
        late=waiting.filter(due_at__lt=now).count(),
        budgets=list(mine.order_by("-created_at")[:SIZE]),
    )


def at_desk(user: object) -> QuerySet[Screening]:
    """Examinations that one's office was asked for, or that one's place asked for."""
    if is_platform_admin(user):
        return Screening.objects.all()
    places = officer_place_ids(user)
    here = Q(project__budget__place__in=places) | Q(project__budget__place__parent__in=places)
    return Screening.objects.filter(Q(office__in=office_ids(user)) | here)


def budgets_of(user: object) -> QuerySet[Budget]:
    """Budgets held here that somebody sets up and whose vote has not opened."""
    rows = loaded().filter(source=Budget.Source.OWN, frozen_at=None)
    if is_platform_admin(user):
        return rows
    places = officer_place_ids(user)
    return rows.filter(Q(place__in=places) | Q(place__parent__in=places))


def _with_names(rows: QuerySet[Screening]) -> QuerySet[Screening]:
    return rows.select_related("project__budget", "office", "project__place").defer(
        "project__body", "project__place__boundary"
    )


def find(pk: int) -> Screening:
    """One examination with its project. Raises Screening.DoesNotExist."""
    rows = Screening.objects.select_related("project__budget__place", "project__place", "office", "answers")
    return rows.defer("project__budget__place__boundary", "project__place__boundary").get(pk=pk)
