"""Agenda items: lists, one item with its links, its criteria and scores, and its record."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import mean, median
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from madang.ground.agenda.models import AgendaItem, Criterion, Score, Stage
from madang.ground.footing.keyset import Page, page
from madang.ground.record.models import Entry
from madang.ground.record.queries import entries_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from madang.ground.people.models import User
    from madang.ground.places.models import Place


def items_page(
    *, stage: str = "", place: Place | None = None, field: str = "", after: str = "", size: int = 20
) -> Page[AgendaItem]:
    """Agenda items, newest first; a province stands for its municipalities too."""
    rows = AgendaItem.objects.select_related("place", "owner").defer("place__boundary")
    if stage:
        rows = rows.filter(stage=stage)
    if field:
        rows = rows.filter(field=field)
    if place is not None:
        rows = rows.filter(Q(place=place) | Q(place__parent=place))
    return page(rows, by=("-created_at", "-id"), after=after, size=size)


def item(pk: int) -> AgendaItem:
    """One item with place and owner loaded. Raises AgendaItem.DoesNotExist."""
    return AgendaItem.objects.select_related("place__parent", "owner__place").get(pk=pk)


def links_of(of: AgendaItem) -> dict[str, list[AgendaItem]]:
    """The items that inspired this one (`inspired_by`) and those it inspired (`inspired`); one query."""
    rows = AgendaItem.inspired_by.through.objects.filter(Q(from_agendaitem=of) | Q(to_agendaitem=of)).select_related(
        "from_agendaitem__place", "to_agendaitem__place"
    )
    pairs = [(row.from_agendaitem, row.to_agendaitem) for row in rows.order_by("pk")[:40]]
    return {
        "inspired_by": [source for learner, source in pairs if learner.pk == of.pk],
        "inspired": [learner for learner, source in pairs if source.pk == of.pk],
    }


def linkable(of: AgendaItem) -> list[AgendaItem]:
    """Items that may have inspired this one: the 200 newest others."""
    return list(AgendaItem.objects.exclude(pk=of.pk).only("id", "title").order_by("-created_at", "-id")[:200])


def latest_entry_before_closing(of: AgendaItem) -> str:
    """The stage at which a closed item stood, by its record; explore where the record does not say."""
    entry = Entry.objects.filter(subject=of.subject, kind=Entry.Kind.CLOSED).order_by("-at", "-id").first()
    return str(entry.data.get("from", Stage.EXPLORE)) if entry else str(Stage.EXPLORE)


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


@dataclass(frozen=True)
class RecordLine:
    """One entry as the list shows it: heading, what changed, and the reason in the writer's words."""

    entry: Entry
    heading: str
    detail: str


def record_of(of: AgendaItem) -> list[RecordLine]:
    """Every entry of the item's record, oldest first (one query)."""
    return [RecordLine(entry, entry.get_kind_display(), _detail(entry)) for entry in entries_of(of.subject)]


def _detail(entry: Entry) -> str:
    data = entry.data
    if "from" in data and "to" in data:
        return f"{_stage(data['from'])} → {_stage(data['to'])}"
    if "voices" in data:
        return _("%(voices)s voices") % {"voices": f"{data['voices']:,}"}
    if data.get("revised"):
        return _("Title or summary revised. Before: %(title)s") % {"title": data.get("title_before", "")}
    if data.get("inspired_by"):
        return _("Inspired by: %(titles)s") % {"titles": ", ".join(title for _id, title in data["inspired_by"])}
    if "values" in data:
        return _("%(n)s criteria scored") % {"n": len(data["values"])}
    return ""


def _stage(value: str) -> str:
    return str(Stage(value).label) if value in Stage.values else value
