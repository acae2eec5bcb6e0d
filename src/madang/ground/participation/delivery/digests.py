"""Gathering the notices of a day or a week into one mail a person."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.utils import timezone

from madang.ground.participation import kinds
from madang.ground.participation.delivery.wanted import is_muted, wishes
from madang.ground.participation.models import Notice, Rhythm
from madang.ground.participation.models.notices import GATHERING
from madang.ground.participation.operations.telling import DELIVERY_TASK, wake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.ground.participation.models import Digest

AT = time(7, 30)
BATCH = 2_000

# One statement for one batch of people: the digest, its notices and its delivery. Whoever has one for that period
# already, or pauses, is left alone; their notices wait for the next.
GATHER = """
WITH people AS (
    SELECT DISTINCT notice.user_id FROM ground_participation_notice notice
    LEFT JOIN ground_participation_noticesettings own ON own.user_id = notice.user_id
    WHERE notice.rhythm = %(rhythm)s AND notice.digest_id IS NULL AND notice.created_at < %(until)s
        AND notice.user_id > %(after)s AND (own.paused_until IS NULL OR own.paused_until <= %(now)s)
    ORDER BY notice.user_id LIMIT %(size)s
),
new AS (
    INSERT INTO ground_participation_digest (user_id, rhythm, day, created_at)
    SELECT user_id, %(rhythm)s, %(day)s, %(now)s FROM people ORDER BY user_id
    ON CONFLICT (user_id, rhythm, day) DO NOTHING RETURNING id, user_id
),
gathered AS (
    UPDATE ground_participation_notice notice SET digest_id = new.id FROM new
    WHERE notice.user_id = new.user_id AND notice.rhythm = %(rhythm)s AND notice.digest_id IS NULL
        AND notice.created_at < %(until)s
    RETURNING 1
),
planned AS (
    INSERT INTO ground_participation_delivery
        (user_id, digest_id, channel, state, due_at, attempts, trouble, provider_id, created_at)
    SELECT user_id, id, 'mail', 'waiting', %(now)s, 0, '', '', %(now)s FROM new RETURNING 1
)
SELECT (SELECT max(user_id) FROM people), (SELECT count(*) FROM planned)
"""


def period(rhythm: str, now: datetime) -> tuple[date, datetime]:
    """The day of the digest that is due, and the moment up to which it gathers: 07:30, for weeks on Monday."""
    local = timezone.localtime(now)
    day = local.date() if local.time() >= AT else local.date() - timedelta(days=1)
    if rhythm == Rhythm.WEEKLY:
        day -= timedelta(days=day.weekday())
    return day, datetime.combine(day, AT, tzinfo=local.tzinfo)


def gather(*, now: datetime, batch: int = BATCH) -> int:
    """Make every digest that is due; how many there are. A second run, or two at once, make none twice."""
    settle_read()
    return sum(_gather(rhythm, now, batch) for rhythm in (Rhythm.DAILY, Rhythm.WEEKLY))


def settle_read() -> int:
    """What was read on the site needs no mail any more."""
    return Notice.objects.filter(GATHERING, read_at__isnull=False).update(rhythm=Rhythm.OFF)


def _gather(rhythm: str, now: datetime, batch: int) -> int:
    day, until = period(rhythm, now)
    fixed: dict[str, Any] = {"rhythm": rhythm, "day": day, "until": until, "now": now, "size": batch}
    after, made = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(GATHER, {**fixed, "after": after})
            last, count = cursor.fetchone()
            if count:
                wake(DELIVERY_TASK)
        if last is None:
            return made
        after, made = last, made + count


def contents(digest: Digest) -> Sequence[Notice]:
    """What a digest tells when it is sent: unread still, not turned off, not muted since; newest first."""
    wish = wishes(digest.user)
    rows = Notice.objects.filter(digest=digest, read_at=None).order_by("-created_at", "-id")
    wanted = [row for row in rows if wish[kinds.group_of(row.kind).key].mail != Rhythm.OFF]
    return [row for row in wanted if not is_muted(row)]
