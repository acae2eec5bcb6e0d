"""Proposals that may become ideas of a budget, and budgets for which a proposal may be put forward."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from madang.explore.proposals.models import Proposal, Theme
from madang.explore.proposals.queries import finding
from madang.ground.people.permissions import can
from madang.plan.budgets.models import Budget, Phase, ProjectSource
from madang.plan.budgets.queries.budgets import loaded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

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


def open_budgets(proposal: Proposal, viewer: object) -> list[Budget]:
    """Budgets for which this viewer can put the proposal forward now (one query)."""
    if not getattr(viewer, "is_authenticated", False) or not proposal.is_visible:
        return []
    now = timezone.now()
    rows = _around(proposal).filter(source=Budget.Source.OWN, frozen_at=None)
    rows = rows.exclude(projects__sources__proposal=proposal)
    gathers = Exists(Phase.objects.filter(budget=OuterRef("pk"), kind="ideas", starts_at__lte=now, ends_at__gt=now))
    own = proposal.author_id == getattr(viewer, "pk", None)
    found = list(rows.annotate(gathers=gathers)[:10])
    return [
        one
        for one in found
        if can(viewer, "budgets.set_up", one) or (own and one.status == "public" and vars(one)["gathers"])
    ]


def _around(proposal: Proposal) -> QuerySet[Budget]:
    place = proposal.place
    return loaded().filter(place__in=[place.pk, place.parent_id] if place.parent_id else [place.pk])


def ideas_of(proposal: Proposal) -> Sequence[ProjectSource]:
    """The public projects that came from a proposal (one query)."""
    rows = ProjectSource.objects.filter(proposal=proposal, project__budget__status=Budget.Status.PUBLIC)
    return list(rows.exclude(project__status__in=("hidden", "withdrawn")).select_related("project__budget"))


def extra(proposal: Proposal, viewer: object) -> dict[str, object]:
    """What the page of a proposal says of budgets (at most two queries)."""
    return {"sources": ideas_of(proposal), "open_budgets": open_budgets(proposal, viewer)}
