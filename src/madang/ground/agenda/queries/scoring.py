"""Criteria in force at a place, and how an item was scored."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import mean, median
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from madang.ground.agenda.models import AgendaItem, Criterion, Score

if TYPE_CHECKING:
    from collections.abc import Mapping

    from madang.ground.people.models import User
    from madang.ground.places.models import Place


def criteria_of(place: Place) -> list[Criterion]:
    """The criteria in force at a place: its own by key, else those of the place above, else the common ones."""
    chain = [None, place.parent_id, place.pk] if place.parent_id else [None, place.pk]
    rows = Criterion.objects.filter(Q(place=None) | Q(place_id__in=[one for one in chain if one])).select_related(
        "place"
    )
    found: dict[str, Criterion] = {}
    for criterion in sorted(rows, key=lambda row: chain.index(row.place_id)):
        found[criterion.key] = criterion
    return sorted((one for one in found.values() if one.active), key=lambda row: (row.order, row.pk))


@dataclass(frozen=True)
class Spread:
    """One criterion's scores.

    disagreement: mean distance from the median over its maximum of 2, so that 0 is one voice and 1 is half 1s, half
    5s; None with fewer than two raters.
    """

    criterion: Criterion
    n: int
    mean: float | None
    median: float | None
    disagreement: float | None
    values: tuple[int, ...]
    notes: tuple[Score, ...]

    @property
    def verdict(self) -> str:
        """The disagreement in a word."""
        if self.disagreement is None:
            return ""
        words = (_("close together"), _("some difference"), _("far apart"))
        return words[(self.disagreement >= 0.25) + (self.disagreement >= 0.5)]


@dataclass(frozen=True)
class Scores:
    """All spreads of an item, the mean weighted by the place's weights, and how many people scored."""

    spreads: tuple[Spread, ...]
    weighted: float | None
    raters: int


def scores_of(of: AgendaItem) -> Scores:
    """How an item was scored, by the criteria in force at its place (two queries)."""
    return _scores(of, criteria_of(of.place))


def scores_given(of: AgendaItem) -> Scores:
    """The same for the thread page, only those criteria that somebody has scored (one query)."""
    return _scores(of, None)


def _scores(of: AgendaItem, criteria: list[Criterion] | None) -> Scores:
    given: dict[str, list[Score]] = defaultdict(list)
    rows = list(Score.objects.filter(item=of).select_related("criterion", "rater").order_by("value", "id"))
    for row in rows:
        given[row.criterion.key].append(row)
    if criteria is None:
        scored = {row.criterion.key: row.criterion for row in rows}
        criteria = sorted(scored.values(), key=lambda one: (one.order, one.pk))
    spreads = tuple(_spread(one, given[one.key]) for one in criteria)
    rated = [(float(one.criterion.weight), one.mean) for one in spreads if one.mean is not None]
    total = sum(weight for weight, _mean in rated)
    weighted = sum(weight * value for weight, value in rated) / total if rated else None
    return Scores(spreads, weighted, len({row.rater_id for row in rows}))


def _spread(criterion: Criterion, rows: list[Score]) -> Spread:
    values = [row.value for row in rows]
    notes = tuple(row for row in rows if row.note)
    if not values:
        return Spread(criterion, 0, None, None, None, (), notes)
    middle = median(values)
    apart = mean(abs(value - middle) for value in values) / 2 if len(values) > 1 else None
    return Spread(criterion, len(values), mean(values), middle, apart, tuple(values), notes)


def own_scores(of: AgendaItem, user: User) -> Mapping[str, Score]:
    """What this person gave, by criterion key."""
    return {row.criterion.key: row for row in of.scores.filter(rater=user).select_related("criterion")}
