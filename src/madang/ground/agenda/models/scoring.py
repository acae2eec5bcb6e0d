"""The questions by which a place scores its agenda items, and the answers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import get_language

from madang.ground.agenda.models.items import AgendaItem
from madang.ground.people.models import User
from madang.ground.places.models import Place


class Criterion(models.Model):
    """One question by which a place scores its agenda items; places inherit those of the place above."""

    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="criteria")
    key = models.SlugField(max_length=40)
    name_ko = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    help_ko = models.CharField(max_length=200, blank=True)
    help_en = models.CharField(max_length=200, blank=True)
    weight = models.DecimalField(max_digits=4, decimal_places=2, default=1)
    order = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("order", "id")
        verbose_name_plural = "criteria"
        constraints = (
            models.UniqueConstraint(fields=["place", "key"], nulls_distinct=False, name="criterion_once_per_place"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="criterion_weight_positive"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_ko if (get_language() or "ko").startswith("ko") else self.name_en

    @property
    def help(self) -> str:
        return self.help_ko if (get_language() or "ko").startswith("ko") else self.help_en


class Score(models.Model):
    """One rater's answer to one criterion, 1 (low) to 5 (high)."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="scores")
    rater = models.ForeignKey(User, models.PROTECT, related_name="+")
    value = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=400, blank=True)
    scored_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["item", "criterion", "rater"], name="score_once_per_rater"),
            models.CheckConstraint(condition=Q(value__gte=1, value__lte=5), name="score_one_to_five"),
        )

    def __str__(self) -> str:
        return f"{self.criterion_id}: {self.value}"
