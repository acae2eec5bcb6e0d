"""How supports move in a merge and move back: nobody is counted twice, nobody is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F

from madang.explore.proposals.models import DuplicateGroup, GroupMember, Proposal
from madang.ground.participation.models import Subject, Support

if TYPE_CHECKING:
    from collections.abc import Iterable


def bring_supports(*, source: Proposal, target: Proposal) -> list[int]:
    """Copy `source`'s supports to `target`, each person once and never the target's author; ids of the new rows.

    The source keeps its own rows, so that a merge undone finds them as they were.
    """
    table = connection.ops.quote_name(Support._meta.db_table)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (subject_id, user_id, created_at) "
            f"SELECT %s, user_id, created_at FROM {table} WHERE subject_id = %s AND user_id IS DISTINCT FROM %s "
            "ORDER BY id ON CONFLICT (subject_id, user_id) DO NOTHING RETURNING id",
            [target.pk, source.pk, target.author_id],
        )
        return [row[0] for row in cursor.fetchall()]


def add_to_count(target: Proposal, by: int) -> None:
    """Move both counters of a voice together (its subject's row is locked)."""
    if by:
        Subject.objects.filter(pk=target.pk).update(support_count=F("support_count") + by)
        Proposal.objects.filter(pk=target.pk).update(support_count=F("support_count") + by)


def take_supports_away(*, members: Iterable[GroupMember], target: Proposal) -> int:
    """Delete from `target` the rows that these members brought, except those that another merge still holds up.

    A person who has taken the support back meanwhile, or given it anew, is left alone. Returns how many rows went.
    """
    brought = {row for member in members for row in member.moved_supports}
    kept = _hand_over(brought, target, leaving={member.proposal_id for member in members})
    gone, _by_model = Support.objects.filter(pk__in=brought - kept, subject_id=target.pk).delete()
    return gone


def _hand_over(brought: set[int], target: Proposal, leaving: set[int]) -> set[int]:
    """Rows whose person also backs a voice that stays merged into `target`: that voice's membership holds them now."""
    people = dict(Support.objects.filter(pk__in=brought, subject_id=target.pk).values_list("user_id", "pk"))
    staying = (
        GroupMember.objects.select_for_update()
        .filter(group__status=DuplicateGroup.Status.ACCEPTED, proposal__merged_into=target)
        .exclude(proposal_id__in=leaving)
        .order_by("pk")
    )
    kept: set[int] = set()
    for member in staying:
        backers = Support.objects.filter(subject_id=member.proposal_id, user_id__in=people).values_list(
            "user_id", flat=True
        )
        rows = [people[person] for person in backers if people[person] not in kept]
        if rows:
            member.moved_supports = [*member.moved_supports, *rows]
            member.save(update_fields=["moved_supports"])
            kept.update(rows)
    return kept
