"""Proposals that may become ideas of a budget, and budgets for which a proposal may be put forward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from madang.explore.proposals.models import Proposal, Theme
from madang.explore.proposals.queries import finding
from madang.ground.people.permissions import can
from madang.plan.budgets.models import Budget, Phase, Project, ProjectSource
from madang.plan.budgets.queries.budgets import loaded

if TYPE_CHECKING:
    from collections.abc import Sequence

SIZE = 30


def proposals_for(budget: Budget, *, words: str = "", theme: Theme | None = None) -> list[Proposal]:
    """Public proposals of the budget's place and below that are not among its ideas (two to six queries)."""
    here = Q(place=budget.place_id) | Q(place__parent=budget.place_id)
    taken = Exists(ProjectSource.objects.filter(project__budget=budget, proposal=OuterRef("pk")))
    rows = Proposal.objects.filter(here & ~taken, status__in=Proposal.VISIBLE).select_related("place", "author")
    if theme:
        rows = rows.filter(theme_memberships__theme=theme)
    if words:
        rows = rows.filter(pk__in=finding.matching(words, place_ids=None).ids)
    return list(rows.defer("body", "place__boundary").order_by("-support_count", "-pk")[:SIZE])


def themes_for(budget: Budget) -> list[Theme]:
    """The themes of the province in which the budget lies, the largest first (one query)."""
    top = budget.place.parent_id or budget.place_id
    return list(Theme.objects.filter(run__current=True, run__place=top).order_by("-size")[:40])


@dataclass(frozen=True)
class Around:
    """Budgets around a proposal: those that have it among their ideas (with the project's number and status), and those
    for which the viewer can put it forward.
    """

    taken: Sequence[Budget]
    open: Sequence[Budget]


def around(proposal: Proposal, viewer: object) -> Around:
    """Budgets that a proposal's page names (one query)."""
    now, place = timezone.now(), proposal.place
    sources = ProjectSource.objects.filter(project__budget=OuterRef("pk"), proposal=proposal).exclude(
        project__status__in=("hidden", "withdrawn")
    )
    gathers = Phase.objects.filter(budget=OuterRef("pk"), kind="ideas", starts_at__lte=now, ends_at__gt=now)
    rows = loaded().annotate(
        project_number=Subquery(sources.values("project__number")[:1]),
        project_status=Subquery(sources.values("project__status")[:1]),
        gathers=Exists(gathers),
    )
    here = Q(place__in=[one for one in (place.pk, place.parent_id) if one], source=Budget.Source.OWN, frozen_at=None)
    found = list(rows.filter(here | Q(project_number__isnull=False)).order_by("-created_at")[:20])
    taken = [one for one in found if vars(one)["project_number"] is not None]
    return Around(
        [one for one in taken if one.status == Budget.Status.PUBLIC],
        [one for one in found if one not in taken and _may_put(proposal, one, viewer)],
    )


def _may_put(proposal: Proposal, budget: Budget, viewer: object) -> bool:
    if not getattr(viewer, "is_authenticated", False) or not proposal.is_visible or budget.frozen_at:
        return False
    own = proposal.author_id == getattr(viewer, "pk", None)
    open_now = budget.status == Budget.Status.PUBLIC and vars(budget)["gathers"]
    return can(viewer, "budgets.set_up", budget) or (own and open_now)


def open_budgets(proposal: Proposal, viewer: object) -> list[Budget]:
    """Budgets for which this viewer can put the proposal forward now (one query)."""
    return list(around(proposal, viewer).open)


def extra(proposal: Proposal, viewer: object) -> dict[str, object]:
    """What the page of a proposal says of budgets (one query)."""
    found = around(proposal, viewer)
    sources = [
        {"budget": one, "number": vars(one)["project_number"], "project": Project(status=vars(one)["project_status"])}
        for one in found.taken
    ]
    return {"sources": sources, "open_budgets": found.open}
