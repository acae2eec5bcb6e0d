"""The thread as a line: from the voices to diffusion, with dates, counts and where it stands today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.ground.agenda.models import AgendaItem, Stage
from madang.ground.record.models import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

ORDER = [Stage.EXPLORE, Stage.PLAN, Stage.PRACTICE, Stage.DIFFUSE]


@dataclass(frozen=True)
class Knot:
    """One knot of the line. state: done | now | ahead | closed; days: how long until the next knot, or until today."""

    key: str
    title: str
    state: str
    at: datetime | None
    detail: str
    days: int | None


def line_of(item: AgendaItem, entries: Iterable[Entry], *, now: datetime) -> list[Knot]:
    """The five knots of an item, read from the item and its record (no query)."""
    entries = list(entries)
    standing = _standing(item, entries)
    dates = _dates(item, entries)
    reached = [dates.get(key) if rank <= standing else None for rank, key in enumerate(_KEYS)]
    return [_knot(item, rank, standing, reached, now) for rank in range(len(_KEYS))]


_KEYS = ["voices", "agenda", "plan", "practice", "diffuse"]


def _standing(item: AgendaItem, entries: list[Entry]) -> int:
    """The rank of the knot at which the item stands (or stood when it was closed)."""
    stage = item.stage
    if stage == Stage.CLOSED:
        closings = [entry for entry in entries if entry.kind == Entry.Kind.CLOSED]
        stage = closings[-1].data.get("from", Stage.EXPLORE) if closings else Stage.EXPLORE
    return ORDER.index(stage) + 1


def _dates(item: AgendaItem, entries: list[Entry]) -> dict[str, datetime | None]:
    """When each knot was last reached."""
    dates: dict[str, datetime | None] = {"voices": item.created_at, "agenda": item.created_at}
    for entry in entries:
        if entry.kind == Entry.Kind.PROMOTED and entry.data.get("first_voice_at"):
            dates["voices"] = parse_datetime(entry.data["first_voice_at"])
        if entry.kind == Entry.Kind.STAGE and entry.data.get("to") in _KEYS:
            dates[entry.data["to"]] = entry.at
    # An item loaded at a later stage, without a record of how it came there, entered it when it says.
    if item.stage in _KEYS:
        dates.setdefault(item.stage, item.stage_since)
    return dates


def _knot(item: AgendaItem, rank: int, standing: int, reached: list[datetime | None], now: datetime) -> Knot:
    at = reached[rank]
    closed = item.stage == Stage.CLOSED
    state = "done" if rank < standing else "ahead" if rank > standing else "closed" if closed else "now"
    end = item.stage_since if closed else now
    later = next((one for one in reached[rank + 1 :] if one), None) if rank < standing else end
    days = max(0, (later - at).days) if at and later else None
    return Knot(_KEYS[rank], _TITLES[rank](), state, at, _detail(item, rank), days)


_TITLES = [
    lambda: _("Voices"),
    lambda: _("Agenda"),
    lambda: _("Owner and plan"),
    lambda: _("Practice"),
    lambda: _("Diffusion"),
]


def _detail(item: AgendaItem, rank: int) -> str:
    if rank == 0:
        voices = ngettext("%(n)s voice", "%(n)s voices", item.voice_count) % {"n": f"{item.voice_count:,}"}
        people = ngettext("%(n)s supporter", "%(n)s supporters", item.supporter_count) % {"n": f"{item.supporter_count:,}"}
        return f"{voices} · {people}" if item.voice_count else _("No voices yet")
    if rank == 1:
        return str(item.get_field_display())
    if rank == 2:
        return item.owner.name if item.owner else _("No owner yet")
    return ""
