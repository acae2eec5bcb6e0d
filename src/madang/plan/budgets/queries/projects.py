"""Projects of a budget: the list with its filters, one project's page, some side by side."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Coalesce, JSONObject
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import Field
from madang.ground.footing import keyset
from madang.ground.participation.models import Follow
from madang.ground.people.permissions import can, scope
from madang.ground.places.models import Place
from madang.plan.budgets.models import (
    Budget,
    CoFunding,
    ConflictMember,
    CostLine,
    Pot,
    Project,
    ProjectImage,
    ProjectSource,
    Screening,
)
from madang.plan.budgets.queries.budgets import UNCOUNTED, loaded

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from django.db.models import QuerySet


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
class Named:
    """A few words of another row: a part of the cost, who pays beside it, a rival, somebody's merged idea."""

    title: str = ""
    amount: int = 0
    number: int = 0
    author: str = ""


@dataclass(frozen=True)
class Detail:
    """A project's page."""

    budget: Budget
    project: Project
    cost_lines: Sequence[Named]
    co_fundings: Sequence[Named]
    images: Sequence[ProjectImage]
    sources: Sequence[ProjectSource]
    screenings: Sequence[Screening]
    rivals: Sequence[Named]
    merged: Sequence[Named]
    followed: bool
    may: Mapping[str, bool] = field(default_factory=dict)

    @property
    def cost_rows(self) -> list[dict[str, object]]:
        """The parts of the cost as the picture of blocks takes them."""
        return [{"label": one.title, "amount": one.amount} for one in self.cost_lines]

    @property
    def latest(self) -> Screening | None:
        """The verdict that stands: of the last examination that was decided."""
        return next((one for one in reversed(self.screenings) if one.decided_at), None)

    @property
    def may_appeal(self) -> bool:
        """Whether its author may ask for another examination now (a place's time for it is asked when they do)."""
        latest = self.latest
        return bool(
            self.may.get("author")
            and latest
            and latest.verdict != "feasible"
            and not self.budget.frozen_at
            and not self.waiting
            and not any(one.appealed_at for one in self.screenings)
        )

    @property
    def waiting(self) -> Screening | None:
        return next((one for one in self.screenings if not one.decided_at), None)


def find(budget: int, number: int, **columns: Any) -> Project:
    """A project with all that hangs on it by one key. Raises Project.DoesNotExist."""
    rows = Project.objects.select_related(
        "budget__place__parent", "pot", "place__parent", "author", "item", "merged_into__budget", "needs", "subject",
        "measure",
    )  # fmt: skip
    hidden = ("budget__place__boundary", "budget__place__parent__boundary", "place__boundary", "merged_into__body")
    return (
        rows.defer(*hidden, "place__parent__boundary", "needs__body")
        .annotate(**columns)
        .get(budget=budget, number=number)
    )


def _whole(viewer: object) -> dict[str, Any]:
    """What hangs on a project in short rows, as columns of its own query; of longer ones whether there are any."""
    own, user = OuterRef("pk"), getattr(viewer, "pk", None)
    return {
        "of_cost": _short(CostLine.objects.filter(project=own).order_by("pk"), title="label", amount="amount"),
        "of_others": _short(CoFunding.objects.filter(project=own).order_by("pk"), title="name", amount="amount"),
        "of_rivals": _short(_rivals(own).order_by("number"), number="number", title="title"),
        "of_merged": _short(
            Project.objects.filter(merged_into=own).order_by("number"), number="number", title="title",
            author=Coalesce("author__display_name", Value("")),
        ),
        "has_images": Exists(ProjectImage.objects.filter(project=own)),
        "has_sources": Exists(ProjectSource.objects.filter(Q(project=own) | Q(project__merged_into=own))),
        "has_screenings": Exists(Screening.objects.filter(project=own)),
        "viewer_follows": Exists(Follow.objects.filter(subject=own, user=user)) if user else Value(value=False),
    }  # fmt: skip


def _short(rows: QuerySet[Any], **columns: Any) -> ArraySubquery:
    return ArraySubquery(rows.values(packed=JSONObject(**columns))[:50])


def detail(budget: int, number: int, *, viewer: object) -> Detail:
    """One project in at most four queries. Raises Project.DoesNotExist, also for whoever may not read it."""
    project = find(budget, number, **_whole(viewer))
    if not can(viewer, "budgets.read_project", project):
        raise Project.DoesNotExist
    has = vars(project)
    named = {
        name: [Named(**one) for one in has[column]]
        for name, column in (
            ("cost_lines", "of_cost"),
            ("co_fundings", "of_others"),
            ("rivals", "of_rivals"),
            ("merged", "of_merged"),
        )
    }
    return Detail(
        budget=project.budget,
        project=project,
        images=list(project.images.all()) if has["has_images"] else [],
        sources=_sources(Q(project=project) | Q(project__merged_into=project)) if has["has_sources"] else [],
        screenings=list(project.screenings.select_related("office")) if has["has_screenings"] else [],
        followed=has["viewer_follows"],
        may=_may(viewer, project),
        **named,
    )


def _may(viewer: object, project: Project) -> dict[str, bool]:
    user = getattr(viewer, "pk", None)
    before_vote = project.budget.frozen_at is None
    open_now = project.status in {Project.Status.IDEA, Project.Status.FEASIBLE}
    return {
        "direct": can(viewer, "budgets.direct_project", project) and before_vote,
        "edit": can(viewer, "budgets.edit_project", project) and before_vote and project.status not in UNCOUNTED,
        "author": user is not None and project.author_id == user,
        "suggest": user is not None and project.author_id not in {None, user} and before_vote and open_now,
    }


def _sources(voices: Q) -> list[ProjectSource]:
    rows = ProjectSource.objects.filter(voices).select_related("proposal__author", "proposal__place", "project")
    return list(rows.defer("proposal__body", "proposal__place__boundary", "project__body").order_by("pk")[:50])


def _rivals(project: Any) -> QuerySet[Project]:
    together = ConflictMember.objects.filter(conflict__members__project=project).exclude(project=project)
    return Project.objects.filter(pk__in=together.values("project")).exclude(status__in=UNCOUNTED)


def rivals(project: Project) -> list[Project]:
    """Those of which at most one can win together with this one (one query)."""
    return list(_rivals(project.pk).defer("body").order_by("number"))


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
