"""Remarks on a subject."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from madang.ground.participation.models.subjects import Subject
from madang.ground.people.models import User


class Comment(models.Model):
    """A remark on a subject, or a reply to one."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    author = models.ForeignKey(User, models.PROTECT, related_name="comments")
    body = models.TextField(max_length=4000)
    created_at = models.DateTimeField()
    hidden_reason = models.CharField(max_length=300, blank=True)
    hidden_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["subject", "created_at", "id"], name="comment_by_subject"),)
        constraints = (
            models.CheckConstraint(condition=~Q(body=""), name="comment_not_empty"),
            models.CheckConstraint(
                condition=Q(hidden_reason="", hidden_by=None) | (~Q(hidden_reason="") & Q(hidden_by__isnull=False)),
                name="comment_hidden_with_reason",
            ),
        )

    def __str__(self) -> str:
        return self.body[:40]
