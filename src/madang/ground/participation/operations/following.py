"""Backing and following a subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from madang.ground.participation.models import Follow, Support
from madang.ground.people.models import User

if TYPE_CHECKING:
    from datetime import datetime

from madang.ground.participation.operations.subjects import Counted, insert_once, lock, move_count


@transaction.atomic
def support(*, subject_id: int, by: User, now: datetime) -> Counted:
    """Back a subject; a second time changes nothing."""
    subject = lock(subject_id)
    return move_count(subject, "support_count", int(insert_once(Support, subject_id, by.pk, now)))


@transaction.atomic
def take_back_support(*, subject_id: int, by: User) -> Counted:
    """Take one's support back; where there is none nothing changes."""
    subject = lock(subject_id)
    deleted, _rows = Support.objects.filter(subject=subject, user=by).delete()
    return move_count(subject, "support_count", -deleted)


@transaction.atomic
def follow(*, subject_id: int, by: User, now: datetime) -> Counted:
    """Be told what becomes of a subject."""
    subject = lock(subject_id)
    return move_count(subject, "follower_count", int(insert_once(Follow, subject_id, by.pk, now)))


@transaction.atomic
def unfollow(*, subject_id: int, by: User) -> Counted:
    subject = lock(subject_id)
    deleted, _rows = Follow.objects.filter(subject=subject, user=by).delete()
    return move_count(subject, "follower_count", -deleted)
