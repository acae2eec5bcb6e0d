"""Voters and their ballots. The tie between a person and a ballot is needed until the close and for the receipt.

Nobody but the voter sees it: no page, export or administration shows a ballot beside a name.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.ground.people.models import Organization, User
from madang.ground.places.models import Place
from madang.plan.budgets.models.budgets import Budget


class Voter(models.Model):
    """Someone who may vote in a budget and has begun to, by one way; paper voters are known by a keyed hash only."""

    class Basis(models.TextChoices):
        RESIDENT = "resident", _("Lives here")
        WORKER = "worker", _("Works here")
        FIRM = "firm", _("Firm or organization here")

    class Channel(models.TextChoices):
        ONLINE = "online", _("Online")
        PAPER = "paper", _("On paper")
        IMPORTED = "imported", _("Imported")

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="voters")
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="budget_voters")
    organization = models.ForeignKey(Organization, models.SET_NULL, null=True, blank=True, related_name="+")
    identity = models.CharField(max_length=64, blank=True, help_text="keyed hash of the verified person, once a budget")
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.RESIDENT)
    channel = models.CharField(max_length=8, choices=Channel)
    district = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    age_band = models.CharField(max_length=8, blank=True, help_text="such as 30-39; blank if not told")
    began_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["budget", "district"], name="voter_by_district"),)
        constraints = (
            models.UniqueConstraint(fields=["budget", "user"], condition=Q(organization=None), name="voter_once"),
            models.UniqueConstraint(
                fields=["budget", "organization"], condition=Q(organization__isnull=False), name="voter_firm_once"
            ),
            models.UniqueConstraint(
                fields=["budget", "identity"], condition=~Q(identity=""), name="voter_identity_once"
            ),
        )

    def __str__(self) -> str:
        return f"voter {self.pk} of {self.budget_id}"


class VoterIdentity(models.Model):
    """A keyed hash of who a voter is, for one budget only. Unique: one person votes once, whichever way they come.

    A person may be known by several (name and birthday, the identity service's token): all are here, so that whoever
    came by the counter is recognized online, and the other way round.
    """

    voter = models.ForeignKey(Voter, models.CASCADE, related_name="identities")
    budget = models.ForeignKey(Budget, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, db_collation="C")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["budget", "digest"], name="voter_identity_one_ballot"),
            models.CheckConstraint(condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="voter_identity_is_a_digest"),
        )

    def __str__(self) -> str:
        return self.digest[:8]


class Ballot(models.Model):
    """A voter's ballot as it stands; changed until the close, one row a voter.

    choices: numbers of projects, each at most once; rankings best first. points: beside them, for cumulative ballots.
    draft_choices: what is marked and not submitted yet (None: nothing since the last submission).
    version counts the changes; client_key: of the last change, so that a retry is no change. receipt: what the voter
    keeps; it proves that this ballot is among the counted ones without telling what it holds.
    """

    voter = models.OneToOneField(Voter, models.CASCADE, primary_key=True, related_name="ballot")
    budget = models.ForeignKey(Budget, models.CASCADE, related_name="ballots")
    choices = ArrayField(models.IntegerField(), default=list)
    points = ArrayField(models.IntegerField(), null=True, blank=True)
    draft_choices = ArrayField(models.IntegerField(), null=True, blank=True)
    draft_points = ArrayField(models.IntegerField(), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    client_key = models.UUIDField(null=True)
    receipt = models.CharField(max_length=64)
    pseudonym = models.PositiveIntegerField(
        null=True, blank=True, help_text="shuffled number in the open data, drawn at the count"
    )
    cast_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True, help_text="null while the basket is only saved")

    class Meta:
        indexes = (models.Index(fields=["budget", "cast_at"], name="ballot_by_time"),)
        constraints = (
            models.UniqueConstraint(fields=["budget", "receipt"], name="ballot_receipt_once"),
            models.UniqueConstraint(fields=["budget", "pseudonym"], name="ballot_pseudonym_once"),
            models.CheckConstraint(
                condition=Q(submitted_at__isnull=False) | Q(pseudonym=None),
                name="ballot_counts_once_submitted",
            ),
        )

    def __str__(self) -> str:
        return f"ballot of voter {self.voter_id}"


class PaperSheet(models.Model):
    """A numbered sheet that was handed out: to a counter with others (identity blank), or to a person at a counter."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="sheets")
    serial = models.CharField(_("number on the sheet"), max_length=40)
    identity = models.CharField(max_length=64, blank=True, db_collation="C", help_text="as in VoterIdentity")
    district = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    issued_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ("serial",)
        constraints = (
            models.UniqueConstraint(fields=["budget", "serial"], name="sheet_serial_once"),
            models.UniqueConstraint(
                fields=["budget", "identity"], condition=~Q(identity=""), name="sheet_one_a_person"
            ),
            models.CheckConstraint(condition=~Q(serial=""), name="sheet_has_serial"),
        )

    def __str__(self) -> str:
        return self.serial


class PaperEntry(models.Model):
    """One person's reading of a paper ballot. Two equal ones by two people make the ballot; else a third decides."""

    class Status(models.TextChoices):
        FIRST = "first", _("Read once")
        AGREED = "agreed", _("Read twice alike")
        DIFFERENT = "different", _("The two readings differ")
        VOID = "void", _("Void")

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="paper_entries")
    serial = models.CharField(_("number on the sheet"), max_length=40)
    reading = models.PositiveSmallIntegerField(help_text="1, 2, or 3 for the decision")
    choices = ArrayField(models.IntegerField(), default=list)
    points = ArrayField(models.IntegerField(), null=True, blank=True)
    district = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")
    identity = models.CharField(max_length=64, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.FIRST)
    reason = models.CharField(max_length=500, blank=True)
    voter = models.ForeignKey(Voter, models.SET_NULL, null=True, blank=True, related_name="paper_entries")
    entered_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("serial", "reading")
        constraints = (
            models.UniqueConstraint(fields=["budget", "serial", "reading"], name="paper_reading_once"),
            models.UniqueConstraint(fields=["budget", "serial", "entered_by"], name="paper_read_by_two_people"),
            models.CheckConstraint(condition=Q(reading__gte=1, reading__lte=3), name="paper_reading_known"),
        )

    def __str__(self) -> str:
        return f"{self.serial}, reading {self.reading}"
