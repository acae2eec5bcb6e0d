"""Backing and following a subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from madang.ground.participation import things
from madang.ground.participation.models import Follow, Mute, Subject, Support
from madang.ground.people.models import User

if TYPE_CHECKING:
    from datetime import datetime

from madang.ground.participation.operations.subjects import Counted, insert_once, lock, move_count

CARRY_OVER = """
INSERT INTO ground_participation_follow (subject_id, user_id, created_at)
SELECT %(target)s, f.user_id, %(now)s FROM ground_participation_follow f
WHERE f.subject_id = %(source)s AND NOT EXISTS (SELECT FROM ground_participation_mute m
    WHERE m.user_id = f.user_id AND m.subject_id IN (%(source)s, %(target)s))
ORDER BY f.user_id
ON CONFLICT DO NOTHING
"""


class NotFollowableError(Exception):
    """A subject that is no longer public, or of a kind that is not followed. The message says what to do next."""


@transaction.atomic
def support(*, subject_id: int, by: User, now: datetime) -> Counted:
    """Back a subject; a second time changes nothing."""
    subject = lock(subject_id)
    return move_count(subject, "support_count", int(insert_once(Support, subject_id, by.pk, now)))


@transaction.atomic
def take_back_support(*, subject_id: int, by: User) -> Counted:
    """Take one's support back; where there is none nothing changes."""
    subject = lock(subject_id)
    deleted, __ = Support.objects.filter(subject=subject, user=by).delete()
    return move_count(subject, "support_count", -deleted)


@transaction.atomic
def follow(*, subject_id: int, by: User, now: datetime) -> Counted:
    """Be told what becomes of a subject; a mute of it ends. Raises Subject.DoesNotExist, NotFollowableError."""
    subject = lock(subject_id)
    card = things.card(subject_id)
    if card is None:
        raise Subject.DoesNotExist
    if not (card.public and card.thing.follows):
        raise NotFollowableError(_("This is no longer public, so that there is nothing to follow. What you see stays."))
    Mute.objects.filter(subject=subject, user=by).delete()
    return move_count(subject, "follower_count", int(insert_once(Follow, subject_id, by.pk, now)))


@transaction.atomic
def unfollow(*, subject_id: int, by: User) -> Counted:
    """Be told no more because one follows (whoever wrote or supports it is told nevertheless: see `mute`)."""
    subject = lock(subject_id)
    deleted, __ = Follow.objects.filter(subject=subject, user=by).delete()
    return move_count(subject, "follower_count", -deleted)


@transaction.atomic
def carry_over(*, source: int, target: int, now: datetime) -> Counted:
    """Who follows `source` (id of a Subject) follows `target` too, which came of it; a mute is respected."""
    subject = lock(target)
    with connection.cursor() as cursor:
        cursor.execute(CARRY_OVER, {"source": source, "target": target, "now": now})
        added = cursor.rowcount
    return move_count(subject, "follower_count", added)


@transaction.atomic
def mute(*, subject_id: int, by: User, now: datetime) -> bool:
    """Hear no more of a subject, for whatever reason one was told of it; whether that is new."""
    return insert_once(Mute, lock(subject_id).pk, by.pk, now)


def unmute(*, subject_id: int, by: User) -> bool:
    """Hear of a subject again; whether it was muted."""
    return bool(Mute.objects.filter(subject_id=subject_id, user=by).delete()[0])
