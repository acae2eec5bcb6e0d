"""How the voices follow when agenda items merge or divide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from madang.explore.proposals.models import Evidence, Proposal, Theme
from madang.explore.proposals.operations.promotion import refresh_counts
from madang.ground.agenda.lineage import Choice, Follower
from madang.ground.agenda.operations import LineageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User

OFFERED = 100


def merge(*, source: AgendaItem, target: AgendaItem, by: User | None, now: datetime) -> dict[str, Any]:
    """The voices stand behind the other item too; those of the source stay on its page as they were."""
    have = set(Evidence.objects.filter(item=target).values_list("proposal_id", flat=True))
    behind = Evidence.objects.filter(item=source).order_by("pk").values_list("proposal_id", flat=True)
    new = Evidence.objects.bulk_create(
        Evidence(item=target, proposal_id=pk, added_by=by, added_at=now) for pk in behind if pk not in have
    )
    proposals = _point(Proposal.objects.filter(agenda_item=source), target)
    themes = _point(Theme.objects.filter(agenda_item=source), target)
    refresh_counts(item=target, now=now)
    return {"evidence": [one.pk for one in new], "proposals": proposals, "themes": themes}


def undo(*, source: AgendaItem, target: AgendaItem, moved: dict[str, Any], by: User | None, now: datetime) -> None:
    """What was brought goes back; voices that joined the other item since stay there."""
    del by
    Evidence.objects.filter(pk__in=moved["evidence"], item=target).delete()
    _point(Proposal.objects.filter(pk__in=moved["proposals"], agenda_item=target), source)
    _point(Theme.objects.filter(pk__in=moved["themes"], agenda_item=target), source)
    refresh_counts(item=target, now=now)
    refresh_counts(item=source, now=now)


def divide(
    *, source: AgendaItem, part: AgendaItem, chosen: Iterable[int], by: User | None, now: datetime
) -> dict[str, Any]:
    """The chosen voices go to the new item. Raises LineageError where none or all of them were chosen."""
    del by
    rows = Evidence.objects.select_for_update().filter(item=source)
    picked = list(rows.filter(proposal_id__in=list(chosen)).order_by("pk").values_list("pk", "proposal_id"))
    if not picked:
        raise LineageError(_("Choose at least one voice for the new item."))
    if len(picked) == rows.count():
        raise LineageError(_("Leave the item at least one voice; to move all of them, revise its wording instead."))
    Evidence.objects.filter(pk__in=[pk for pk, _voice in picked]).update(item=part)
    voices = [voice for _pk, voice in picked]
    _point(Proposal.objects.filter(pk__in=voices, agenda_item=source), part)
    refresh_counts(item=source, now=now)
    refresh_counts(item=part, now=now)
    return {"proposals": voices}


def choices(item: AgendaItem, words: str) -> list[Choice]:
    """The public voices behind an item whose title holds the words, the most supported first."""
    rows = Evidence.objects.filter(item=item, proposal__status__in=(*Proposal.VISIBLE, Proposal.Status.MERGED))
    for word in words.split()[:6]:
        rows = rows.filter(proposal__title__icontains=word)
    rows = rows.select_related("proposal__place").defer("proposal__body", "proposal__place__boundary")
    return [
        Choice(one.proposal_id, one.proposal.title, f"{one.proposal.place} · {one.proposal.support_count:,}")
        for one in rows.order_by("-proposal__support_count", "pk")[:OFFERED]
    ]


def _point(rows: Any, item: AgendaItem) -> list[int]:
    """Point rows to another item; the ids of those that were."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    rows.model.objects.filter(pk__in=ids).update(agenda_item=item)
    return ids


FOLLOWER = Follower("evidence", merge=merge, undo=undo, divide=divide, choices=choices, order=10)
