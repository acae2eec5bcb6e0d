"""Addresses of other people's programs that want to be told, and what was sent to each.

A trigger writes the deliveries (see the migration): in the transaction of the decision, however it was recorded.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from madang.ground.participation.models.subjects import Subject
from madang.ground.people.models import Organization, User
from madang.ground.places.models import Place
from madang.ground.record.models import Entry


class Webhook(models.Model):
    """One address, and of what it is told. It belongs to a person, or to an organization for which they act."""

    user = models.ForeignKey(User, models.CASCADE, related_name="webhooks")
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, blank=True, related_name="webhooks")
    name = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    kinds = ArrayField(models.CharField(max_length=40), default=list, help_text="none: all of them")
    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="+")
    secret = models.TextField(help_text="sealed")
    former_secret = models.TextField(blank=True, help_text="sealed; signs beside the new one until former_until")
    former_until = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = (models.Index(fields=["user", "-created_at"], name="webhook_by_user"),)
        constraints = (
            models.CheckConstraint(condition=~Q(name="") & ~Q(url="") & ~Q(secret=""), name="webhook_whole"),
            models.CheckConstraint(
                condition=Q(former_secret="", former_until=None)
                | (~Q(former_secret="") & Q(former_until__isnull=False)),
                name="webhook_former_secret_paired",
            ),
            models.CheckConstraint(
                condition=Q(disabled_at=None, disabled_reason="")
                | (Q(disabled_at__isnull=False) & ~Q(disabled_reason="")),
                name="webhook_disabled_with_reason",
            ),
        )

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One message to one address: an entry of the record, a new thing, or a ping (neither)."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        DROPPED = "dropped", _("No longer public")
        DEAD = "dead", _("Given up")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    message = models.UUIDField(unique=True, help_text="the receiver knows a repetition by it")
    kind = models.CharField(max_length=40)
    entry = models.ForeignKey(Entry, models.CASCADE, null=True, related_name="+")
    subject = models.ForeignKey(Subject, models.CASCADE, null=True, related_name="+")
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField(help_text="when it is tried; while it is being tried, when another may take it up")
    attempts = models.PositiveSmallIntegerField(default=0)
    answered = models.PositiveSmallIntegerField(null=True, help_text="status of the last answer")
    error = models.CharField(max_length=200, blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            models.Index(fields=["next_at", "id"], name="webhook_due", condition=Q(status="pending")),
            models.Index(fields=["webhook", "-created_at", "-id"], name="webhook_log"),
            models.Index(fields=["settled_at"], name="webhook_settled", condition=~Q(status="pending")),
        )
        constraints = (
            models.UniqueConstraint(fields=["webhook", "entry"], name="webhook_tells_entry_once"),
            models.UniqueConstraint(fields=["webhook", "subject"], name="webhook_tells_thing_once"),
            models.CheckConstraint(condition=Q(entry=None) | Q(subject=None), name="webhook_tells_of_one_thing"),
            models.CheckConstraint(
                condition=Q(status="pending", settled_at=None) | (~Q(status="pending") & Q(settled_at__isnull=False)),
                name="webhook_delivery_settled",
            ),
            models.CheckConstraint(condition=Q(next_at__gte=F("created_at")), name="webhook_next_after_creation"),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.webhook_id}"
