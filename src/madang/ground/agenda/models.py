"""The agenda item, the thread on which everything hangs, and its scoring."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
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
        )
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="agenda_has_title"),
            models.CheckConstraint(condition=Q(updated_at__gte=F("created_at")), name="agenda_updated_after_created"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("agenda:thread", args=[self.pk])

    @property
    def subject(self) -> str:
        """The key under which the public record keeps this item."""
        return f"agenda:{self.pk}"


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
