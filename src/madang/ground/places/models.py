"""The tree of places, the offices in each, and what each place has set for itself."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class Place(models.Model):
    """A metropolitan or provincial government, or a municipality (si, gun, gu) in it."""

    class Level(models.TextChoices):
        PROVINCE = "province", _("Province or metropolis")
        MUNICIPALITY = "municipality", _("Municipality")

    code = models.CharField(max_length=10, help_text=_("Official administrative code, such as 41 or 41110."))
    level = models.CharField(max_length=16, choices=Level)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name_ko = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    boundary = models.JSONField(null=True, blank=True, help_text=_("GeoJSON geometry, where one was imported."))

    class Meta:
        ordering = ("code",)
        constraints = (
            models.UniqueConstraint(fields=["code"], condition=Q(valid_to=None), name="place_code_once"),
            models.CheckConstraint(
                condition=Q(level="province", parent=None) | Q(level="municipality", parent__isnull=False),
                name="place_parent_by_level",
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_from=None) | Q(valid_to__gt=F("valid_from")),
                name="place_validity_ordered",
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_ko if (get_language() or "ko").startswith("ko") else self.name_en


class PlaceSettings(models.Model):
    """What a place sets for itself; an empty value is inherited from the place above, then the default."""

    DEFAULTS = {
        "support_threshold": 50,
        "support_window_days": 30,
        "answer_days": 30,
        "response_days": 7,
        "escalation_days": 14,
    }

    place = models.OneToOneField(Place, models.CASCADE, primary_key=True, related_name="settings")
    support_threshold = models.PositiveIntegerField(
        _("supports that oblige an answer"),
        null=True,
        blank=True,
        help_text=_("Seoul: 50; Gyeonggi: 10,000."),
    )
    support_window_days = models.PositiveIntegerField(_("days to gather them"), null=True, blank=True)
    answer_days = models.PositiveIntegerField(_("days to answer from then"), null=True, blank=True)
    response_days = models.PositiveIntegerField(
        _("days for an office to accept or hand back an agenda item"), null=True, blank=True
    )
    escalation_days = models.PositiveIntegerField(
        _("days after which an unanswered assignment goes to the officer above"), null=True, blank=True
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(support_threshold=None) | Q(support_threshold__gte=1),
                name="place_threshold_positive",
            ),
        )

    def __str__(self) -> str:
        return f"settings of {self.place_id}"


class Office(models.Model):
    """An officer's office, bureau, division or department with its mandate and business plan."""

    class Kind(models.TextChoices):
        OFFICER = "officer", _("Officer")
        BUREAU = "bureau", _("Bureau")
        DIVISION = "division", _("Division")
        DEPARTMENT = "department", _("Department")

    place = models.ForeignKey(Place, models.PROTECT, related_name="offices")
    key = models.CharField(max_length=80)
    kind = models.CharField(max_length=16, choices=Kind)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    name_ko = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120, blank=True)
    mandate = models.TextField(blank=True, help_text=_("One sentence a line."))
    business_plan = models.TextField(blank=True, help_text=_("One sentence a line."))
    is_innovation_officer = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ("place_id", "id")
        constraints = (
            models.UniqueConstraint(fields=["place", "key"], name="office_key_once_per_place"),
            models.UniqueConstraint(
                fields=["place"],
                condition=Q(is_innovation_officer=True, active=True),
                name="one_innovation_officer",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="office_not_its_own_parent"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language (Korean where no English one is known)."""
        korean = (get_language() or "ko").startswith("ko") or not self.name_en
        return self.name_ko if korean else self.name_en
