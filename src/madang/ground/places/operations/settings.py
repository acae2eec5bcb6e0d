"""Changing what a place has set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

from madang.ground.places import settings
from madang.ground.places.models import Place, SettingValue

if TYPE_CHECKING:
    from collections.abc import Mapping


@transaction.atomic
def set_settings(*, place: Place, values: Mapping[str, Any]) -> dict[str, Any]:
    """Change what a place has set; None inherits again. Returns what it had set before, for the same keys.

    One writer at a time for each place. Whoever decides this in public calls `people.operations.settings`, which
    records it. Raises KeyError for a setting that nobody registered, SettingValueError for a value that it refuses.
    """
    read = {key: None if value is None else settings.get(key).read(value) for key, value in values.items()}
    Place.objects.select_for_update(no_key=True).only("pk").get(pk=place.pk)
    before = dict(SettingValue.objects.filter(place=place, key__in=read).values_list("key", "value"))
    SettingValue.objects.filter(place=place, key__in=[key for key, value in read.items() if value is None]).delete()
    rows = [SettingValue(place=place, key=key, value=value) for key, value in read.items() if value is not None]
    SettingValue.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["place", "key"], update_fields=["value"]
    )
    return {key: before.get(key) for key in read}
