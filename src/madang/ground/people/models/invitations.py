"""Invitations by e-mail to a role or to an organization."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from madang.ground.people.models.organizations import Membership, Organization
from madang.ground.people.models.roles import Role
from madang.ground.people.models.users import User
from madang.ground.places.models import Office, Place


class Invitation(models.Model):
    """A letter that lets whoever reads that mailbox take up one role or one membership, once.

    Only a hash of the link's token is kept; the job that sends the letter derives the token anew (see
    `operations.invitations`).
    """

    email = models.EmailField(max_length=254)
    language = models.CharField(max_length=5, default="ko")
    token_hash = models.CharField(max_length=64, unique=True)
    salt = models.CharField(max_length=32)
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, related_name="invitations")
    rank = models.CharField(max_length=16, choices=Membership.Rank, blank=True)
    role = models.CharField(max_length=16, choices=Role.Kind, blank=True)
    place = models.ForeignKey(Place, models.CASCADE, null=True, related_name="+")
    office = models.ForeignKey(Office, models.CASCADE, null=True, related_name="+")
    role_expires_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, blank=True)
    name = models.CharField(max_length=40, blank=True, help_text="how to address the person; forgotten once answered")
    invited_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    by_operator = models.BooleanField(default=False, help_text="from the set-up of a government at the command line")

    class Meta:
        ordering = ("-invited_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=(Q(organization__isnull=False, role="", place=None, office=None) & ~Q(rank=""))
                | (Q(organization=None, rank="") & ~Q(role="")),
                name="invitation_to_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(withdrawn_at=None), name="invitation_answered_once"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("invited_at")), name="invitation_expires_later"),
            models.UniqueConstraint(
                fields=["email", "organization", "role", "place", "office"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                nulls_distinct=False,
                name="invitation_open_once",
            ),
            models.CheckConstraint(condition=Q(email=Lower("email")), name="invitation_email_in_small_letters"),
        )
        indexes = (models.Index(fields=["place", "-invited_at"], name="invitation_by_place"),)

    def __str__(self) -> str:
        return f"invitation {self.pk}"
