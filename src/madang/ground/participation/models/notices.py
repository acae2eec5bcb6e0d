"""What people are told."""

from __future__ import annotations

from django.db import models

from madang.ground.people.models import User


class Notice(models.Model):
    """Something told to one person: their voice was answered, taken up, merged, hidden."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30)
    text = models.JSONField(help_text="msgid and parameters, rendered in the reader's language")
    url = models.CharField(max_length=300)
    # The same event told twice to the same person is told once: the key names event and person.
    key = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["user", "-created_at", "-id"], name="notice_by_user"),)

    def __str__(self) -> str:
        return f"{self.kind} to {self.user_id}"
