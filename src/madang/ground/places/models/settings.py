"""What a place has set for itself; what it has not set is inherited from the place above, then the default."""

from __future__ import annotations

from django.db import models

from madang.ground.places.models.places import Place


class SettingValue(models.Model):
    """One value that a place has set. Which settings there are, apps register (see `places.settings`)."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="set_values")
    key = models.CharField(max_length=40)
    value = models.JSONField()

    class Meta:
        ordering = ("place_id", "key")
        constraints = (models.UniqueConstraint(fields=["place", "key"], name="setting_once_per_place"),)

    def __str__(self) -> str:
        return f"{self.key} of {self.place_id}"
