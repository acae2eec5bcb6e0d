"""New names, new codes, mergers and divisions: the old place ends on a day, and its successor begins on the same day.

A place never changes its code: what was decided under it stays readable under it. A successor is a new row, which takes
over what the old one had; old addresses lead to it. Whoever decides this in public calls `people.operations.places`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from madang.ground.places.models import Office, Place, SettingValue, Succession
from madang.ground.places.operations.moving import hand_over

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

Kind = Succession.Kind


class SuccessionError(ValueError):
    """A succession that makes no sense; the message says why and what to do next."""


@dataclass(frozen=True)
class Named:
    """Code and names of a successor."""

    code: str
    name_ko: str
    name_en: str


@dataclass(frozen=True)
class Succeeded:
    """What happened: the day, the places that ended and began, and how many rows of each model were handed over."""

    kind: str
    on: date
    predecessors: tuple[Place, ...]
    successors: tuple[Place, ...]
    moved: dict[str, int]

    @property
    def heir(self) -> Place:
        return self.successors[0]


Listener = Callable[[Succeeded], None]
_listeners: list[Listener] = []


def listen(listener: Listener) -> None:
    """Call `listener` inside the transaction of every succession; registering it twice calls it once."""
    if listener not in _listeners:
        _listeners.append(listener)


def succeed(
    *, predecessors: Sequence[Place], successors: Sequence[Named], on: date, today: date, parent: Place | None = None
) -> Succeeded:
    """End places on a day and let others follow; the first successor takes over what the old ones had.

    parent: where the successor belongs to another province than before. Raises SuccessionError.
    """
    kind = _kind(predecessors, successors)
    try:
        with transaction.atomic():
            old = _locked(predecessors, on, today)
            above = parent or old[0].parent
            if any(one.parent_id != old[0].parent_id for one in old) and parent is None:
                raise SuccessionError(
                    _("The places lie in different provinces. Say to which one the new place belongs.")
                )
            Place.objects.filter(pk__in=[one.pk for one in old]).update(valid_to=on)
            new = tuple(_begin(one, old[0], above, on) for one in successors)
            moved = _hand_down(old, new, kind, on)
            done = Succeeded(kind, on, old, new, moved)
            for listener in _listeners:
                listener(done)
            return done
    except IntegrityError as clash:
        raise SuccessionError(_("Another place has one of these codes on that day. Check the codes.")) from clash


def _kind(predecessors: Sequence[Place], successors: Sequence[Named]) -> str:
    if not predecessors or not successors or (len(predecessors) > 1 and len(successors) > 1):
        raise SuccessionError(_("Several places become one, or one becomes several; do one after the other."))
    if len({one.code for one in successors}) < len(successors):
        raise SuccessionError(_("Each new place needs a code of its own."))
    if len(predecessors) > 1:
        return Kind.MERGED
    if len(successors) > 1:
        return Kind.DIVIDED
    return Kind.RENAMED if successors[0].code == predecessors[0].code else Kind.RECODED


def _locked(predecessors: Sequence[Place], on: date, today: date) -> tuple[Place, ...]:
    """The places under a lock, in the order given, all in force. Raises SuccessionError."""
    wanted = [one.pk for one in predecessors]
    rows = Place.objects.select_for_update(of=("self",)).select_related("parent").filter(pk__in=wanted)
    found = {one.pk: one for one in rows.order_by("pk")}
    old = tuple(found[pk] for pk in wanted)
    if any(one.valid_to for one in old):
        raise SuccessionError(_("One of these places has ended already. Reload the page."))
    if len({one.level for one in old}) > 1:
        raise SuccessionError(_("A province and a municipality cannot be merged."))
    if on > today:
        raise SuccessionError(_("That day has not come yet. Enter the change on the day on which it takes effect."))
    if any(one.valid_from and one.valid_from >= on for one in old):
        raise SuccessionError(_("One of these places began later than that day. Check the date."))
    return old


def _begin(named: Named, like: Place, parent: Place | None, on: date) -> Place:
    return Place.objects.create(
        code=named.code, name_ko=named.name_ko, name_en=named.name_en, level=like.level, parent=parent, valid_from=on
    )


def _hand_down(old: Sequence[Place], new: Sequence[Place], kind: str, on: date) -> dict[str, int]:
    heir = new[0]
    moved: dict[str, int] = {}
    _settings(old, new)
    for one in old:
        _make_way_for_offices(one, heir)
        for key, count in hand_over(old=one, new=heir).items():
            moved[key] = moved.get(key, 0) + count
        Succession.objects.bulk_create(
            Succession(predecessor=one, successor=successor, kind=kind, on=on, heir=successor == heir)
            for successor in new
        )
    if len(old) == 1 and len(new) == 1:
        Place.objects.filter(pk=heir.pk).update(boundary=old[0].boundary)
    return moved


def _settings(old: Sequence[Place], new: Sequence[Place]) -> None:
    """One place's own rules go on in each that follows it; where places merge, the new one decides for itself."""
    if len(old) == 1:
        rows = list(SettingValue.objects.filter(place=old[0]))
        SettingValue.objects.bulk_create(
            SettingValue(place=place, key=row.key, value=row.value) for place in new for row in rows
        )


def _make_way_for_offices(old: Place, heir: Place) -> None:
    """Offices of merged places may have the same key, and there is one Social Innovation Officer."""
    taken = set(Office.objects.filter(place=heir).values_list("key", flat=True))
    has_officer = Office.objects.filter(place=heir, is_innovation_officer=True, active=True).exists()
    for office in Office.objects.filter(place=old):
        if office.key in taken:
            office.key = f"{office.key[:68]}-{old.code}"
        office.is_innovation_officer = office.is_innovation_officer and not has_officer
        office.save(update_fields=["key", "is_innovation_officer"])
