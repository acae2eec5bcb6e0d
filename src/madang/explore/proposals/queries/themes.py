"""Themes of the current computations: groups of similar voices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count

from madang.explore.proposals.models import Proposal, Theme, ThemeMember, ThemeRun
from madang.explore.proposals.queries.listing import cards
from madang.ground.places.queries import places

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.explore.proposals.queries.listing import Card
    from madang.ground.places.models import Place

SHOWN = 60
TYPICAL = 12
ORDERS = ("size", "growing")


@dataclass(frozen=True)
class Overview:
    """The current computation of a province, its themes, and the provinces that have one."""

    run: ThemeRun | None
    runs: Sequence[ThemeRun]
    themes: Sequence[Theme]
    order: str


def overview(*, province: str, order: str) -> Overview:
    """The themes of a province (its code; else of the first that has any), largest or growing first: two queries."""
    runs = list(
        ThemeRun.objects.filter(current=True).select_related("place").defer("place__boundary").order_by("place__code")
    )
    run = next((one for one in runs if one.place.code == province), runs[0] if runs else None)
    order = order if order in ORDERS else "size"
    return Overview(run, runs, _themes(run, order) if run else [], order)


def _themes(run: ThemeRun, order: str) -> list[Theme]:
    rows = list(Theme.objects.filter(run=run).select_related("agenda_item").order_by("-size", "id")[:SHOWN])
    if order == "growing":
        rows.sort(key=lambda theme: (theme.earlier - theme.recent, -theme.recent, theme.pk))
    return rows


def theme(pk: int) -> Theme:
    """One theme. Raises Theme.DoesNotExist."""
    return Theme.objects.get(pk=pk)


@dataclass(frozen=True)
class ThemeDetail:
    """A theme, its most typical voices first, and how many of its voices come from each place (`located` in all)."""

    theme: Theme
    typical: Sequence[Card]
    places: Sequence[tuple[Place, int]]
    located: int


def detail(pk: int, *, now: datetime) -> ThemeDetail:
    """A theme's page in at most six queries. Raises Theme.DoesNotExist."""
    theme = Theme.objects.select_related("run__place", "agenda_item").defer("run__place__boundary").get(pk=pk)
    members = (
        ThemeMember.objects.filter(theme=theme, proposal__status__in=Proposal.VISIBLE)
        .select_related("proposal__author", "proposal__place__parent", "proposal__subject")
        .defer("proposal__body", "proposal__place__boundary", "proposal__place__parent__boundary")
    )
    typical = [member.proposal for member in members.order_by("rank")[:TYPICAL]]
    spread = _places(theme)
    return ThemeDetail(theme, cards(typical, now=now), spread, sum(count for _place, count in spread))


def _places(theme: Theme) -> list[tuple[Place, int]]:
    counted = (
        Proposal.objects.filter(theme_memberships__theme=theme, status__in=Proposal.VISIBLE)
        .values_list("place_id")
        .annotate(voices=Count("pk"))
        .order_by("-voices", "place_id")
    )
    counts = dict(counted)
    found = {place.pk: place for place in places().filter(pk__in=counts)}
    return [(found[pk], voices) for pk, voices in counts.items() if pk in found]
