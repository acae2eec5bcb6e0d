"""Figures by place as they were last counted."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from madang.ground.places.models.places import Place


class PlaceFigure(models.Model):
    """How many of one thing a place has itself, and together with the places below it."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="figures")
    key = models.CharField(max_length=40)
    own = models.BigIntegerField()
    total = models.BigIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["place", "key"], name="figure_once_per_place"),
            models.CheckConstraint(condition=Q(own__gte=0, total__gte=F("own")), name="figure_total_holds_own"),
        )

    def __str__(self) -> str:
        return f"{self.key} of {self.place_id}"
