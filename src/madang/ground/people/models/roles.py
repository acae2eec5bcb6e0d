"""What people are at a place, in an office or in an organization, for a time."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from madang.ground.people.models.organizations import Organization
from madang.ground.people.models.users import User
from madang.ground.places.models import Office, Place


class Role(models.Model):
    """What a person is at a place (inherited downwards), in an office or in an organization, for a time.

    It is in force from `starts_at` (None: ever since) until `expires_at` (None: without end) or until it is ended,
    which leaves it standing with who ended it and why. Grants and ends go through `operations.roles`.
    """

    class Kind(models.TextChoices):
        OFFICER = "officer", _("Social Innovation Officer's office")
        STAFF = "staff", _("Department staff")
        MUNICIPAL_ADMIN = "municipal_admin", _("Municipal administrator")
        PLATFORM_ADMIN = "platform_admin", _("Platform administrator")
        EXPERT = "expert", _("Expert")
        MEMBER = "member", _("Organization member")
        INVESTOR = "investor", _("Investor")
        EVALUATOR = "evaluator", _("Independent evaluator")

    user = models.ForeignKey(User, models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=16, choices=Kind)
    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="roles")
    office = models.ForeignKey(Office, models.CASCADE, null=True, blank=True, related_name="roles")
    organization = models.ForeignKey(Organization, models.CASCADE, null=True, blank=True, related_name="roles")
    starts_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    granted_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=400, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    end_reason = models.CharField(max_length=400, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="told that it expires soon")

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="platform_admin", place=None, office=None, organization=None)
                | (
                    ~Q(kind="platform_admin")
                    & (Q(place__isnull=False) | Q(office__isnull=False) | Q(organization__isnull=False))
                ),
                name="role_has_its_ground",
            ),
            models.CheckConstraint(condition=~Q(kind="staff") | Q(office__isnull=False), name="staff_in_an_office"),
            models.CheckConstraint(
                condition=~Q(kind__in=("officer", "staff", "municipal_admin")) | Q(organization=None),
                name="role_of_government_not_in_organization",
            ),
            models.CheckConstraint(
                condition=~Q(kind="municipal_admin") | Q(place__isnull=False), name="administrator_of_a_place"
            ),
            models.CheckConstraint(
                condition=Q(starts_at=None) | Q(expires_at=None) | Q(expires_at__gt=F("starts_at")),
                name="role_expires_after_start",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(ended_by=None, end_reason=""), name="role_end_paired"
            ),
            models.UniqueConstraint(
                fields=["user", "kind", "place", "office", "organization"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="role_once",
            ),
        )
        indexes = (
            models.Index(fields=["place", "kind"], condition=Q(ended_at=None), name="role_by_place"),
            models.Index(fields=["expires_at"], condition=Q(ended_at=None), name="role_by_expiry"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"

    @property
    def subject(self) -> str:
        """The key under which the public record keeps this role; it names nobody."""
        return f"role:{self.pk}"
