"""Budgets: the list, and one with its phases, pots and numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import ngettext

from madang.ground.footing import keyset
from madang.ground.footing.money import headline, said
from madang.ground.participation.models import Follow
from madang.ground.people.permissions import can, scope
from madang.ground.places.models import Place
from madang.plan.budgets import timeline
from madang.plan.budgets.models import Budget, Phase, Pot, Project
from madang.plan.budgets.models.budgets import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from madang.plan.budgets.timeline import Timeline

SIZE = 20
# Phases in which everybody may bring something in.
OPEN_TO_ALL = (Kind.IDEAS, Kind.CODESIGN, Kind.VOTE)
# Left out of the numbers that everybody sees.
UNCOUNTED = (Project.Status.HIDDEN, Project.Status.WITHDRAWN, Project.Status.MERGED)


def loaded() -> QuerySet[Budget]:
    """Budgets with their place, without the outlines that no page of theirs draws."""
    rows = Budget.objects.select_related("place__parent", "subject")
    return rows.defer("place__boundary", "place__parent__boundary")


def find(pk: int) -> Budget:
    """One budget with its place. Raises Budget.DoesNotExist."""
    return loaded().get(pk=pk)


@dataclass(frozen=True)
class Line:
    """A budget in a list: its phases read at this moment, the sum of its pots and how many projects it has."""

    budget: Budget
    timeline: Timeline
    amount: int
    projects: int


@dataclass(frozen=True)
class Listing:
    """A page of the list. place: the one asked for, None for everywhere; drafts: those that only their editors see."""

    lines: Sequence[Line]
    place: Place | None
    places: Sequence[Place]
    following: str = ""
    previous: str = ""


def browse(asked: Mapping[str, str], *, viewer: object, now: datetime, size: int = SIZE) -> Listing:
    """The budgets that a viewer may see, the latest first (four queries)."""
    places = _places_with_budgets(viewer)
    place = next((one for one in places if one.code == asked.get("place")), None)
    rows = scope(viewer, "budgets.see", loaded())
    if place:
        rows = rows.filter(Q(place=place) | Q(place__parent=place))
    rows = rows.prefetch_related("phases").annotate(amount=_sum_of_pots(), counted=_count_of_projects())
    page = keyset.page(rows, by=("-created_at", "-pk"), after=asked.get("after", ""), size=size)
    lines = [_line(one, now) for one in page.rows]
    return Listing(lines, place, places, page.next, page.previous)


def open_now(*, now: datetime) -> QuerySet[Phase]:
    """The phases of public budgets in which residents can do something today, the first to end first."""
    rows = Phase.objects.filter(kind__in=OPEN_TO_ALL, starts_at__lte=now, ends_at__gt=now)
    return rows.filter(budget__status=Budget.Status.PUBLIC).order_by("ends_at", "pk")


def _line(budget: Budget, now: datetime) -> Line:
    has = vars(budget)
    return Line(budget, timeline.read(budget.phases.all(), now), has["amount"], has["counted"])


def _places_with_budgets(viewer: object) -> list[Place]:
    seen = scope(viewer, "budgets.see", Budget.objects.all()).order_by().values("place")
    rows = Place.objects.filter(Q(pk__in=seen) | Q(children__in=seen)).distinct()
    return list(rows.defer("boundary").order_by("code"))


def _sum_of_pots() -> Coalesce:
    pots = Pot.objects.filter(budget=OuterRef("pk")).order_by().values("budget")
    return Coalesce(Subquery(pots.annotate(whole=Sum("amount")).values("whole")), Value(0))


def _count_of_projects() -> Coalesce:
    rows = Project.objects.filter(budget=OuterRef("pk")).exclude(status__in=UNCOUNTED).order_by().values("budget")
    return Coalesce(Subquery(rows.annotate(n=Count("pk")).values("n")), Value(0))


@dataclass(frozen=True)
class PotLine:
    """A pot with what was asked of it: how many projects, and their costs together."""

    pot: Pot
    projects: int
    asked: int

    @property
    def note(self) -> str:
        """How many projects ask for how much of it."""
        if not self.projects:
            return ""
        asked = said(self.asked, self.pot.budget.currency)
        return ngettext("%(n)s project asks for %(money)s", "%(n)s projects ask for %(money)s", self.projects) % {
            "n": self.projects,
            "money": asked,
        }


@dataclass(frozen=True)
class Detail:
    """A budget's page: phases, pots, numbers, and what this viewer may do now."""

    budget: Budget
    timeline: Timeline
    pots: Sequence[PotLine]
    statuses: Mapping[str, int]
    followed: bool
    may: Mapping[str, bool] = field(default_factory=dict)

    @property
    def amount(self) -> int:
        return sum(one.pot.amount for one in self.pots)

    @property
    def money_said(self) -> str:
        return headline(self.amount, self.budget.currency)

    @property
    def pot_rows(self) -> list[dict[str, object]]:
        """The pots as the picture of blocks takes them."""
        page = reverse("budgets:projects", args=[self.budget.pk])
        return [
            {"label": one.pot.name, "amount": one.pot.amount, "url": f"{page}?pot={one.pot.pk}", "note": one.note}
            for one in self.pots
        ]

    @property
    def projects(self) -> int:
        return sum(n for status, n in self.statuses.items() if status not in UNCOUNTED)

    @property
    def decided(self) -> bool:
        """Whether projects have won or lost: a result is public."""
        return bool(self.statuses.get("won") or self.statuses.get("lost"))

    @property
    def on_ballot(self) -> int:
        return sum(self.statuses.get(status, 0) for status in Project.ON_BALLOT)


def detail(pk: int, *, viewer: object, now: datetime) -> Detail:
    """One budget in at most four queries. Raises Budget.DoesNotExist, also for whoever may not see it."""
    user = getattr(viewer, "pk", None)
    mine = Exists(Follow.objects.filter(subject=OuterRef("pk"), user=user)) if user else Value(value=False)
    rows = loaded().annotate(viewer_follows=mine).prefetch_related(Prefetch("phases", Phase.objects.all()))
    budget = rows.get(pk=pk)
    if not can(viewer, "budgets.see", budget):
        raise Budget.DoesNotExist
    line = timeline.read(budget.phases.all(), now)
    return Detail(
        budget=budget,
        timeline=line,
        pots=pot_lines(budget),
        statuses=statuses_of(budget),
        followed=vars(budget)["viewer_follows"],
        may={
            "set_up": can(viewer, "budgets.set_up", budget),
            "gather": can(viewer, "budgets.set_up", budget) and budget.frozen_at is None,
            "propose": budget.status == Budget.Status.PUBLIC and line.kind == "ideas",
        },
    )


def pot_lines(budget: Budget) -> list[PotLine]:
    """The pots with what is asked of each (one query)."""
    counted = ~Q(projects__status__in=UNCOUNTED)
    rows = budget.pots.select_related("place").defer("place__boundary")
    rows = rows.annotate(
        asked_projects=Count("projects", filter=counted), asked_money=Sum("projects__cost", filter=counted)
    )
    for one in rows:
        one.budget = budget
    return [PotLine(one, vars(one)["asked_projects"], vars(one)["asked_money"] or 0) for one in rows]


def statuses_of(budget: Budget) -> dict[str, int]:
    """How many projects have each status (one query)."""
    rows = budget.projects.order_by().values("status").annotate(n=Count("pk"))
    return {row["status"]: row["n"] for row in rows}
