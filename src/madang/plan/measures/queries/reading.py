"""The list, one measure's page, and the part on the thread page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count, OuterRef, Q, Subquery, Sum

from madang.explore.proposals.queries.listing import Choices, choices
from madang.ground.footing.keyset import Page, page
from madang.ground.people.permissions import can
from madang.plan.measures.models import Measure, Milestone, Photo, Spending

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet

    from madang.ground.agenda.models import AgendaItem
    from madang.ground.places.models import Place

SIZE = 20
ON_PANEL = 5


@dataclass(frozen=True)
class Listing:
    """What the list's page needs."""

    page: Page[Measure]
    offered: Choices
    place: Place | None = None
    status: str = ""

    @property
    def narrowed(self) -> bool:
        return bool(self.place or self.status)


@dataclass(frozen=True)
class Money:
    """Plan, contracts and payments in won; shares of the plan in percent, at most 100."""

    planned: int
    contracted: int
    paid: int

    @property
    def paid_share(self) -> int:
        return _share(self.paid, self.planned)

    @property
    def contracted_share(self) -> int:
        return _share(self.contracted, self.planned)


@dataclass(frozen=True)
class Detail:
    """A measure as its page shows it."""

    measure: Measure
    money: Money
    spendings: list[Spending]
    milestones: list[Milestone]
    photos: list[Photo]
    may: bool
    came_from: object = field(default=None, repr=False)

    @property
    def reached(self) -> int:
        return sum(step.done_on is not None for step in self.milestones)


def _share(part: int, whole: int) -> int:
    return min(100, round(100 * part / whole)) if whole > 0 else 0


def listed() -> QuerySet[Measure]:
    """Measures as lists show them, with how many steps there are and how many are reached."""
    steps = Count("milestones", distinct=True)
    done = Count("milestones", filter=Q(milestones__done_on__isnull=False), distinct=True)
    rows = Measure.objects.select_related("place__parent", "office", "item").annotate(steps=steps, steps_done=done)
    return rows.defer("place__boundary", "place__parent__boundary", "body")


def browse(data: Mapping[str, str]) -> Listing:
    """Answer GET parameters (two queries): place, status, cursor."""
    offered = choices()
    place = next((one for one in offered.places if one.code == data.get("place")), None)
    status = data.get("status", "") if data.get("status") in Measure.Status.values else ""
    rows = listed()
    if place:
        rows = rows.filter(place__in=offered.inside(place) or [])
    if status:
        rows = rows.filter(status=status)
    found = page(rows, by=("-created_at", "-subject_id"), after=data.get("cursor", "")[:1500], size=SIZE)
    return Listing(found, offered, place, status)


def detail(pk: int, *, viewer: object, today: date) -> Detail:
    """One measure (four queries). Raises Measure.DoesNotExist."""
    around = ("subject", "place__parent", "office", "item", "project__budget")
    rows = Measure.objects.select_related(*around).defer("place__boundary", "place__parent__boundary")
    measure = rows.annotate(contracted=_sum("contracted"), paid=_sum("paid")).get(pk=pk)
    # What is said on it asks for its place again: it is the same one.
    measure.subject.place = measure.place
    milestones = list(measure.milestones.all())
    for step in milestones:
        step.late = step.done_on is None and step.due_on < today  # type: ignore[attr-defined]
    money = Money(measure.budget, measure.contracted or 0, measure.paid or 0)
    return Detail(
        measure, money, list(measure.spendings.order_by("-spent_on", "-id")[:200]), milestones,
        list(measure.photos.all()), can(viewer, "plan_measures.carry_out", measure),
        getattr(measure, "project", None),
    )  # fmt: skip


def _sum(kind: str) -> Subquery:
    rows = Spending.objects.filter(measure=OuterRef("pk"), kind=kind).order_by().values("measure")
    return Subquery(rows.annotate(sum=Sum("amount")).values("sum"))


def panel(item: AgendaItem, viewer: object) -> dict[str, object]:
    """The measures of an item on its thread page: the newest five (one query), and the way to begin one."""
    rows = list(listed().filter(item=item).order_by("-created_at", "-subject_id")[: ON_PANEL + 1])
    may = can(viewer, "plan_measures.start", item)
    if not rows and not may:
        return {}
    return {"measures": rows[:ON_PANEL], "more": len(rows) > ON_PANEL, "may_start": may}
