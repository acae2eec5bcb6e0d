"""Whether a delivery is still wanted, asked at the last moment: what was turned off a second ago is not sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from madang.ground.participation import kinds
from madang.ground.participation.delivery.outbox import Dropped, Postponed
from madang.ground.participation.models import (
    Channel,
    Choice,
    Delivery,
    Mute,
    Notice,
    NoticeSettings,
    Rhythm,
    Suppression,
)

if TYPE_CHECKING:
    from madang.ground.participation.delivery.outbox import Outcome
    from madang.ground.people.models import User


def refusal(delivery: Delivery, *, now: datetime) -> Outcome | None:
    """Why not to send it now, or None."""
    user = delivery.user
    if not user.is_active:
        return Dropped("the account is closed")
    if delivery.channel == Channel.MAIL and suppressed(user):
        return Dropped("the address takes no mail")
    own = NoticeSettings.objects.filter(user=user).first()
    if delivery.notice:
        return _of_notice(delivery, delivery.notice, own, now)
    paused = bool(own and own.paused_until and own.paused_until > now)
    return Postponed(own.paused_until) if own and own.paused_until and paused else None


def _of_notice(delivery: Delivery, notice: Notice, own: NoticeSettings | None, now: datetime) -> Outcome | None:
    if notice.read_at:
        return Dropped("read already")
    wish = wishes(delivery.user)[kinds.group_of(notice.kind).key]
    if wish.mail == Rhythm.OFF if delivery.channel == Channel.MAIL else not wish.push:
        return Dropped("turned off")
    if is_muted(notice):
        return Dropped("muted")
    if own and own.paused_until and own.paused_until > now:
        return _gathered(delivery, notice)
    return Postponed(until) if own and (until := quiet_until(own, now)) else None


def _gathered(delivery: Delivery, notice: Notice) -> Outcome:
    """After a pause the mails of all its days come as one digest."""
    if delivery.channel == Channel.MAIL:
        Notice.objects.filter(pk=notice.pk, digest=None).update(rhythm=Rhythm.DAILY)
    return Dropped("paused by the reader")


def suppressed(user: User) -> bool:
    """Whether the person's address takes no mail any more."""
    return not user.email or Suppression.objects.filter(email=user.email.lower()).exists()


def wishes(user: User) -> dict[str, kinds.Wish]:
    """What holds for each group at this moment."""
    chosen = {one.group: one for one in Choice.objects.filter(user=user)}
    return {group.key: kinds.wish(group, chosen.get(group.key)) for group in kinds.groups()}


def is_muted(notice: Notice) -> bool:
    if notice.subject_id is None or kinds.kind(notice.kind).always:
        return False
    return Mute.objects.filter(user_id=notice.user_id, subject_id=notice.subject_id).exists()


def quiet_until(own: NoticeSettings, now: datetime) -> datetime | None:
    """The end of the quiet hours in which `now` falls; they may span midnight."""
    if own.quiet_from is None or own.quiet_to is None:
        return None
    local = timezone.localtime(now)
    at, start, end = local.time(), own.quiet_from, own.quiet_to
    inside = start <= at < end if start < end else (at >= start or at < end)
    if not inside:
        return None
    day = local.date() if at < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, tzinfo=local.tzinfo)
