"""Limits on how fast somebody may write."""

from __future__ import annotations

from django.db import models


class Bucket(models.Model):
    """When the next write under a key would be on time, had they all come evenly (GCRA's theoretical arrival time)."""

    key = models.CharField(primary_key=True, max_length=120, db_collation="C")
    due_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["due_at"], name="bucket_by_due"),)

    def __str__(self) -> str:
        return self.key
