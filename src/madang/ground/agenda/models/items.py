"""The agenda item, the thread on which everything hangs."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.ground.people.models import User
from madang.ground.places.models import Office, Place


class Field(models.TextChoices):
    """The five fields of the pursuit."""

    FAIR_ECONOMY = "fair_economy", _("Distribution and fair prices")
    LIVING_CULTURE = "living_culture", _("Living culture and space")
    JOBS = "jobs", _("Jobs for every age")
    HOUSING_SAFETY = "housing_safety", _("Housing and safety")
    ENGAGEMENT = "engagement", _("Engagement and public services")


class Stage(models.TextChoices):
    EXPLORE = "explore", _("Explore")
    PLAN = "plan", _("Plan")
    PRACTICE = "practice", _("Practice")
    DIFFUSE = "diffuse", _("Diffuse")
    CLOSED = "closed", _("Closed")


class AgendaItem(models.Model):
    """A problem that the pursuit has taken up."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="agenda_items")
    title = models.CharField(_("title"), max_length=120)
    summary = models.TextField(_("summary"), max_length=4000)
    field = models.CharField(_("field"), max_length=20, choices=Field)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.EXPLORE)
    stage_since = models.DateTimeField()
    owner = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged_items")
    # No circle and no item by itself: see the migration, whose trigger holds it.
    inspired_by = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="inspired")
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    # Kept by operations so that no list counts anything.
    voice_count = models.PositiveIntegerField(default=0)
    supporter_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-created_at", "-id")
        indexes = (
            models.Index(fields=["-created_at", "-id"], name="agenda_latest"),
            models.Index(fields=["place", "-created_at", "-id"], name="agenda_by_place"),
            models.Index(fields=["stage", "-created_at", "-id"], name="agenda_by_stage"),
            models.Index(fields=["owner", "-created_at", "-id"], name="agenda_by_owner"),
            models.Index(fields=["merged_into"], name="agenda_merged", condition=Q(merged_into__isnull=False)),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="agenda_has_title"),
            models.CheckConstraint(condition=Q(updated_at__gte=F("created_at")), name="agenda_updated_after_created"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="agenda_stage_known"),
            models.CheckConstraint(
                condition=Q(merged_into=None) | (Q(stage="closed") & ~Q(merged_into=F("id"))),
                name="agenda_merged_is_closed",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("agenda:thread", args=[self.pk])

    @property
    def subject(self) -> str:
        """The key under which the public record keeps this item."""
        return f"agenda:{self.pk}"
