"""Near-duplicate groups as an officer judges them: merged, kept apart, and merged no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.explore.proposals import clock
from madang.explore.proposals.models import DuplicateGroup, GroupMember, Proposal
from madang.explore.proposals.operations.finding import find_groups
from madang.explore.proposals.operations.merging import add_to_count, bring_supports, take_supports_away
from madang.explore.proposals.operations.voices import DeskError, authors_of, id_of, locked, show_in_search
from madang.explore.proposals.queries.clocks import terms_of
from madang.ground.participation.operations import tell
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from madang.ground.people.models import User

__all__ = ["accept_group", "choose_canonical", "find_groups", "keep_apart", "remove_member", "undo_merge"]


class GroupDecidedError(DeskError):
    """Somebody else decided on this group first."""


class GroupTooSmallError(DeskError):
    """Fewer than two voices of the group are still public."""


class NotInGroupError(DeskError):
    """The chosen voice is not (or no longer) a public member of the group."""


class UndoBlockedError(DeskError):
    """The merge is not in force, or the voice that stands has itself been merged since."""


class Merge(NamedTuple):
    """What a merge did: the voice that stands, those merged into it, and how many supporters it gained."""

    canonical: Proposal
    merged: list[Proposal]
    supporters_gained: int


@transaction.atomic
def accept_group(*, group: DuplicateGroup, by: User, now: datetime, canonical: Proposal | int | None = None) -> Merge:
    """Merge a suggested group into one voice, keeping every author and every supporter.

    canonical: which voice stands (else the one chosen before, else the most supported). Members that are no longer
    public stay out. Raises GroupDecidedError, GroupTooSmallError, NotInGroupError.
    """
    row = _open_group(group)
    members = list(row.members.order_by("proposal_id"))
    public = [voice for voice in locked(member.proposal_id for member in members) if voice.is_visible]
    if len(public) < 2:
        raise GroupTooSmallError(
            _("Fewer than two of these proposals are still public: there is nothing left to merge.")
        )
    stands = _standing(public, row.canonical_id if canonical is None else id_of(canonical))
    merged = [voice for voice in public if voice.pk != stands.pk]
    gained = _move_supports(members, stands, merged)
    _mark_merged(members, stands, merged, now)
    clock_data = _take_over_clock(stands, merged, gained, now)
    _decide(row, DuplicateGroup.Status.ACCEPTED, by, now, canonical=stands)
    _record_merge(row, stands, merged, gained, clock_data, by, now)
    _tell_merged(row, stands, merged, now)
    return Merge(stands, merged, gained)


@transaction.atomic
def undo_merge(*, group: DuplicateGroup, by: User, now: datetime) -> DuplicateGroup:
    """Separate merged voices again: statuses, supports and counts are as before, and the group waits for a decision."""
    row = _accepted_group(group)
    members = list(row.members.order_by("proposal_id"))
    voices = {voice.pk: voice for voice in locked(member.proposal_id for member in members)}
    stands = voices[row.canonical_id]
    if stands.status == Proposal.Status.MERGED:
        raise UndoBlockedError(
            _("“%(title)s” has itself been merged into another proposal since. Undo that later merge first.")
            % {"title": stands.title}
        )
    moved = [member for member in members if member.status_before and member.proposal_id != stands.pk]
    gone = take_supports_away(members=moved, target=stands)
    add_to_count(stands, -gone)
    _give_back_clock(row, stands)
    _separate(moved, voices)
    _forget(members)
    DuplicateGroup.objects.filter(pk=row.pk).update(
        status=DuplicateGroup.Status.SUGGESTED, decided_by=None, decided_at=None
    )
    _record_separation(row, stands, [voices[member.proposal_id] for member in moved], by, now)
    row.refresh_from_db()
    return row


@transaction.atomic
def keep_apart(*, group: DuplicateGroup, by: User, now: datetime) -> DuplicateGroup:
    """Judge that these voices say different things: no pair of them is suggested again."""
    row = _open_group(group)
    _decide(row, DuplicateGroup.Status.SPLIT, by, now, canonical=None)
    return row


@transaction.atomic
def remove_member(*, group: DuplicateGroup, proposal: Proposal | int, by: User, now: datetime) -> DuplicateGroup:
    """Take one voice out of a suggested group; it is not suggested with the others again.

    A group of two is kept apart as a whole. What was judged is kept as a separated group whose `canonical` is the
    voice taken out: it is apart from each other member, who are not thereby apart from one another.
    """
    row = _open_group(group)
    pk = id_of(proposal)
    members = {member.proposal_id: member for member in row.members.all()}
    if pk not in members:
        raise NotInGroupError(_("This proposal is not in the group any more. Look at the group again."))
    if len(members) <= 2:
        _decide(row, DuplicateGroup.Status.SPLIT, by, now, canonical=None)
        return row
    _keep_star_apart(row, pk, members, by, now)
    members[pk].delete()
    row.size = len(members) - 1
    row.canonical = None if row.canonical_id == pk else row.canonical
    row.save(update_fields=["size", "canonical"])
    return row


@transaction.atomic
def choose_canonical(*, group: DuplicateGroup, proposal: Proposal | int, by: User, now: datetime) -> DuplicateGroup:
    """Say beforehand which voice would stand."""
    del by, now  # A wish about a decision not yet taken: only the merge itself is recorded.
    row = _open_group(group)
    pk = id_of(proposal)
    if not row.members.filter(proposal_id=pk, proposal__status__in=Proposal.VISIBLE).exists():
        raise NotInGroupError(_("This proposal is not in the group any more. Look at the group again."))
    row.canonical_id = pk
    row.save(update_fields=["canonical"])
    return row


def _open_group(group: DuplicateGroup) -> DuplicateGroup:
    row = DuplicateGroup.objects.select_for_update(of=("self",)).select_related("place", "decided_by").get(pk=group.pk)
    if row.status != DuplicateGroup.Status.SUGGESTED:
        raise GroupDecidedError(
            _(
                "%(who)s has already decided on this group (%(what)s). "
                "Nothing was changed; the group shows how it stands now."
            )
            % {"who": row.decided_by, "what": row.get_status_display()}
        )
    return row


def _accepted_group(group: DuplicateGroup) -> DuplicateGroup:
    row = DuplicateGroup.objects.select_for_update(of=("self",)).select_related("place").get(pk=group.pk)
    if row.status != DuplicateGroup.Status.ACCEPTED or row.canonical_id is None:
        raise UndoBlockedError(_("This merge is no longer in force: somebody may have just undone it."))
    return row


def _standing(public: Sequence[Proposal], wanted: int | None) -> Proposal:
    """The voice that stands: the one wanted, else one on the agenda, else the most supported, else the oldest."""
    if wanted is not None:
        found = next((voice for voice in public if voice.pk == wanted), None)
        if found is None:
            raise NotInGroupError(_("The proposal that was to stand is no longer public. Choose another one."))
        return found
    promoted = Proposal.Status.PROMOTED
    return min(public, key=lambda one: (one.status != promoted, -one.support_count, one.created_at, one.pk))


def _move_supports(members: Sequence[GroupMember], stands: Proposal, merged: Sequence[Proposal]) -> int:
    by_voice = {member.proposal_id: member for member in members}
    for voice in merged:
        by_voice[voice.pk].moved_supports = bring_supports(source=voice, target=stands)
    gained = sum(len(by_voice[voice.pk].moved_supports) for voice in merged)
    add_to_count(stands, gained)
    return gained


def _mark_merged(members: Sequence[GroupMember], stands: Proposal, merged: Sequence[Proposal], now: datetime) -> None:
    statuses = {voice.pk: voice.status for voice in (*merged, stands)}
    for member in members:
        member.status_before = statuses.get(member.proposal_id, "")
    GroupMember.objects.bulk_update(members, ["status_before", "moved_supports"])
    ids = [voice.pk for voice in merged]
    Proposal.objects.filter(pk__in=ids).update(status=Proposal.Status.MERGED, merged_into=stands)
    Proposal.objects.filter(pk__in=[*ids, stands.pk], seen_at=None).update(seen_at=now)
    show_in_search(ids, visible=False)


def _separate(moved: Sequence[GroupMember], voices: dict[int, Proposal]) -> None:
    """Give each voice its status back, unless it changed by another way (its author withdrew it)."""
    for member in moved:
        voice = voices[member.proposal_id]
        if voice.status != Proposal.Status.MERGED:
            continue
        voice.merged_into = None
        # On the agenda since, as part of what it was merged into: it stays evidence of that item.
        voice.status = Proposal.Status.PROMOTED if voice.agenda_item_id else member.status_before
        voice.save(update_fields=["merged_into", "status"])
        show_in_search([voice.pk], visible=voice.is_visible)


def _forget(members: Sequence[GroupMember]) -> None:
    for member in members:
        member.moved_supports, member.status_before = [], ""
    GroupMember.objects.bulk_update(members, ["moved_supports", "status_before"])


def _take_over_clock(stands: Proposal, merged: Sequence[Proposal], gained: int, now: datetime) -> dict[str, object]:
    """A promise to answer outlives the merge: the earliest clock running, or one started by the joined supports.

    Returns what the record keeps: the clock as it was and as it is, or nothing where it did not change.
    """
    if stands.answered_at:
        return {}
    running = [
        (voice.answer_due_at, voice.threshold_met_at)
        for voice in (*merged, stands)
        if voice.answer_due_at and voice.threshold_met_at and not voice.answered_at
    ]
    new = min(running) if running else _clock_by_count(stands, stands.support_count + gained, now)
    old = (stands.answer_due_at, stands.threshold_met_at)
    if new is None or new == old:
        return {}
    Proposal.objects.filter(pk=stands.pk).update(answer_due_at=new[0], threshold_met_at=new[1])
    return {"clock_before": _written(old), "clock": _written(new)}


def _clock_by_count(stands: Proposal, supports: int, now: datetime) -> tuple[datetime, datetime] | None:
    terms = terms_of(stands.place)
    zone = timezone.get_default_timezone()
    if not clock.obliges(supports, stands.created_at, now, terms, zone):
        return None
    return clock.due(now, terms, zone), now


def _give_back_clock(row: DuplicateGroup, stands: Proposal) -> None:
    """Undo the clock of this merge, where it still runs as the merge set it and nobody has answered."""
    entry = (
        Entry.objects.filter(subject=stands.record_key, kind=Entry.Kind.MERGED, data__group=row.pk)
        .order_by("-at", "-id")
        .first()
    )
    data = entry.data if entry else {}
    if (
        "clock" not in data
        or stands.answered_at
        or _written((stands.answer_due_at, stands.threshold_met_at)) != data["clock"]
    ):
        return
    due, met = (parse_datetime(one) if one else None for one in data["clock_before"])
    Proposal.objects.filter(pk=stands.pk).update(answer_due_at=due, threshold_met_at=met)


def _written(moments: tuple[datetime | None, datetime | None]) -> list[str | None]:
    return [one.astimezone(timezone.get_default_timezone()).isoformat() if one else None for one in moments]


def _decide(row: DuplicateGroup, status: str, by: User, now: datetime, *, canonical: Proposal | None) -> None:
    row.status, row.decided_by, row.decided_at, row.canonical = status, by, now, canonical
    row.save(update_fields=["status", "decided_by", "decided_at", "canonical"])


def _keep_star_apart(row: DuplicateGroup, pk: int, members: dict[int, GroupMember], by: User, now: datetime) -> None:
    star = DuplicateGroup.objects.create(
        place=row.place, status=DuplicateGroup.Status.SPLIT, found_at=row.found_at, engine_version=row.engine_version,
        size=len(members), canonical_id=pk, decided_by=by, decided_at=now,
    )  # fmt: skip
    GroupMember.objects.bulk_create(
        GroupMember(group=star, proposal_id=one, score=member.score) for one, member in members.items()
    )


def _record_merge(
    row: DuplicateGroup, stands: Proposal, merged: Sequence[Proposal], gained: int, clock_data: dict[str, object],
    by: User, now: datetime,
) -> None:  # fmt: skip
    ids = [voice.pk for voice in merged]
    data = {"group": row.pk, "merged": ids, "supporters_gained": gained, **clock_data}
    record(kind=Entry.Kind.MERGED, subject=stands.record_key, place=stands.place, by=by, now=now, data=data)
    for voice in merged:
        data = {"group": row.pk, "into": stands.pk}
        record(kind=Entry.Kind.MERGED, subject=voice.record_key, place=voice.place, by=by, now=now, data=data)


def _record_separation(
    row: DuplicateGroup, stands: Proposal, voices: Sequence[Proposal], by: User, now: datetime
) -> None:
    for voice in (stands, *voices):
        data: dict[str, object] = {"group": row.pk, "canonical": stands.pk}
        record(kind=Entry.Kind.SPLIT, subject=voice.record_key, place=voice.place, by=by, now=now, data=data)
    _tell(
        authors_of(voice.pk for voice in (stands, *voices)),
        gettext_noop("“%(title)s” and the proposals merged into it stand apart again, with their own supporters."),
        stands, f"separated:{row.pk}:{now.timestamp():.0f}", now,
    )  # fmt: skip


def _tell_merged(row: DuplicateGroup, stands: Proposal, merged: Sequence[Proposal], now: datetime) -> None:
    key = f"merged:{row.pk}:{now.timestamp():.0f}"
    theirs = authors_of(voice.pk for voice in merged) - {stands.author_id}
    _tell(
        theirs,
        gettext_noop(
            "Your proposal was merged with a similar one, “%(title)s”. "
            "You are named there, and your supporters count there."
        ),
        stands, key, now,
    )  # fmt: skip
    own = {stands.author_id} if stands.author_id else set()
    _tell(own, gettext_noop("Similar proposals were merged into yours, “%(title)s”."), stands, key, now)


def _tell(users: set[int], message: str, stands: Proposal, key: str, now: datetime) -> None:
    params: dict[str, object] = {"title": stands.title}
    tell(
        users=users,
        kind="merged",
        message=message,
        params=params,
        url=stands.get_absolute_url(),
        key=key,
        now=now,
        subject=stands.pk,
    )
