"""What a person may do with their own data: take it away, and leave."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q

from madang.ground.people.models.users import User


class Download(models.Model):
    """A copy of everything that the platform holds of a person, made by a job and kept for a week."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="downloads")
    file = models.CharField(max_length=120, unique=True, help_text="name in the private storage")
    size = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ("-made_at",)
        constraints = (
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="download_expires_later"),
            models.CheckConstraint(condition=~Q(file=""), name="download_has_its_file"),
        )

    def __str__(self) -> str:
        return self.file


class Deletion(models.Model):
    """A person's wish to leave. Until `due_at` it can be taken back; then a job carries it out."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="deletion")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    keep_texts = models.BooleanField(help_text="texts stay, without a name; otherwise they are emptied")

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(due_at__gte=F("asked_at")), name="deletion_due_after_asked"),)
        indexes = (models.Index(fields=["due_at"], name="deletion_by_due"),)

    def __str__(self) -> str:
        return str(self.user_id)


class GuardianConsent(models.Model):
    """The consent without which somebody under 14 has no account (Personal Information Protection Act, art. 22-2)."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="guardian_consent")
    needed_until = models.DateField(help_text="the day from which the person is surely 14")
    guardian_email = models.EmailField(max_length=254)
    secret = models.CharField(max_length=64, unique=True, db_collation="C", help_text="keyed hash of the link's secret")
    asked_at = models.DateTimeField()
    guardian_name = models.CharField(max_length=40, blank=True)
    relationship = models.CharField(max_length=20, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(given_at=None) | (~Q(guardian_name="") & ~Q(relationship="")),
                name="consent_given_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(given_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        )

    def __str__(self) -> str:
        return str(self.user_id)


class Browser(models.Model):
    """A browser from which a person has signed in; another one is told of by mail."""

    user = models.ForeignKey(User, models.CASCADE, related_name="browsers")
    digest = models.CharField(max_length=64, db_collation="C", help_text="hash of the cookie that the browser keeps")
    name = models.CharField(max_length=80)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "digest"], name="browser_once"),
            models.CheckConstraint(condition=Q(last_at__gte=F("first_at")), name="browser_seen_in_order"),
        )

    def __str__(self) -> str:
        return self.name
