"""What became of a place whose code or name is no longer in force."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from madang.ground.places.models.places import Place


class Succession(models.Model):
    """One place followed another on a day; a merger has several predecessors, a division several successors."""

    class Kind(models.TextChoices):
        RENAMED = "renamed", _("Renamed")
        RECODED = "recoded", _("New code")
        MERGED = "merged", _("Merged")
        DIVIDED = "divided", _("Divided")

    predecessor = models.ForeignKey(Place, models.PROTECT, related_name="successions")
    successor = models.ForeignKey(Place, models.PROTECT, related_name="origins")
    kind = models.CharField(max_length=8, choices=Kind)
    on = models.DateField()
    heir = models.BooleanField(default=True, help_text="took over what the predecessor had open")

    class Meta:
        ordering = ("on", "id")
        constraints = (
            models.UniqueConstraint(fields=["predecessor", "successor"], name="succession_once"),
            models.UniqueConstraint(fields=["predecessor"], condition=Q(heir=True), name="succession_one_heir"),
            models.CheckConstraint(condition=~Q(predecessor=F("successor")), name="succession_by_another"),
        )

    def __str__(self) -> str:
        return f"{self.predecessor_id} → {self.successor_id}"
