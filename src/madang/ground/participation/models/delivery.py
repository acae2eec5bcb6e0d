"""The outbox: what has to leave the house by mail or push, and what became of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from madang.ground.participation.models.notices import DIGESTS, Notice, Reason, Rhythm
from madang.ground.participation.models.subjects import Subject
from madang.ground.people.models import User


class Channel(models.TextChoices):
    MAIL = "mail", _("Mail")
    PUSH = "push", _("Push")


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    SENT = "sent", _("Sent")
    DROPPED = "dropped", _("Not sent, as the reader wished")
    DEAD = "dead", _("Given up")


class Digest(models.Model):
    """The notices of one person and period, mailed together. There is one at most."""

    user = models.ForeignKey(User, models.CASCADE, related_name="digests")
    rhythm = models.CharField(max_length=6, choices=Rhythm)
    day = models.DateField(help_text="the day on which it is sent")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "rhythm", "day"], name="digest_once_per_period"),
            models.CheckConstraint(condition=Q(rhythm__in=DIGESTS), name="digest_rhythm_known"),
        )

    def __str__(self) -> str:
        return f"{self.rhythm} {self.day} for {self.user_id}"


class Delivery(models.Model):
    """One notice or digest on its way through one channel.

    A worker that takes it moves `due_at` ahead by a lease; if it dies, the delivery falls due again by itself. What
    is sent twice for that reason carries the same identity (Message-ID, or the push's tag), made of this row's id.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    notice = models.ForeignKey(Notice, models.CASCADE, null=True, blank=True, related_name="deliveries")
    digest = models.OneToOneField(Digest, models.CASCADE, null=True, blank=True, related_name="delivery")
    channel = models.CharField(max_length=4, choices=Channel)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True, help_text="what went wrong last, or why it was not sent")
    provider_id = models.CharField(max_length=200, blank=True, help_text="Message-ID, or the push service's address")
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = (
            models.Index(fields=["due_at", "id"], condition=Q(state=State.WAITING), name="delivery_waiting"),
            models.Index(fields=["-finished_at"], condition=Q(state=State.DEAD), name="delivery_dead"),
        )
        constraints = (
            models.UniqueConstraint(fields=["notice", "channel"], name="delivery_once_per_channel"),
            models.CheckConstraint(
                condition=Q(notice__isnull=False, digest=None) | Q(notice=None, digest__isnull=False, channel="mail"),
                name="delivery_of_a_notice_or_a_digest",
            ),
            models.CheckConstraint(
                condition=Q(state=State.WAITING, finished_at=None)
                | (~Q(state=State.WAITING) & Q(finished_at__isnull=False)),
                name="delivery_finished_when_not_waiting",
            ),
            models.CheckConstraint(condition=~Q(state=State.DEAD) | ~Q(trouble=""), name="delivery_dead_with_reason"),
        )

    def __str__(self) -> str:
        return f"{self.channel} {self.pk}: {self.state}"


class Suppression(models.Model):
    """An address to which no mail goes any more: it bounced, or its reader complained."""

    class Cause(models.TextChoices):
        BOUNCE = "bounce", _("Mail came back")
        COMPLAINT = "complaint", _("Reported as spam")
        OPERATOR = "operator", _("Set by an operator")

    email = models.EmailField(max_length=254)
    cause = models.CharField(max_length=10, choices=Cause)
    detail = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="suppression_once"),)

    def __str__(self) -> str:
        return self.email


class Device(models.Model):
    """A browser that takes web push for somebody (RFC 8030 endpoint, RFC 8291 keys)."""

    user = models.ForeignKey(User, models.CASCADE, related_name="devices")
    endpoint = models.URLField(max_length=1000, unique=True)
    p256dh = models.CharField(max_length=120)
    auth = models.CharField(max_length=60)
    label = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    reached_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["user"], name="device_by_user"),)
        constraints = (
            models.CheckConstraint(condition=~Q(p256dh="") & ~Q(auth=""), name="device_has_keys"),
            models.CheckConstraint(condition=Q(endpoint__startswith="http"), name="device_endpoint_is_an_address"),
        )

    def __str__(self) -> str:
        return self.label or self.endpoint[:40]


class Fanout(models.Model):
    """One event to be told to very many, written down in its transaction and carried out batch by batch by a job.

    Either the people are named, or everybody who follows or supports the subject at `created_at` is meant.
    """

    kind = models.CharField(max_length=30)
    text = models.JSONField()
    url = models.CharField(max_length=300)
    key = models.CharField(max_length=100)
    subject = models.ForeignKey(Subject, models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    people = ArrayField(models.BigIntegerField(), null=True, blank=True)
    except_user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    after = models.BigIntegerField(default=0, help_text="id of the last person told")
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["id"], condition=Q(done_at=None), name="fanout_waiting"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(people__isnull=False) | Q(subject__isnull=False), name="fanout_has_an_audience"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
