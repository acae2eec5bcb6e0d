"""Changing what a place has set, in public: with a reason, in its history and on the record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from madang.ground.footing.recording import recorded
from madang.ground.people.authority import ADMINISTER
from madang.ground.people.models import SettingChange
from madang.ground.people.permissions import require
from madang.ground.places import settings
from madang.ground.places.operations import set_settings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Place


class SettingsChangedError(ValueError):
    """Somebody else changed the same setting meanwhile; nothing was overwritten."""


class NoReasonError(ValueError):
    """A setting was to be changed without saying why."""


@transaction.atomic
def change_settings(
    *, place: Place, values: Mapping[str, Any], seen: Mapping[str, Any] | None = None, reason: str, by: User,
    now: datetime,
) -> list[SettingChange]:  # fmt: skip
    """Change settings of a place; None inherits again.

    seen: what the place itself had set when the decision was taken; where that has changed since, nothing is written
    and SettingsChangedError says so. Raises PermissionDenied, NoReasonError, SettingValueError.
    """
    require(by, ADMINISTER, place)
    if not reason.strip():
        raise NoReasonError(_("Give the reason: it stands on the public record."))
    before = set_settings(place=place, values=values)
    for key, value in (seen or {}).items():
        if key in before and before[key] != value:
            label = settings.get(key).label
            raise SettingsChangedError(
                _("“%(setting)s” was changed by somebody else meanwhile. Look at the new value, then decide again.")
                % {"setting": label}
            )
    changes = [
        SettingChange(
            place=place, key=key, before=before[key], after=values[key], reason=reason.strip(), changed_by=by,
            changed_at=now,
        )
        for key in values
        if before[key] != values[key]
    ]  # fmt: skip
    SettingChange.objects.bulk_create(changes)
    if changes:
        data = {"changes": [{"key": one.key, "before": one.before, "after": one.after} for one in changes]}
        recorded(
            kind="settings",
            subject=f"place:{place.code}",
            place=place,
            by=by,
            now=now,
            reason=reason.strip(),
            data=data,
        )
    return changes
