"""Who owns an agenda item: what was proposed, what was decided, what the office answered."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.explore.proposals.models import Answer
from madang.ground.agenda.models import AgendaItem
from madang.ground.people.models import User
from madang.ground.places.models import Office


class OfficeTerms(models.Model):
    """The tokens of an office's name, mandate and business plan, kept until their text changes."""

    office = models.OneToOneField(Office, models.CASCADE, primary_key=True, related_name="+")
    digest = models.CharField(max_length=64, help_text="SHA-256 of name, mandate, plan and tokenizer")
    name = models.JSONField(help_text="tokens of the name")
    sentences = models.JSONField(help_text="one list of tokens a sentence")

    def __str__(self) -> str:
        return f"terms of {self.office_id}"


class DecisionTerms(models.Model):
    """The words of an office's published answer, kept so that each is read once."""

    answer = models.OneToOneField(Answer, models.CASCADE, primary_key=True, related_name="+")
    engine = models.CharField(max_length=40, help_text="the reader: words of two readers are never compared")
    terms = models.JSONField()

    class Meta:
        verbose_name_plural = "decision terms"

    def __str__(self) -> str:
        return f"terms of answer {self.answer_id}"


class Suggestion(models.Model):
    """What the suggester said of an item, with its reasons, version and input, so that it can be repeated."""

    class Verdict(models.TextChoices):
        ONE = "one", _("In the mandate of one office")
        CROSSES = "crosses", _("Crosses departments")
        NONE = "none", _("Clear in no mandate")

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="routing_suggestions")
    verdict = models.CharField(max_length=10, choices=Verdict)
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+", help_text="the proposed owner")
    named = models.JSONField(default=list, help_text="ids of the offices that the verdict names")
    candidates = models.JSONField(
        help_text="[{office, score, confidence, reasons: [{source, part, proposal, voice, sentence, words}]}]"
    )
    n_offices = models.PositiveIntegerField(default=0, help_text="offices compared")
    n_decided = models.PositiveIntegerField(default=0, help_text="past decisions compared")
    n_voices = models.PositiveIntegerField(default=0, help_text="voices of the item that were read")
    terms = models.JSONField(default=list, help_text="words of title and summary, for later suggestions")
    engine_version = models.CharField(max_length=40)
    input_digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-made_at", "-id")
        indexes = (models.Index(fields=["item", "-made_at", "-id"], name="suggestion_latest"),)

    def __str__(self) -> str:
        return f"{self.verdict} for {self.item_id}"

    @property
    def percent(self) -> int:
        """The suggester's confidence in its first candidate, in percent."""
        return round(100 * self.candidates[0]["confidence"]) if self.candidates else 0


class Assignment(models.Model):
    """An office asked to own an item, and its answer. An item has at most one assignment in force."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Waiting for the office")
        ACCEPTED = "accepted", _("Accepted")
        HANDED_BACK = "handed_back", _("Handed back")
        REPLACED = "replaced", _("Replaced")

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="assignments")
    office = models.ForeignKey(Office, models.PROTECT, related_name="assignments")
    suggestion = models.ForeignKey(Suggestion, models.SET_NULL, null=True, related_name="+")
    follows_suggestion = models.BooleanField()
    reason = models.TextField(max_length=2000)
    assigned_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="by when the office accepts or hands back")
    escalates_at = models.DateTimeField(help_text="when an unanswered assignment is reported to the office above")
    escalated_at = models.DateTimeField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.PENDING)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answer_reason = models.TextField(max_length=2000, blank=True)

    class Meta:
        ordering = ("-assigned_at", "-id")
        indexes = (
            models.Index(fields=["office", "status", "due_at"], name="assignment_by_office"),
            models.Index(fields=["due_at", "id"], name="assignment_due", condition=Q(status="pending")),
            models.Index(
                fields=["escalates_at"], name="assignment_to_escalate", condition=Q(status="pending", escalated_at=None)
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["item"],
                condition=Q(status__in=("pending", "accepted")),
                name="one_assignment_in_force",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="assignment_has_reason"),
            models.CheckConstraint(
                condition=Q(status__in=("pending", "replaced"))
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="assignment_answered_by_someone",
            ),
            models.CheckConstraint(
                condition=~Q(status="handed_back") | ~Q(answer_reason=""), name="handed_back_with_reason"
            ),
        )

    def __str__(self) -> str:
        return f"{self.item_id} → {self.office_id}"
