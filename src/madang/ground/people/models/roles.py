"""What people are at a place or in an office, for a time."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.ground.people.models.users import User
from madang.ground.places.models import Office, Place


class Role(models.Model):
    """What a person is at a place (inherited downwards) or in an office, for a time."""

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
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="platform_admin", place=None, office=None)
                | (~Q(kind="platform_admin") & (Q(place__isnull=False) | Q(office__isnull=False))),
                name="role_has_its_ground",
            ),
            models.CheckConstraint(condition=~Q(kind="staff") | Q(office__isnull=False), name="staff_in_an_office"),
            models.UniqueConstraint(fields=["user", "kind", "place", "office"], nulls_distinct=False, name="role_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.user_id}"
