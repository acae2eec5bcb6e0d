"""Loading the sample's agenda items: promoted, scored, routed, answered and moved on, each at its own time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from madang.explore.proposals.operations.promotion import add_evidence, promote
from madang.ground.agenda import operations as agenda
from madang.ground.places.queries import innovation_officer
from madang.plan.routing import operations as routing
from madang.web.demo.source import Row, moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from madang.explore.proposals.models import Proposal
    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User
    from madang.ground.places.models import Office, Place

Step = tuple[datetime, "Callable[[], object]"]
CRITERIA = ("daily_life", "social_value", "feasibility", "urgency")


@dataclass(frozen=True)
class World:
    """Everything that the sample's keys name."""

    proposals: dict[str, Proposal]
    places: dict[str, Place]
    offices: dict[str, Office]
    people: dict[str, User]
    now: datetime


def load(
    *,
    rows: list[Row],
    proposals: dict[str, Proposal],
    places: dict[str, Place],
    offices: dict[str, Office],
    people: dict[str, User],
    now: datetime,
    say: Callable[[str], None],
) -> dict[str, AgendaItem]:
    """Live every item's history through, oldest item first; the items by their keys."""
    world = World(proposals, places, offices, people, now)
    items: dict[str, AgendaItem] = {}
    for row in sorted(rows, key=lambda row: -row["created_days_ago"]):
        items[row["key"]] = _live(row, world)
    for row in rows:
        if sources := row.get("inspired_by"):
            by = people[row["created_by"]]
            agenda.set_inspired_by(item=items[row["key"]], sources=[items[key] for key in sources], by=by, now=now)
    say(f"{len(items)} agenda items, lived through to today")
    return items


def _voices(row: Row, world: World) -> list[Proposal]:
    return [world.proposals[key] for key in row["voices"]]


def _live(row: Row, world: World) -> AgendaItem:
    created = moment(world.now, row["created_days_ago"], row["key"])
    first = next((one for one in row["decisions"] if one["kind"] == "adopted"), {"reason": ""})
    item = promote(
        title=row["title"][:120],
        summary=row["summary"],
        field=row["field"],
        by=world.people[row["created_by"]],
        now=created,
        proposals=[voice.pk for voice in _voices(row, world) if voice.created_at <= created],
        place=world.places[row["place"]],
        reason=first["reason"],
    ).item
    for _, step in sorted(_steps(row, item, world, created), key=lambda pair: pair[0]):
        step()
    return item


def _steps(row: Row, item: AgendaItem, world: World, created: datetime) -> list[Step]:
    """Each event of an item's life with its time, never before the item itself."""
    suggested = min(created + timedelta(hours=1), world.now)
    routed = max(
        moment(world.now, row["routing"].get("days_ago") or 1, row["key"] + ":routing"), created + timedelta(hours=3)
    )
    return [
        (suggested, partial(routing.suggest_owner, item=item, now=suggested)),
        (routed, partial(_route, row["routing"], item, world, routed)),
        *_scorings(row, item, world, created),
        *_decisions(row, item, world, created),
        *_later_voices(row, item, world, created),
    ]


def _scorings(row: Row, item: AgendaItem, world: World, created: datetime) -> Iterator[Step]:
    for number, one in enumerate(row.get("scores") or []):
        at = min(created + timedelta(days=2, hours=number * 5), world.now)
        yield at, partial(_score, one, item, world, at)


def _decisions(row: Row, item: AgendaItem, world: World, created: datetime) -> Iterator[Step]:
    for number, one in enumerate(row["decisions"]):
        if one["kind"] != "adopted":
            written = moment(world.now, one["days_ago"], f"{row['key']}:{number}")
            at = max(written, created + timedelta(minutes=number + 1))
            yield at, partial(_decide, one, item, world, at)


def _later_voices(row: Row, item: AgendaItem, world: World, created: datetime) -> Iterator[Step]:
    for voice in _voices(row, world):
        if voice.created_at > created:
            at = min(voice.created_at + timedelta(days=1), world.now)
            yield at, partial(add_evidence, item=item, proposals=[voice.pk], by=item.created_by, now=at)


def _score(one: Row, item: AgendaItem, world: World, at: datetime) -> None:
    values = {key: one[key] for key in CRITERIA}
    notes = {CRITERIA[0]: one["note"][:400]} if one.get("note") else {}
    agenda.score(item=item, values=values, notes=notes, by=world.people[one["by"]], now=at)


def _decide(one: Row, item: AgendaItem, world: World, at: datetime) -> None:
    by, office = world.people[one["by"]], world.offices.get(one.get("office") or "")
    if one["kind"] == "stage":
        # An item of the sample may go ahead of its owner; its record says so, as it would on a real thread.
        agenda.set_stage(item=item, stage=one["stage"], reason=one["reason"], by=by, now=at, office=office, forced=True)
    else:
        agenda.add_note(item=item, text=one["reason"], by=by, now=at, office=office)


def _route(routed: Row, item: AgendaItem, world: World, at: datetime) -> None:
    if routed["decision"] not in ("confirmed", "overridden"):
        return
    office = world.offices.get(routed.get("office") or "") or innovation_officer(item.place)
    officer = item.created_by
    if office is None or officer is None:
        return
    assignment = routing.assign(item=item, office=office, reason=routed["reason"], by=officer, now=at)
    if routed["response"] in ("accepted", "handed_back"):
        staff = next((user for user in world.people.values() if user.roles.filter(office=office).exists()), officer)
        routing.answer(
            assignment=assignment,
            accept=routed["response"] == "accepted",
            reason=routed.get("response_reason") or "",
            by=staff,
            now=min(at + timedelta(days=1, hours=4), world.now),
        )
