"""Counts: what the engine said of the ballots, named so that anybody can repeat it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from madang.ground.people.models import User
from madang.plan.budgets.models.budgets import Budget


class Count(models.Model):
    """One count. official: the one that decides; others are what-if and never published as the result.

    outcome: the JSON of `madang ballots count`; details: explanations per project, distributions, comparison.
    open_data: name of the published .pb file and its SHA-256, over which `madang record verify` counts again.
    """

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="counts")
    official = models.BooleanField(default=False)
    options = models.JSONField()
    engine_version = models.CharField(max_length=20)
    input_digest = models.CharField(max_length=64)
    voters = models.PositiveIntegerField()
    outcome = models.JSONField()
    details = models.JSONField(default=dict)
    open_data = models.TextField(blank=True, help_text="the .pb text after the privacy check")
    open_data_digest = models.CharField(max_length=64, blank=True)
    privacy = models.JSONField(default=dict, help_text="what the check found and what was coarsened")
    counted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    counted_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-counted_at", "-id")
        indexes = (models.Index(fields=["budget", "-counted_at", "-id"], name="count_latest"),)
        constraints = (
            models.UniqueConstraint(fields=["budget"], condition=Q(official=True), name="one_official_count"),
            models.CheckConstraint(
                condition=Q(published_at=None) | (Q(official=True) & ~Q(open_data_digest="")),
                name="count_published_with_open_data",
            ),
        )

    def __str__(self) -> str:
        return f"count {self.pk} of {self.budget_id}"
