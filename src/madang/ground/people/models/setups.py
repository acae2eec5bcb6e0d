"""Workbooks by which a government is set up."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from madang.ground.people.models.users import User


class GovernmentSetup(models.Model):
    """One workbook: kept from its trial run until it is carried out, then only its hash and its report."""

    sha256 = models.CharField(max_length=64)
    name = models.CharField(max_length=200)
    content = models.BinaryField(null=True)
    report = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField()
    applied_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    applied_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-uploaded_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(applied_at=None) | Q(content=None), name="setup_forgets_its_file_when_applied"
            ),
        )

    def __str__(self) -> str:
        return self.name
