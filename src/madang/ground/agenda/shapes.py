"""How agenda items look in the API."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from pydantic import Field as About

from madang.ground.agenda.models import AgendaItem
from madang.ground.footing.rest import Shape
from madang.ground.people.shapes import Person, person
from madang.ground.places.shapes import OfficeName, PlaceName, office_name, place_name

if TYPE_CHECKING:
    from madang.ground.agenda.queries import Scores, Spread


class ItemName(Shape):
    """An agenda item, as other things name it."""

    id: int
    title: str
    stage: str = About(description="explore, plan, practice, diffuse or closed")
    url: str = About(description="Its page on this site.")


class ItemRow(ItemName):
    field: str
    place: PlaceName
    owner: OfficeName | None = None
    created_at: datetime
    updated_at: datetime
    voices: int = About(description="How many voices stand behind it.")
    supporters: int = About(description="How many different people support any of them.")


class ItemOut(ItemRow):
    summary: str
    stage_since: datetime
    inspired_by: list[ItemName]
    inspired: list[ItemName]


class Note(Shape):
    by: Person | None
    value: int
    text: str


class SpreadOut(Shape):
    """How one criterion was scored, never without its n."""

    criterion: str = About(description="Key of the criterion.")
    name: str
    n: int
    mean: float | None
    median: float | None
    disagreement: float | None = About(description="0: one voice; 1: half 1s, half 5s; null below two raters.")
    notes: list[Note]


class ScoresOut(Shape):
    raters: int
    weighted: float | None = About(description="Mean by the weights of the place.")
    criteria: list[SpreadOut]


def item_name(item: AgendaItem) -> dict[str, object]:
    return {"id": item.pk, "title": item.title, "stage": item.stage, "url": item.get_absolute_url()}


def item_row(item: AgendaItem) -> dict[str, object]:
    """An item whose place and owner are loaded."""
    return {
        **item_name(item),
        "field": item.field,
        "place": place_name(item.place),
        "owner": office_name(item.owner) if item.owner else None,
        "created_at": item.created_at,
        "updated_at": item.updated_at,
        "voices": item.voice_count,
        "supporters": item.supporter_count,
    }


def item_out(item: AgendaItem, links: dict[str, list[AgendaItem]]) -> dict[str, object]:
    named = {name: [item_name(one) for one in links.get(name, [])] for name in ("inspired_by", "inspired")}
    return {**item_row(item), "summary": item.summary, "stage_since": item.stage_since, **named}


def words_version(item: AgendaItem) -> str:
    """Changes with the words of an item, and with nothing else."""
    return hashlib.sha256(f"{item.title}\x00{item.summary}\x00{item.field}".encode()).hexdigest()[:12]


def scores_out(scores: Scores) -> dict[str, object]:
    return {
        "raters": scores.raters,
        "weighted": scores.weighted,
        "criteria": [_spread(one) for one in scores.spreads],
    }


def _spread(spread: Spread) -> dict[str, object]:
    notes = [{"by": person(one.rater), "value": one.value, "text": one.note} for one in spread.notes]
    return {
        "criterion": spread.criterion.key,
        "name": spread.criterion.name,
        "n": spread.n,
        "mean": spread.mean,
        "median": spread.median,
        "disagreement": spread.disagreement,
        "notes": notes,
    }
