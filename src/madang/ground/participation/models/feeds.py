"""The key to a person's own calendar."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from madang.ground.people.models import User


class CalendarKey(models.Model):
    """A secret address under which calendar programs read a person's own dates. Only its digest is kept."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="calendar_key")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the token")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="calendar_key_digest"),
        )

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
