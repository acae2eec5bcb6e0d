"""Who changed what a place has set, when and why."""

from __future__ import annotations

from django.db import models

from madang.ground.people.models.users import User
from madang.ground.places.models import Place


class SettingChange(models.Model):
    """One change of one setting; None stands for "inherited"."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="setting_changes")
    key = models.CharField(max_length=40)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=400)
    changed_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ("-changed_at", "-id")
        indexes = (models.Index(fields=["place", "key", "-changed_at"], name="setting_change_latest"),)

    def __str__(self) -> str:
        return f"{self.key} of {self.place_id}"
