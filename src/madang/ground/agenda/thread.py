"""The thread as a line: from the voices to diffusion, with dates, counts and where the item stands today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from madang.ground.agenda.models import AgendaItem, Stage
from madang.ground.record.models import Entry

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

ORDER = [Stage.EXPLORE, Stage.PLAN, Stage.PRACTICE, Stage.DIFFUSE]


KEYS = ["voices", "agenda", "plan", "practice", "diffuse"]
ICONS = ["voice", "flag", "office", "seed", "spread"]


@dataclass(frozen=True)
class Thread:
    """The five stations of an item (dicts for the design system's thread line) and where it stands today."""

    stations: list[dict[str, object]]
    closed: bool
    standing: str
    since: datetime
    days: int


def thread_of(item: AgendaItem, entries: Iterable[Entry], *, now: datetime) -> Thread:
    """The thread of an item, read from the item and its record (no query)."""
    entries = list(entries)
    rank = _rank(item, entries)
    dates = _dates(item, entries)
    stations = [_station(item, at, rank, dates) for at in range(len(KEYS))]
    days = max(0, (now - item.stage_since).days)
    return Thread(stations, item.stage == Stage.CLOSED, str(item.get_stage_display()), item.stage_since, days)


def _rank(item: AgendaItem, entries: list[Entry]) -> int:
    """The station at which the item stands, or stood when it was closed."""
    stage = item.stage
    if stage == Stage.CLOSED:
        # Closed by itself, or by being merged into another.
        closings = [entry for entry in entries if entry.data.get("to") == Stage.CLOSED]
        stage = closings[-1].data.get("from", Stage.EXPLORE) if closings else Stage.EXPLORE
    return ORDER.index(Stage(stage)) + 1


def _dates(item: AgendaItem, entries: list[Entry]) -> dict[str, datetime | None]:
    """When each station was last reached."""
    dates: dict[str, datetime | None] = {"voices": item.created_at, "agenda": item.created_at}
    for entry in entries:
        if entry.kind == Entry.Kind.PROMOTED and entry.data.get("first_voice_at"):
            dates["voices"] = parse_datetime(entry.data["first_voice_at"])
        if entry.kind == Entry.Kind.STAGE and entry.data.get("to") in KEYS:
            dates[entry.data["to"]] = entry.at
    # An item loaded at a later stage, without a record of how it came there, entered it when it says.
    if item.stage in KEYS:
        dates.setdefault(item.stage, item.stage_since)
    return dates


def _station(item: AgendaItem, at: int, rank: int, dates: dict[str, datetime | None]) -> dict[str, object]:
    closed = item.stage == Stage.CLOSED
    state = "waiting" if at > rank else "now" if at == rank and not closed else "done"
    return {
        "key": KEYS[at],
        "label": _LABELS[at],
        "state": state,
        "icon": ICONS[at],
        "count": _count(item, at),
        "date": dates.get(KEYS[at]) if at <= rank else None,
        "url": "",
    }


_LABELS = [_("Voices"), _("Agenda"), _("Owner and plan"), _("Practice"), _("Diffusion")]


def _count(item: AgendaItem, at: int) -> str:
    if at == 0:
        people = ngettext("%(n)s supporter", "%(n)s supporters", item.supporter_count)
        voices = ngettext("%(n)s voice", "%(n)s voices", item.voice_count) % {"n": f"{item.voice_count:,}"}
        return f"{voices} · {people % {'n': f'{item.supporter_count:,}'}}" if item.voice_count else ""
    if at == 1:
        return str(item.get_field_display())
    if at == 2:
        return item.owner.name if item.owner else ""
    return ""
