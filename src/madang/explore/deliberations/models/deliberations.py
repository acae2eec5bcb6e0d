"""What is deliberated, by whom, and the statements on which people vote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.explore.proposals.models import Proposal, Theme
from madang.ground.agenda.models import AgendaItem
from madang.ground.participation.models import Subject
from madang.ground.people.models import Level, User
from madang.ground.places.models import Place

if TYPE_CHECKING:
    from datetime import datetime


class Deliberation(models.Model):
    """A question on which people vote statement by statement. What matters freezes when voting opens (frozen_at)."""

    KIND = "deliberation"

    class Status(models.TextChoices):
        DRAFT = "draft", _("In preparation")
        OPEN = "open", _("Open for voting")
        CLOSED = "closed", _("Closed")
        HIDDEN = "hidden", _("Hidden")

    class Moderation(models.TextChoices):
        BEFORE = "before", _("Statements appear once they are checked")
        AFTER = "after", _("Statements appear at once and are checked afterwards")

    class Source(models.TextChoices):
        OWN = "own", _("Held here")
        IMPORTED = "imported", _("Imported")
        SIMULATED = "simulated", _("Simulated")

    PUBLIC = (Status.OPEN, Status.CLOSED)
    # What everybody may read: also one that is announced and waits for its opening.
    READABLE = Q(status__in=PUBLIC) | Q(status=Status.DRAFT, announced_at__isnull=False)

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True, related_name="deliberation")
    place = models.ForeignKey(Place, models.PROTECT, related_name="deliberations")
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="deliberations")
    theme = models.ForeignKey(Theme, models.SET_NULL, null=True, blank=True, related_name="deliberations")
    title = models.CharField(_("question"), max_length=150)
    description = models.TextField(_("what it is about"), max_length=4000, blank=True)
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    level = models.PositiveSmallIntegerField(
        _("who may take part"), choices=Level.choices, default=Level.EMAIL, help_text="0 admits guests without account"
    )
    residents_only = models.BooleanField(_("only those who live in the place"), default=False)
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"))
    moderation = models.CharField(_("moderation"), max_length=8, choices=Moderation, default=Moderation.BEFORE)
    languages = models.JSONField(_("languages"), default=list, help_text="codes, the first is the one of the question")
    statements_open = models.BooleanField(_("participants may add statements"), default=True)
    statement_limit = models.PositiveSmallIntegerField(_("statements per person"), default=5)
    seed = models.BigIntegerField(default=0, help_text="of routing and of every published map")
    source = models.CharField(max_length=10, choices=Source, default=Source.OWN)
    attribution = models.CharField(max_length=500, blank=True, help_text="source and licence, or how it was simulated")
    announced_at = models.DateTimeField(null=True, blank=True, help_text="when it became public, before it opens")
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the settings, on the record")
    closed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    # Kept by the job that computes the map, so that no list counts votes.
    participant_count = models.PositiveIntegerField(default=0)
    vote_count = models.PositiveIntegerField(default=0)
    statement_count = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-created_at", "-subject_id")
        indexes = (
            models.Index(fields=["-created_at", "-subject"], name="deliberation_latest"),
            models.Index(fields=["place", "-created_at", "-subject"], name="deliberation_by_place"),
            models.Index(fields=["status", "closes_at"], name="deliberation_by_status"),
            models.Index(fields=["item"], name="deliberation_by_item"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="deliberation_has_title"),
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="deliberation_closes_after_opening"),
            models.CheckConstraint(
                condition=Q(frozen_at=None, frozen_digest="") | (Q(frozen_at__isnull=False) & ~Q(frozen_digest="")),
                name="deliberation_frozen_with_digest",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("open", "closed")) | Q(frozen_at__isnull=False),
                name="deliberation_open_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(status="closed") | Q(closed_at__isnull=False), name="deliberation_closed_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("open", "closed")) | Q(announced_at__isnull=False),
                name="deliberation_open_is_announced",
            ),
            models.CheckConstraint(
                condition=Q(source="own") | ~Q(attribution=""), name="deliberation_not_own_says_whose"
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("deliberations:detail", args=[self.pk])

    @property
    def is_public(self) -> bool:
        """Whether everybody may read it."""
        return self.status in self.PUBLIC or (self.status == self.Status.DRAFT and self.announced_at is not None)

    @property
    def state(self) -> str:
        """What a reader calls its status: an announced one is no draft to them."""
        return "announced" if self.status == self.Status.DRAFT and self.announced_at else str(self.status)

    def takes_votes(self, now: datetime) -> bool:
        """Whether a vote that arrives at this moment counts."""
        return self.status == self.Status.OPEN and self.opens_at <= now < self.closes_at

    @property
    def record_key(self) -> str:
        """The key under which the public record keeps this deliberation."""
        return f"deliberation:{self.pk}"


class Statement(models.Model):
    """One short sentence to agree or disagree with. Its number is what exports call comment-id."""

    class Origin(models.TextChoices):
        SEED = "seed", _("From the office")
        PARTICIPANT = "participant", _("From a participant")
        IMPORTED = "imported", _("Imported")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting to be checked")
        SHOWN = "shown", _("Shown")
        REJECTED = "rejected", _("Not shown")

    deliberation = models.ForeignKey(Deliberation, models.CASCADE, related_name="statements")
    number = models.PositiveIntegerField()
    # 300 for what is written here (see the forms); other tools allowed more.
    text = models.CharField(_("statement"), max_length=1000)
    language = models.CharField(max_length=5, default="ko")
    translations = models.JSONField(default=dict, help_text="text by language code")
    origin = models.CharField(max_length=12, choices=Origin)
    author = models.ForeignKey(
        "explore_deliberations.Participant", models.SET_NULL, null=True, blank=True, related_name="statements"
    )
    voice = models.ForeignKey(
        Proposal, models.SET_NULL, null=True, blank=True, related_name="+", help_text="the proposal it was drawn from"
    )
    status = models.CharField(max_length=10, choices=Status)
    is_meta = models.BooleanField(_("about the process"), default=False)
    decided_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True, help_text="why it is not shown")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        indexes = (models.Index(fields=["deliberation", "status", "number"], name="statement_by_status"),)
        constraints = (
            models.UniqueConstraint(fields=["deliberation", "number"], name="statement_number_once"),
            models.CheckConstraint(condition=~Q(text=""), name="statement_has_text"),
            models.CheckConstraint(
                condition=~Q(status="rejected") | (Q(decided_at__isnull=False) & ~Q(reason="")),
                name="statement_rejected_with_reason",
            ),
        )

    def __str__(self) -> str:
        return self.text
