"""Telling people something, once: the notice and what has to leave the house for it, in one statement."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from madang.ground.participation import kinds, things
from madang.ground.participation.models import Fanout

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

# So many are told at once; more are told by a job that is planned in the same transaction.
AT_ONCE = 1_000
BATCH = 5_000
FANOUT_TASK = "madang.notices.fan_out"
DELIVERY_TASK = "madang.notices.deliver"

# {audience} yields user_id, reason, subject, watch, text, url and key. People who muted the subject are left out,
# except where it is their own affair. One statement: a notice never stands without its deliveries, nor twice.
TELL = """
WITH audience AS MATERIALIZED ({audience}),
told AS (
    INSERT INTO ground_participation_notice
        (user_id, kind, text, url, key, subject_id, reason, watch_id, rhythm, created_at)
    SELECT audience.user_id, %(kind)s, audience.text, audience.url, audience.key || ':' || audience.user_id,
        audience.subject, audience.reason, audience.watch, coalesce(choice.mail, %(mail)s), %(now)s
    FROM audience
    JOIN ground_people_user person ON person.id = audience.user_id AND person.is_active
    LEFT JOIN ground_participation_choice choice ON choice.user_id = person.id AND choice."group" = %(group)s
    WHERE %(always)s OR audience.subject IS NULL OR NOT EXISTS (SELECT FROM ground_participation_mute mute
        WHERE mute.user_id = person.id AND mute.subject_id = audience.subject)
    ORDER BY audience.user_id, audience.key
    ON CONFLICT (key) DO NOTHING
    RETURNING id, user_id, rhythm
),
planned AS (
    INSERT INTO ground_participation_delivery
        (user_id, notice_id, channel, state, due_at, attempts, trouble, provider_id, created_at)
    SELECT told.user_id, told.id, 'mail', 'waiting', %(now)s, 0, '', '', %(now)s FROM told WHERE told.rhythm = 'now'
    UNION ALL
    SELECT told.user_id, told.id, 'push', 'waiting', %(now)s, 0, '', '', %(now)s FROM told
    LEFT JOIN ground_participation_choice choice ON choice.user_id = told.user_id AND choice."group" = %(group)s
    WHERE coalesce(choice.push, %(push)s)
        AND EXISTS (SELECT FROM ground_participation_device device WHERE device.user_id = told.user_id)
    RETURNING 1
)
SELECT (SELECT max(user_id) FROM audience), (SELECT count(*) FROM audience), (SELECT count(*) FROM planned)
"""
# The same words for everybody.
SAME = """
SELECT them.user_id, them.reason, %(subject)s::bigint AS subject, NULL::bigint AS watch, %(text)s::jsonb AS text,
    %(url)s AS url, %(key)s AS key FROM ({people}) them
"""
NAMED = """
SELECT named.id AS user_id, CASE
    WHEN %(reason)s <> '' THEN %(reason)s
    WHEN named.id = %(author)s THEN 'author'
    WHEN EXISTS (SELECT FROM ground_participation_follow f WHERE f.subject_id = %(subject)s AND f.user_id = named.id)
        THEN 'follow'
    WHEN EXISTS (SELECT FROM ground_participation_support s WHERE s.subject_id = %(subject)s AND s.user_id = named.id)
        THEN 'support'
    ELSE 'direct' END AS reason
FROM (SELECT DISTINCT unnest(%(users)s::bigint[]) AS id) named
"""
# One page of those around a subject by the id of the person, each found by an index. Who is several things at once is
# told as the first of them by the alphabet, which happens to be the weightiest: author, follow, support.
AROUND = """
SELECT near.user_id, min(near.reason) AS reason FROM (
    (SELECT user_id, 'follow' AS reason FROM ground_participation_follow
        WHERE subject_id = %(subject)s AND created_at <= %(now)s AND user_id > %(after)s
        ORDER BY user_id LIMIT %(size)s)
    UNION ALL
    (SELECT user_id, 'support' FROM ground_participation_support
        WHERE subject_id = %(subject)s AND created_at <= %(now)s AND user_id > %(after)s
        ORDER BY user_id LIMIT %(size)s)
    UNION ALL
    (SELECT %(author)s::bigint, 'author' WHERE %(author)s::bigint > %(after)s)
) near WHERE near.user_id IS DISTINCT FROM %(except_user)s
GROUP BY near.user_id ORDER BY near.user_id LIMIT %(size)s
"""


@dataclass(frozen=True)
class Telling:
    """One event, as everybody is told of it."""

    kind: str
    message: str
    params: dict[str, object]
    url: str
    key: str
    subject: int | None
    now: datetime
    reason: str = ""

    @property
    def text(self) -> dict[str, object]:
        return {"message": self.message, "params": self.params}

    def values(self) -> dict[str, Any]:
        """What the statements need."""
        kind, group = kinds.kind(self.kind), kinds.group_of(self.kind)
        return {
            "kind": self.kind, "text": json.dumps(self.text), "url": self.url, "key": self.key, "now": self.now,
            "subject": self.subject, "reason": self.reason, "group": group.key, "mail": str(group.mail),
            "push": group.push, "always": kind.always, "author": _author(self.subject),
        }  # fmt: skip


def tell(
    *,
    users: Iterable[int],
    kind: str,
    message: str,
    params: dict[str, object],
    url: str,
    key: str,
    now: datetime,
    subject: int | None = None,
    reason: str = "",
) -> None:
    """Tell people something, once each: `message` is a msgid with %(name)s places, rendered in the reader's language.

    `key` names the event, such as "answered:204"; the same event reaches nobody twice. `users` are ids. `subject` (id
    of a Subject) lets the notice be grouped, muted, and withheld once the subject is no longer public; `reason` says
    why these people are told where it is not because they wrote, follow or support it.
    """
    people = sorted(set(users))
    telling = Telling(kind, message, params, url, key, subject, now, reason)
    if len(people) > AT_ONCE:
        _plan(telling, people=people, except_user=None)
    elif people:
        with transaction.atomic():
            write(SAME.format(people=NAMED), telling.values() | {"users": people})


def tell_around(
    *,
    subject: int,
    kind: str,
    message: str,
    params: dict[str, object],
    url: str,
    key: str,
    now: datetime,
    except_user: int | None = None,
) -> None:
    """Tell everybody who wrote, follows or supports a subject at this moment, however many they are.

    A first batch is told at once; if there are more, a job tells the rest, page by page.
    """
    telling = Telling(kind, message, params, url, key, subject, now)
    _plan(telling, people=None, except_user=except_user)


@transaction.atomic
def _plan(telling: Telling, *, people: list[int] | None, except_user: int | None) -> None:
    planned = Fanout(
        kind=telling.kind, text=telling.text, url=telling.url, key=telling.key, subject_id=telling.subject,
        reason=telling.reason, people=people, except_user_id=except_user, created_at=telling.now,
    )  # fmt: skip
    if people is None and _step(planned, AT_ONCE, telling.now) < AT_ONCE:
        return  # few followers, as nearly always: they have heard of it in this transaction
    planned.save()
    wake(FANOUT_TASK)


def fan_out(*, now: datetime, batch: int = BATCH) -> int:
    """Carry out every planned telling; how many people were told. Each batch is a transaction of its own."""
    told = 0
    while (done := _next_batch(now, batch)) is not None:
        told += done
    return told


@transaction.atomic
def _next_batch(now: datetime, batch: int) -> int | None:
    """Tell the next people of the oldest planned telling that no other worker holds; None where none waits."""
    waiting = Fanout.objects.select_for_update(skip_locked=True, of=("self",)).filter(done_at=None)
    planned = waiting.order_by("pk").first()
    if planned is None:
        return None
    count = _step(planned, batch, now)
    planned.save(update_fields=["after", "done_at"])
    return count


def _step(planned: Fanout, size: int, now: datetime) -> int:
    """Tell one page of people and move on (the caller saves that, in this transaction); how many they were."""
    telling = Telling(
        planned.kind, planned.text["message"], planned.text["params"], planned.url, planned.key, planned.subject_id,
        planned.created_at, planned.reason,
    )  # fmt: skip
    page: dict[str, Any] = {"after": planned.after, "size": size, "except_user": planned.except_user_id}
    if planned.people is None:
        audience = AROUND
    else:
        audience = NAMED
        page["users"] = [pk for pk in planned.people if pk > planned.after][:size]
    last, count = write(SAME.format(people=audience), telling.values() | page)
    planned.after = last or planned.after
    planned.done_at = now if count < size else None
    return count


def write(audience: str, values: dict[str, Any]) -> tuple[int, int]:
    """Write the notices of an audience and plan their deliveries; the highest id in the audience, and its size."""
    with connection.cursor() as cursor:
        cursor.execute(TELL.format(audience=audience), values)
        last, count, planned = cursor.fetchone()
    if planned:
        wake(DELIVERY_TASK)
    return last, count


def _author(subject: int | None) -> int | None:
    card = things.card(subject) if subject else None
    return card.author_id if card else None


def wake(task: str) -> None:
    """Have a job run as soon as this transaction commits; a lost wake-up costs a minute, the outbox keeps the rest."""
    transaction.on_commit(partial(_defer, task), robust=True)


def _defer(task: str) -> None:
    from contextlib import suppress

    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(task, queueing_lock=task).defer()


KEEP = timedelta(days=30)


def forget_fanouts(*, now: datetime) -> int:
    """Remove tellings long carried out; their notices keep the keys."""
    return Fanout.objects.filter(done_at__lt=now - KEEP).delete()[0]
