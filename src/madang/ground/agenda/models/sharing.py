"""Who pursues an item together with its lead place: partner places, co-owner offices, and referrals between places."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models.items import AgendaItem
from madang.ground.people.models import User
from madang.ground.places.models import Office, Place


class Partnership(models.Model):
    """A place asked to pursue an item jointly, its answer, and the end of it. The item's own place leads."""

    class Status(models.TextChoices):
        INVITED = "invited", _("Invited")
        ACCEPTED = "accepted", _("Takes part")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Invitation withdrawn")
        LEFT = "left", _("Left")

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="partnerships")
    place = models.ForeignKey(Place, models.PROTECT, related_name="partnerships")
    status = models.CharField(max_length=12, choices=Status, default=Status.INVITED)
    reason = models.TextField(max_length=2000)
    invited_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField()
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(max_length=2000, blank=True)
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ("invited_at", "id")
        indexes = (
            models.Index(fields=["place", "item"], name="partner_by_place", condition=Q(status="accepted")),
            models.Index(fields=["place", "invited_at"], name="partner_invited", condition=Q(status="invited")),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["item", "place"], condition=Q(status__in=("invited", "accepted")), name="partner_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="partner_invited_with_reason"),
            models.CheckConstraint(
                condition=Q(status__in=("invited", "withdrawn"), answered_at=None)
                | Q(status__in=("accepted", "declined", "left"), answered_at__isnull=False),
                name="partner_answered",
            ),
            models.CheckConstraint(
                condition=~Q(status="declined") | ~Q(answer=""), name="partner_declined_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(status__in=("withdrawn", "left"), ended_at__isnull=False) & ~Q(ending="")
                | Q(status__in=("invited", "accepted", "declined"), ended_at=None, ending=""),
                name="partner_ended_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.place_id} in {self.item_id}: {self.status}"


class CoOwner(models.Model):
    """An office that owns an item together with its owner office."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="co_owners")
    office = models.ForeignKey(Office, models.PROTECT, related_name="co_owned")
    reason = models.TextField(max_length=2000)
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ending = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ("added_at", "id")
        constraints = (
            models.UniqueConstraint(fields=["item", "office"], condition=Q(ended_at=None), name="co_owner_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="co_owner_with_reason"),
            models.CheckConstraint(
                condition=Q(ended_at=None, ending="") | (Q(ended_at__isnull=False) & ~Q(ending="")),
                name="co_owner_ended_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.office_id} for {self.item_id}"


class Referral(models.Model):
    """An item put before the place above (or delegated to one below), and what that place answered."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting for an answer")
        TAKEN_OVER = "taken_over", _("Taken over")
        JOINT = "joint", _("Taken jointly")
        SENT_BACK = "sent_back", _("Sent back")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="referrals")
    origin = models.ForeignKey(Place, models.PROTECT, related_name="+")
    target = models.ForeignKey(Place, models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=Status, default=Status.WAITING)
    reason = models.TextField(max_length=2000)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="by when the other place answers")
    escalated_at = models.DateTimeField(null=True, blank=True, help_text="when it was reported as overdue")
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ("-asked_at", "-id")
        indexes = (
            models.Index(fields=["target", "due_at", "id"], name="referral_by_target", condition=Q(status="waiting")),
            models.Index(fields=["origin", "due_at", "id"], name="referral_by_origin", condition=Q(status="waiting")),
            models.Index(
                fields=["due_at"], name="referral_to_escalate", condition=Q(status="waiting", escalated_at=None)
            ),
        )
        constraints = (
            models.UniqueConstraint(fields=["item"], condition=Q(status="waiting"), name="one_referral_waiting"),
            models.CheckConstraint(condition=~Q(origin=F("target")), name="referral_to_another_place"),
            models.CheckConstraint(condition=~Q(reason=""), name="referral_with_reason"),
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="referral_due_after_asking"),
            models.CheckConstraint(
                condition=Q(status="waiting", answered_at=None) | (~Q(status="waiting") & Q(answered_at__isnull=False)),
                name="referral_answered",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("sent_back", "withdrawn")) | ~Q(answer=""),
                name="referral_sent_back_with_reason",
            ),
        )

    def __str__(self) -> str:
        return f"{self.item_id}: {self.origin_id} → {self.target_id}"
