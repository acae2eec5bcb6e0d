"""Organizations that take part, who belongs to them, and their wish to be verified."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from madang.ground.people.models.users import User
from madang.ground.places.models import Place


class Organization(models.Model):
    """A public body, firm, cooperative, association, university or hub, from here or overseas."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("Public body")
        FIRM = "firm", _("Firm")
        SOCIAL_ENTERPRISE = "social_enterprise", _("Social enterprise")
        COOPERATIVE = "cooperative", _("Cooperative")
        NGO = "ngo", _("Civic group (NGO)")
        UNIVERSITY = "university", _("University or institute")
        HUB = "hub", _("Hub")
        OVERSEAS = "overseas", _("Overseas organization")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    name_ko = models.CharField(_("name in Korean"), max_length=80)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    home = models.ForeignKey(
        Place, models.PROTECT, null=True, blank=True, related_name="organizations", verbose_name=_("home place")
    )
    country = models.CharField(_("country"), max_length=2, default="KR")
    website = models.URLField(_("website"), max_length=300, blank=True)
    description = models.TextField(_("description"), max_length=2000, blank=True)
    registration_number = models.CharField(_("business registration number"), max_length=10, blank=True)
    registration_public = models.BooleanField(_("show the registration number to everybody"), default=False)
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True, blank=True)
    verified_for = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name_ko", "id")
        constraints = (
            models.CheckConstraint(condition=~Q(name_ko=""), name="organization_has_name"),
            models.CheckConstraint(
                condition=(Q(kind="overseas", home=None) & ~Q(country="KR"))
                | (~Q(kind="overseas") & Q(home__isnull=False, country="KR")),
                name="organization_home_by_kind",
            ),
            models.CheckConstraint(condition=Q(country__regex=r"^[A-Z]{2}$"), name="organization_country_code"),
            models.CheckConstraint(
                condition=Q(registration_number="") | Q(registration_number__regex=r"^[0-9]{10}$"),
                name="organization_number_of_ten",
            ),
            models.CheckConstraint(
                condition=Q(verified_at=None, verified_for=None)
                | Q(verified_at__isnull=False, verified_for__isnull=False),
                name="organization_verified_for_a_place",
            ),
            # Anybody may claim a number; only one organization can have proved it.
            models.UniqueConstraint(
                fields=["registration_number"],
                condition=~Q(registration_number="") & Q(verified_at__isnull=False, closed_at=None),
                name="organization_number_proved_once",
            ),
        )
        indexes = (
            models.Index(fields=["-created_at", "-id"], name="organization_latest"),
            models.Index(fields=["home", "kind"], name="organization_by_home"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organizations:detail", args=[self.pk])

    @property
    def name(self) -> str:
        """The name in the reader's language (Korean where no English one is known)."""
        korean = (get_language() or "ko").startswith("ko") or not self.name_en
        return self.name_ko if korean else self.name_en

    @property
    def subject(self) -> str:
        """The key under which the public record keeps this organization."""
        return f"organization:{self.pk}"

    @property
    def formatted_number(self) -> str:
        """The registration number as it is printed: 123-45-67890."""
        number = self.registration_number
        return f"{number[:3]}-{number[3:5]}-{number[5:]}" if number else ""


class Membership(models.Model):
    """That somebody belongs to an organization, and what they may do for it.

    A standing organization that has members has a representative among them: a trigger holds this (see the migration).
    """

    class Rank(models.TextChoices):
        REPRESENTATIVE = "representative", _("Representative")
        MANAGER = "manager", _("Manager")
        MEMBER = "member", _("Member")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    rank = models.CharField(max_length=16, choices=Rank, default=Rank.MEMBER)
    represents = models.BooleanField(default=False, help_text="may act in the organization's name")
    joined_at = models.DateTimeField()
    added_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("joined_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["organization", "user"], condition=Q(ended_at=None), name="membership_once"
            ),
            models.CheckConstraint(
                condition=~Q(rank="representative") | Q(represents=True), name="representative_represents"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=False) | Q(ended_by=None), name="membership_end_paired"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("joined_at")), name="membership_ends_after_start"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user_id} in {self.organization_id}"


class VerificationRequest(models.Model):
    """An organization asks the officials of a place to confirm that it is what it says; they answer with a reason."""

    class Verdict(models.TextChoices):
        VERIFIED = "verified", _("Verified")
        REFUSED = "refused", _("Not verified")

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="verification_requests")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    note = models.TextField(_("what shows who you are"), max_length=1000)
    asked_by = models.ForeignKey(User, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    reason = models.TextField(_("reason"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("asked_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["organization"], condition=Q(answered_at=None), name="verification_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, verdict="", reason="")
                | (Q(answered_at__isnull=False) & ~Q(verdict="") & ~Q(reason="")),
                name="verification_answer_paired",
            ),
        )
        indexes = (
            models.Index(fields=["place", "asked_at"], condition=Q(answered_at=None), name="verification_queue"),
        )

    def __str__(self) -> str:
        return f"verification of {self.organization_id}"
