"""Subject rows and their counters, which move under the row lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F

from madang.ground.participation.models import Follow, Mute, Subject, Support
from madang.ground.people.models import User

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.places.models import Place


@dataclass(frozen=True)
class Counted:
    """A counter after a change, and whether anything changed."""

    count: int
    changed: bool


def add_subject(*, kind: str, place: Place, now: datetime) -> Subject:
    """The participation side of a new thing."""
    return Subject.objects.create(kind=kind, place=place, created_at=now)


def lock(subject_id: int) -> Subject:
    """The subject's row, locked to the end of the transaction (inserts that refer to it still pass)."""
    return Subject.objects.select_for_update(no_key=True).get(pk=subject_id)


def insert_once(model: type[Support | Follow | Mute], subject_id: int, user_id: int, now: datetime) -> bool:
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (subject_id, user_id, created_at) VALUES (%s, %s, %s) "
            "ON CONFLICT (subject_id, user_id) DO NOTHING",
            [subject_id, user_id, now],
        )
        return cursor.rowcount == 1


def move_count(subject: Subject, counter: str, by: int) -> Counted:
    if by:
        Subject.objects.filter(pk=subject.pk).update(**{counter: F(counter) + by})
    return Counted(getattr(subject, counter) + by, bool(by))


def one_at_a_time(user: User) -> None:
    """Hold the user's row, so that two requests at once cannot both pass the same limit."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)
