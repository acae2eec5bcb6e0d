"""Who takes part, and what they voted: the last word of each (Vote) and every word as it came (Cast)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.explore.deliberations.models.deliberations import Deliberation, Statement
from madang.ground.people.models import User


class Participant(models.Model):
    """A person in one deliberation. Its number is what exports call voter-id, and says nothing about the person."""

    deliberation = models.ForeignKey(Deliberation, models.CASCADE, related_name="participants")
    number = models.PositiveIntegerField()
    user = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="deliberation_participants")
    guest_key = models.CharField(max_length=64, blank=True, help_text="keyed hash of a guest's cookie")
    joined_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["deliberation", "number"], name="participant_number_once"),
            models.UniqueConstraint(fields=["deliberation", "user"], name="participant_once"),
            models.UniqueConstraint(
                fields=["deliberation", "guest_key"], condition=~Q(guest_key=""), name="participant_guest_once"
            ),
        )

    def __str__(self) -> str:
        return f"participant {self.number} of {self.deliberation_id}"


class Value(models.IntegerChoices):
    AGREE = 1, _("Agree")
    PASS = 0, _("Pass")
    DISAGREE = -1, _("Disagree")


class Vote(models.Model):
    """A participant's last word on a statement; a vote that was taken back has no row."""

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="votes")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="votes")
    value = models.SmallIntegerField(choices=Value)
    cast_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["participant", "statement"], name="vote_once"),
            models.CheckConstraint(condition=Q(value__in=(-1, 0, 1)), name="vote_value_known"),
        )

    def __str__(self) -> str:
        return f"{self.participant_id} on {self.statement_id}: {self.value}"


class Cast(models.Model):
    """A vote as it came, never changed: what makes a retry count once, and what a timelapse replays.

    value is null where the vote was taken back. client_key: chosen by the browser, once per act.
    """

    participant = models.ForeignKey(Participant, models.CASCADE, related_name="casts")
    statement = models.ForeignKey(Statement, models.CASCADE, related_name="casts")
    value = models.SmallIntegerField(choices=Value, null=True)
    client_key = models.UUIDField()
    cast_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["participant", "client_key"], name="cast_once"),
            models.CheckConstraint(condition=Q(value=None) | Q(value__in=(-1, 0, 1)), name="cast_value_known"),
        )

    def __str__(self) -> str:
        return f"{self.participant_id} on {self.statement_id}: {self.value}"
