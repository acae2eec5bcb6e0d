"""The offices of a place, each with its mandate."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from madang.ground.places.models.places import Place


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
