"""Telling those whom a comment concerns, and those who are named in it, each once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from madang.ground.participation import mentions
from madang.ground.participation.models import Block, Mention
from madang.ground.participation.operations.telling import tell
from madang.ground.people.models import Role

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.participation.models import Comment
    from madang.ground.participation.things import Card
    from madang.ground.people.models import User


def announce(new: Comment, card: Card, now: datetime) -> None:
    """Tell the writer of the thing, the person answered, and those named; also when a held comment is released."""
    told = name_and_tell(new, card, now)
    parent = new.parent
    concerned = {card.author_id, parent.author_id if parent else None} - {None, new.author_id} - told
    if concerned and card.public:
        tell(
            users=[pk for pk in concerned if pk],
            kind="comment",
            message=gettext_noop("%(name)s commented on “%(title)s”."),
            params={"name": new.author.display_name, "title": card.title},
            url=new.get_absolute_url(),
            key=f"comment:{new.pk}",
            subject=card.subject_id,
            now=now,
        )


def name_and_tell(comment: Comment, card: Card, now: datetime) -> set[int]:
    """Keep who is named in a shown comment and tell those who were not before; returns whom it told.

    For an office those who work there are told. The words of the comment are not in the notice.
    """
    asked = mentions.asked(comment.body)
    if not asked.users and not asked.offices:
        return set()
    before = set(comment.mentions.values_list("user_id", "office_id"))
    users = [pk for pk in sorted(asked.users) if (pk, None) not in before][: mentions.MOST]
    offices = [pk for pk in sorted(asked.offices) if (None, pk) not in before][: mentions.MOST]
    rows = [Mention(comment=comment, user_id=pk, created_at=now) for pk in users]
    rows += [Mention(comment=comment, office_id=pk, created_at=now) for pk in offices]
    Mention.objects.bulk_create(rows, ignore_conflicts=True)
    minding = set(Block.objects.filter(blocked=comment.author, user__in=users).values_list("user_id", flat=True))
    staff = set(Role.objects.filter(office__in=offices).values_list("user_id", flat=True)) if offices else set()
    people = (set(users) | staff) - minding - {comment.author_id}
    if people and card.public:
        tell(
            users=sorted(people),
            kind="mention",
            message=gettext_noop("%(name)s named you in a comment on “%(title)s”."),
            params={"name": comment.author.display_name, "title": card.title},
            url=comment.get_absolute_url(),
            key=f"mention:{comment.pk}",
            subject=card.subject_id,
            reason="direct",
            now=now,
        )
    return people


def block(*, by: User, person_id: int, now: datetime) -> None:
    """Be named by somebody no more. Oneself cannot be blocked; twice changes nothing."""
    if person_id != by.pk:
        Block.objects.bulk_create([Block(user=by, blocked_id=person_id, created_at=now)], ignore_conflicts=True)


def unblock(*, by: User, person_id: int) -> None:
    Block.objects.filter(user=by, blocked_id=person_id).delete()
