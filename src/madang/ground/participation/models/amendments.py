"""Suggestions of other words for a thing, which its author accepts or declines."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.ground.participation.models.subjects import Subject
from madang.ground.people.models import User


class Amendment(models.Model):
    """Other words for a title and a text, and why. `base_…`: what they were when it was suggested."""

    class Status(models.TextChoices):
        OPEN = "open", _("Waiting for the author")
        ACCEPTED = "accepted", _("Words taken over")
        DECLINED = "declined", _("Words not taken over")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Visibility(models.TextChoices):
        SHOWN = "shown", _("Shown")
        HELD = "held", _("Held for review")
        HIDDEN = "hidden", _("Hidden")

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="amendments")
    author = models.ForeignKey(User, models.PROTECT, related_name="amendments")
    base_title = models.CharField(max_length=200)
    base_body = models.TextField()
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), max_length=20000)
    reason = models.CharField(_("why"), max_length=1000)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.CharField(max_length=1000, blank=True, help_text="why it was declined")
    visibility = models.CharField(max_length=8, choices=Visibility, default=Visibility.SHOWN)
    hidden_reason = models.CharField(max_length=300, blank=True)
    support_count = models.PositiveIntegerField(default=0)
    client_key = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["subject", "-created_at", "-id"], name="amendment_by_subject"),)
        constraints = (
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(body="") & ~Q(reason=""), name="amendment_has_words_and_reason"
            ),
            models.CheckConstraint(
                condition=~Q(title=F("base_title")) | ~Q(body=F("base_body")), name="amendment_changes_something"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("accepted", "declined"), decided_at__isnull=False, decided_by__isnull=False)
                | (~Q(status__in=("accepted", "declined")) & Q(decided_at=None, decided_by=None)),
                name="amendment_decided_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(answer=""), name="amendment_declined_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(visibility="hidden") & ~Q(hidden_reason="")
                | (~Q(visibility="hidden") & Q(hidden_reason="")),
                name="amendment_hidden_with_reason",
            ),
            models.UniqueConstraint(fields=["author", "client_key"], name="amendment_once_per_form"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("talk:amendment", args=[self.pk])

    @property
    def record_key(self) -> str:
        """The key under which the public record keeps this suggestion."""
        return f"amendment:{self.pk}"

    @property
    def is_shown(self) -> bool:
        return self.visibility == self.Visibility.SHOWN


class AmendmentSupport(models.Model):
    """One person's backing of a suggestion."""

    amendment = models.ForeignKey(Amendment, models.CASCADE, related_name="supports")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["amendment", "user"], name="amendment_support_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} supports {self.amendment_id}"
