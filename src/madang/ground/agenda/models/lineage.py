"""How items became one, and how one became two; each with its reason, so that it can be read and undone."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from madang.ground.agenda.models.items import AgendaItem, Stage
from madang.ground.people.models import User


class Merger(models.Model):
    """An item merged into another: where it stood, what went along, and whether that was undone."""

    source = models.ForeignKey(AgendaItem, models.CASCADE, related_name="mergers")
    target = models.ForeignKey(AgendaItem, models.CASCADE, related_name="mergers_into")
    reason = models.TextField(max_length=2000)
    stage_before = models.CharField(max_length=12, choices=Stage)
    moved = models.JSONField(default=dict, help_text="what each part of the house brought along, by its key")
    merged_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    merged_at = models.DateTimeField()
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undoing = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ("merged_at", "id")
        constraints = (
            models.UniqueConstraint(fields=["source"], condition=Q(undone_at=None), name="merged_once_at_a_time"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="merger_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="merger_with_reason"),
            models.CheckConstraint(
                condition=Q(stage_before__in=("explore", "plan", "practice", "diffuse")), name="merger_of_open_item"
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undoing="") | (Q(undone_at__isnull=False) & ~Q(undoing="")),
                name="merger_undone_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.source_id} into {self.target_id}"


class Division(models.Model):
    """A part of an item that became an item of its own."""

    source = models.ForeignKey(AgendaItem, models.CASCADE, related_name="divisions")
    part = models.OneToOneField(AgendaItem, models.CASCADE, related_name="divided_from")
    reason = models.TextField(max_length=2000)
    moved = models.JSONField(default=dict, help_text="what each part of the house gave to the new item, by its key")
    divided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    divided_at = models.DateTimeField()

    class Meta:
        ordering = ("divided_at", "id")
        constraints = (
            models.CheckConstraint(condition=~Q(source=F("part")), name="division_of_two"),
            models.CheckConstraint(condition=~Q(reason=""), name="division_with_reason"),
        )

    def __str__(self) -> str:
        return f"{self.part_id} from {self.source_id}"
