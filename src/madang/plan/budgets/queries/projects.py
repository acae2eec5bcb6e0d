"""Projects of a budget: the list with its filters, one project's page, some side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Value
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import Field
from madang.ground.footing import keyset
from madang.ground.participation.models import Follow
from madang.ground.people.permissions import can, scope
from madang.ground.places.models import Place
from madang.plan.budgets.models import Budget, Pot, Project
from madang.plan.budgets.queries.budgets import UNCOUNTED, loaded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet

    from madang.plan.budgets.models import CoFunding, CostLine, ProjectImage, ProjectSource, Screening

SIZE = 24
MOST_COMPARED = 4
STATUSES = {
    "idea": _("Idea, not yet examined"),
    "feasible": _("Feasible"),
    "infeasible": _("Not feasible"),
    "ballot": _("On the ballot"),
    "won": _("Won"),
    "lost": _("Not chosen"),
}


@dataclass(frozen=True)
class Filters:
    """What a reader asked for; whatever makes no sense was left out."""

    q: str = ""
    pot: Pot | None = None
    place: Place | None = None
    field: str = ""
    status: str = ""
    order: str = "number"
    cursor: str = ""

    @property
    def field_label(self) -> str:
        return str(Field(self.field).label) if self.field else ""

    @property
    def status_label(self) -> str:
        return str(STATUSES.get(self.status, ""))

    @property
    def any(self) -> bool:
        return bool(self.q or self.pot or self.place or self.field or self.status)


@dataclass(frozen=True)
class Listing:
    """A page of projects, and what the filters offer."""

    budget: Budget
    filters: Filters
    pots: Sequence[Pot]
    places: Sequence[Place]
    projects: Sequence[Project]
    following: str = ""
    previous: str = ""


ORDERS = {"number": ("number", "pk"), "cheap": ("cost", "pk"), "dear": ("-cost", "-pk")}


def filters_of(asked: Mapping[str, str], pots: Sequence[Pot], places: Sequence[Place]) -> Filters:
    """Read GET parameters; unknown values are ignored, as a shared link may be old."""
    return Filters(
        q=asked.get("q", "").replace("\x00", "").strip()[:100],
        pot=next((one for one in pots if str(one.pk) == asked.get("pot")), None),
        place=next((one for one in places if one.code == asked.get("place")), None),
        field=asked.get("field", "") if asked.get("field") in Field.values else "",
        status=asked.get("status", "") if asked.get("status") in STATUSES else "",
        order=asked.get("order", "") if asked.get("order") in ORDERS else "number",
        cursor=asked.get("after", ""),
    )


def readable(budget: Budget, viewer: object) -> QuerySet[Project]:
    """The projects of a budget that a list shows to this viewer."""
    return scope(viewer, "budgets.read_project", budget.projects.exclude(status__in=UNCOUNTED))


def browse(budget: Budget, asked: Mapping[str, str], *, viewer: object, size: int = SIZE) -> Listing:
    """The projects found, page by page (three queries, and one of the pictures)."""
    pots = list(budget.pots.select_related("place").defer("place__boundary"))
    places = _districts(budget)
    filters = filters_of(asked, pots, places)
    rows = narrowed(readable(budget, viewer), filters).select_related("place", "pot", "subject", "budget")
    rows = rows.defer("place__boundary", "body").prefetch_related("images")
    if filters.order != "number":
        rows = rows.filter(cost__isnull=False)
    page = keyset.page(rows, by=ORDERS[filters.order], after=filters.cursor, size=size)
    return Listing(budget, filters, pots, places, page.rows, page.next, page.previous)


def _districts(budget: Budget) -> list[Place]:
    inside = budget.projects.order_by().values("place")
    return list(Place.objects.filter(pk__in=inside).defer("boundary").order_by("code"))


def narrowed(rows: QuerySet[Project], filters: Filters) -> QuerySet[Project]:
    """Those that the filters let through."""
    for name in ("pot", "place", "field", "status"):
        if value := getattr(filters, name):
            rows = rows.filter(**{name: value})
    for word in filters.q.split():
        rows = rows.filter(Q(title__icontains=word) | Q(summary__icontains=word) | Q(body__icontains=word))
    return rows


@dataclass(frozen=True)
class Detail:
    """A project's page."""

    budget: Budget
    project: Project
    cost_lines: Sequence[CostLine]
    co_fundings: Sequence[CoFunding]
    images: Sequence[ProjectImage]
    sources: Sequence[ProjectSource]
    screenings: Sequence[Screening]
    rivals: Sequence[Project]
    merged: Sequence[Project]
    followed: bool
    may: Mapping[str, bool] = field(default_factory=dict)

    @property
    def cost_rows(self) -> list[dict[str, object]]:
        """The parts of the cost as the picture of blocks takes them."""
        return [{"label": one.label, "amount": one.amount} for one in self.cost_lines]

    @property
    def latest(self) -> Screening | None:
        """The verdict that stands: of the last examination that was decided."""
        return next((one for one in reversed(self.screenings) if one.decided_at), None)

    @property
    def waiting(self) -> Screening | None:
        return next((one for one in self.screenings if not one.decided_at), None)


def find(budget: int, number: int) -> Project:
    """A project with all that hangs on it by one key. Raises Project.DoesNotExist."""
    rows = Project.objects.select_related(
        "budget__place__parent", "pot", "place__parent", "author", "item", "merged_into__budget", "needs", "subject",
        "measure",
    )  # fmt: skip
    hidden = ("budget__place__boundary", "budget__place__parent__boundary", "place__boundary", "merged_into__body")
    return rows.defer(*hidden, "place__parent__boundary", "needs__body").get(budget=budget, number=number)


def detail(budget: int, number: int, *, viewer: object) -> Detail:
    """One project in at most nine queries. Raises Project.DoesNotExist, also for whoever may not read it."""
    user = getattr(viewer, "pk", None)
    project = find(budget, number)
    if not can(viewer, "budgets.read_project", project):
        raise Project.DoesNotExist
    voices = Q(project=project) | Q(project__merged_into=project)
    return Detail(
        budget=project.budget,
        project=project,
        cost_lines=list(project.cost_lines.all()),
        co_fundings=list(project.co_fundings.all()),
        images=list(project.images.all()),
        sources=_sources(voices),
        screenings=list(project.screenings.select_related("office__place", "decided_by")),
        rivals=rivals(project),
        merged=list(project.merged.select_related("author").defer("body")),
        followed=bool(user) and Follow.objects.filter(subject=project.subject_id, user=user).exists(),
        may={
            "direct": can(viewer, "budgets.direct_project", project),
            "edit": can(viewer, "budgets.edit_project", project),
            "author": user is not None and project.author_id == user,
        },
    )


def _sources(voices: Q) -> list[ProjectSource]:
    from madang.plan.budgets.models import ProjectSource

    rows = ProjectSource.objects.filter(voices).select_related("proposal__author", "proposal__place", "project")
    return list(rows.defer("proposal__body", "proposal__place__boundary", "project__body").order_by("pk")[:50])


def rivals(project: Project) -> list[Project]:
    """Those of which at most one can win together with this one (one query)."""
    shared = Q(conflict_members__conflict__members__project=project)
    rows = Project.objects.filter(shared).exclude(pk=project.pk).exclude(status__in=UNCOUNTED)
    return list(rows.defer("body").distinct().order_by("number"))


def chosen(budget: Budget, asked: Sequence[str], *, viewer: object) -> list[Project]:
    """Up to four projects by their numbers, in the order asked, each once (three queries)."""
    numbers = list(dict.fromkeys(int(one) for one in asked if one.isdecimal() and len(one) < 9))[:MOST_COMPARED]
    rows = readable(budget, viewer).filter(number__in=numbers).select_related("place", "pot", "budget", "subject")
    found = {one.number: one for one in rows.defer("place__boundary").prefetch_related("cost_lines", "images")}
    return [found[number] for number in numbers if number in found]


def marked_followed(rows: QuerySet[Project], user: object) -> QuerySet[Project]:
    """With `viewer_follows`, for lists that show it."""
    pk = getattr(user, "pk", None)
    mine = Exists(Follow.objects.filter(subject=OuterRef("pk"), user=pk)) if pk else Value(value=False)
    return rows.annotate(viewer_follows=mine)


def budget_for(pk: int, viewer: object) -> Budget:
    """A budget that this viewer may see. Raises Budget.DoesNotExist."""
    budget = loaded().get(pk=pk)
    if not can(viewer, "budgets.see", budget):
        raise Budget.DoesNotExist
    return budget
