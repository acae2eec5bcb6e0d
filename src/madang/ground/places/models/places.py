"""The tree of places: provinces and metropolises, and the municipalities in them."""

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
