"""From voices to the agenda: one decision that keeps every voice as evidence and tells everybody behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.explore.proposals.models import DuplicateGroup, Evidence, Proposal, Theme
from madang.explore.proposals.operations.voices import DeskError, id_of, locked, people_behind
from madang.explore.proposals.queries.groups import with_merged
from madang.ground.agenda.models import AgendaItem, Field, Stage
from madang.ground.agenda.operations import create_item, set_counts
from madang.ground.agenda.operations import locked as locked_item
from madang.ground.participation.models import Reason, Support
from madang.ground.participation.operations import tell
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Place

# A voice that may be taken up: public, or merged into another (then it comes along as evidence).
USABLE = (*Proposal.VISIBLE, Proposal.Status.MERGED)


class NothingToPromoteError(DeskError):
    """None of the chosen voices is still public."""


class PromotionIncompleteError(DeskError):
    """An agenda item needs a title, a summary and a field."""


class ItemClosedForEvidenceError(DeskError):
    """Voices cannot join an item that is closed."""


@dataclass(frozen=True)
class Promotion:
    """The agenda item, whether this call created it (a repeated click did not), and how many voices stand behind it."""

    item: AgendaItem
    created: bool
    voices: int


def voices_of_theme(theme: Theme) -> list[int]:
    """Ids of the public voices of a theme, most typical first."""
    return list(
        theme.members.filter(proposal__status__in=Proposal.VISIBLE)
        .order_by("rank")
        .values_list("proposal_id", flat=True)
    )


def voices_of_group(group: DuplicateGroup) -> list[int]:
    """Ids of the voices of a near-duplicate group, merged or not."""
    return list(group.members.filter(proposal__status__in=USABLE).order_by("pk").values_list("proposal_id", flat=True))


@transaction.atomic
def promote(
    *,
    title: str,
    summary: str,
    field: str,
    by: User | None,
    now: datetime,
    proposals: Iterable[Proposal | int] = (),
    theme: Theme | None = None,
    group: DuplicateGroup | None = None,
    place: Place | None = None,
    reason: str = "",
) -> Promotion:
    """Take voices up as a new agenda item: those named, those of a theme, those of a group, and all merged into them.

    place: else the voices' common place (see `joint_place`). Repeated with the same voices or theme, the call returns
    the item already made. Raises NothingToPromoteError, PromotionIncompleteError.
    """
    _check_words(title, summary, field)
    if theme is not None:
        theme = Theme.objects.select_for_update(of=("self",)).select_related("agenda_item", "run").get(pk=theme.pk)
        if theme.agenda_item is not None:
            return Promotion(theme.agenda_item, created=False, voices=theme.agenda_item.voice_count)
    voices = _gather(proposals, theme, group)
    if existing := _already(voices):
        _link_theme(theme, existing)
        return Promotion(existing, created=False, voices=existing.voice_count)
    where = place or joint_place([voice.place for voice in voices])
    item = create_item(
        place=where, title=title, summary=summary, field=field, by=by, now=now, reason=reason.strip(),
        data=_origin(voices, theme, group),
    )  # fmt: skip
    _attach(item, voices, by, now)
    _link_theme(theme, item)
    return Promotion(item, created=True, voices=item.voice_count)


@transaction.atomic
def add_evidence(*, item: AgendaItem, proposals: Iterable[Proposal | int], by: User | None, now: datetime) -> int:
    """Add voices (and all merged into them) to an existing item; how many were new to it."""
    row = locked_item(item)
    if row.stage == Stage.CLOSED:
        raise ItemClosedForEvidenceError(_("This agenda item is closed. Open it again, or choose another one."))
    voices = _gather(proposals, None, None)
    have = set(row.evidence.values_list("proposal_id", flat=True))
    new = [voice for voice in voices if voice.pk not in have]
    if not new:
        return 0
    _attach(row, new, by, now)
    data: dict[str, object] = {"voices": len(new), "proposals": [voice.pk for voice in new]}
    record(kind=Entry.Kind.EVIDENCE, subject=row.subject, place=row.place, by=by, now=now, data=data)
    return len(new)


def joint_place(places: Sequence[Place]) -> Place:
    """The place that all share, else the province above most of them."""
    if len({place.pk for place in places}) == 1:
        return places[0]
    above = [place.parent or place for place in places]
    return max(above, key=lambda one: (sum(other.pk == one.pk for other in above), -one.pk))


def refresh_counts(*, item: AgendaItem, now: datetime) -> None:
    """Count an item's voices and the different people who support any of them."""
    voices = Evidence.objects.filter(item=item).values("proposal_id")
    people = Support.objects.filter(subject_id__in=voices).aggregate(n=Count("user_id", distinct=True))["n"]
    set_counts(item=item, voices=voices.count(), supporters=people, now=now)


def _check_words(title: str, summary: str, field: str) -> None:
    if not title.strip() or not summary.strip() or field not in Field.values:
        raise PromotionIncompleteError(_("Give the agenda item a title, a summary and one of the five fields."))


def _gather(proposals: Iterable[Proposal | int], theme: Theme | None, group: DuplicateGroup | None) -> list[Proposal]:
    """All voices meant, merged ones included, locked; those hidden or withdrawn stay out."""
    ids = {id_of(one) for one in proposals}
    ids.update(voices_of_theme(theme) if theme else ())
    ids.update(voices_of_group(group) if group else ())
    voices = [voice for voice in locked(with_merged(ids)) if voice.status in USABLE]
    if not voices:
        raise NothingToPromoteError(_("None of the chosen proposals is still public. Choose at least one that is."))
    return voices


def _already(voices: Sequence[Proposal]) -> AgendaItem | None:
    """The item on which all of these voices already stand, if there is one: a click repeated."""
    items = {voice.agenda_item_id for voice in voices}
    pk = items.pop() if len(items) == 1 else None
    return AgendaItem.objects.get(pk=pk) if pk else None


def _origin(voices: Sequence[Proposal], theme: Theme | None, group: DuplicateGroup | None) -> dict[str, object]:
    """What the record says of where the item came from."""
    return {
        "voices": len(voices),
        "proposals": [voice.pk for voice in voices],
        "first_voice_at": min(voice.created_at for voice in voices).isoformat(),
        **({"theme": theme.pk, "theme_label": str(theme)} if theme else {}),
        **({"group": group.pk} if group else {}),
    }


def _attach(item: AgendaItem, voices: Sequence[Proposal], by: User | None, now: datetime) -> None:
    """Make the voices evidence, change their status, count, and tell everybody behind them."""
    ids = [voice.pk for voice in voices]
    rows = (Evidence(item=item, proposal=voice, added_by=by, added_at=now) for voice in voices)
    Evidence.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)
    mine = Proposal.objects.filter(pk__in=ids)
    mine.filter(agenda_item=None).update(agenda_item=item)
    mine.filter(status__in=(Proposal.Status.OPEN, Proposal.Status.ANSWERED)).update(status=Proposal.Status.PROMOTED)
    mine.filter(seen_at=None).update(seen_at=now)
    refresh_counts(item=item, now=now)
    for voice in voices:
        data: dict[str, object] = {"item": item.pk, "title": item.title}
        record(kind=Entry.Kind.PROMOTED, subject=voice.record_key, place=voice.place, by=by, now=now, data=data)
    tell(
        users=people_behind(ids),
        kind="promoted",
        message=gettext_noop(
            "A proposal that you wrote, support or follow is now part of the agenda item “%(title)s”."
        ),
        params={"title": item.title},
        url=item.get_absolute_url(),
        # One person behind several of these voices is told once; voices added later are told anew.
        key=f"promoted:{item.pk}:{min(ids)}",
        subject=item.participation.pk,
        reason=Reason.BEHIND,
        now=now,
    )


def _link_theme(theme: Theme | None, item: AgendaItem) -> None:
    if theme is not None:
        theme.agenda_item = item
        theme.save(update_fields=["agenda_item"])
