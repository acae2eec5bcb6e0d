"""How somebody wants to be told: choices, quiet, devices; and turning things off, also without signing in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from madang.ground.participation import kinds
from madang.ground.participation.models import Choice, Device, NoticeSettings, Rhythm, Suppression
from madang.ground.people.models import User

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, time

DEVICES = 20


class WishRefusedError(Exception):
    """A wish that cannot be kept; the message says why and what to do next."""


@dataclass(frozen=True)
class Wishes:
    """Everything that the page of notice settings holds. choices: group → (rhythm of mail, push)."""

    choices: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    language: str = ""
    paused_until: datetime | None = None
    quiet_from: time | None = None
    quiet_to: time | None = None


@transaction.atomic
def set_wishes(*, wishes: Wishes, by: User) -> None:
    """Keep how somebody wants to be told, in place of what they had chosen before."""
    rows = [
        Choice(user=by, group=group, mail=mail, push=push)
        for group, (mail, push) in wishes.choices.items()
        if kinds.find_group(group)
    ]
    Choice.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["user", "group"], update_fields=["mail", "push"]
    )
    quiet = {"quiet_from": wishes.quiet_from, "quiet_to": wishes.quiet_to}
    NoticeSettings.objects.update_or_create(user=by, defaults={"paused_until": wishes.paused_until, **quiet})
    if wishes.language in dict(settings.LANGUAGES):
        User.objects.filter(pk=by.pk).update(language=wishes.language)


@transaction.atomic
def stop_mail(*, user: User, groups: list[str]) -> list[str]:
    """Send no more mail of these groups; a second time changes nothing. The groups that were turned off, by key.

    Open to whoever holds the signed address in a mail, so that it takes one click and no sign-in (RFC 8058).
    """
    wanted = [found for key in groups if (found := kinds.find_group(key))]
    Choice.objects.bulk_create(
        [Choice(user=user, group=one.key, mail=Rhythm.OFF, push=one.push) for one in wanted],
        update_conflicts=True,
        unique_fields=["user", "group"],
        update_fields=["mail"],
    )
    return [one.key for one in wanted]


def suppress(*, email: str, cause: str, detail: str, now: datetime) -> bool:
    """Send nothing more to an address, as it bounced or its reader complained; whether that is new."""
    values = {"cause": cause, "detail": detail[:300], "created_at": now}
    return Suppression.objects.get_or_create(email=email.strip().lower(), defaults=values)[1]


def lift_suppression(*, by: User) -> bool:
    """Try one's own address again, say after a full mailbox was emptied. A complaint only the operators lift."""
    own = Suppression.objects.filter(email=by.email.lower(), cause=Suppression.Cause.BOUNCE)
    return bool(own.delete()[0])


@transaction.atomic
def add_device(*, endpoint: str, p256dh: str, auth: str, label: str, by: User, now: datetime) -> Device:
    """Let a browser show notices. An address that somebody else has used is theirs no more: the browser is shared.

    Raises WishRefusedError.
    """
    if Device.objects.filter(user=by).exclude(endpoint=endpoint).count() >= DEVICES:
        raise WishRefusedError(_("You have turned this on in many browsers already. Remove one of them first."))
    values = {"user": by, "p256dh": p256dh, "auth": auth, "label": label[:80], "created_at": now, "reached_at": None}
    return Device.objects.update_or_create(endpoint=endpoint, defaults=values)[0]


def remove_device(*, device_id: int, by: User) -> bool:
    """Show no more notices in a browser; whether it was there."""
    return bool(Device.objects.filter(pk=device_id, user=by).delete()[0])
