"""The record of one item in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from madang.ground.agenda.models import AgendaItem, Referral, Stage
from madang.ground.record.models import Entry
from madang.ground.record.queries import entries_of

if TYPE_CHECKING:
    from collections.abc import Mapping


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
    if detail := _lineage(data) or _between(data):
        return detail
    if "from" in data and "to" in data:
        moved = f"{_stage(data['from'])} → {_stage(data['to'])}"
        return _("%(moved)s, though a rule was not met") % {"moved": moved} if data.get("forced") else moved
    if "voices" in data:
        return _("%(voices)s voices") % {"voices": f"{data['voices']:,}"}
    return _words(data)


def _words(data: Mapping[str, Any]) -> str:
    """What was written, linked or scored."""
    if data.get("revised"):
        return _("Title or summary revised. Before: %(title)s") % {"title": data.get("title_before", "")}
    if data.get("inspired_by"):
        return _("Inspired by: %(titles)s") % {"titles": ", ".join(title for _id, title in data["inspired_by"])}
    if "values" in data:
        return _("%(n)s criteria scored") % {"n": len(data["values"])}
    return ""


def _lineage(data: Mapping[str, Any]) -> str:
    """What a merger or a division did, with the title of the other item."""
    for key, words in (
        ("into", _("into “%(title)s”")),
        ("other", _("with “%(title)s”")),
        ("part", _("“%(title)s” became an item of its own")),
        ("divided_from", _("divided from “%(title)s”")),
    ):
        if key in data:
            return words % {"title": data[key][1]}
    return ""


def _between(data: Mapping[str, Any]) -> str:
    """What passed between places or offices."""
    if "partner" in data:
        return str(data["partner"])
    if "office" in data:
        return str(data["office"])
    if "target" in data:
        outcome = Referral.Status(data["step"]).label if data["step"] in Referral.Status.values else ""
        way = f"{data['origin']} → {data['target']}"
        return f"{way}: {outcome}" if outcome else way
    return ""


def _stage(value: str) -> str:
    return str(Stage(value).label) if value in Stage.values else value
