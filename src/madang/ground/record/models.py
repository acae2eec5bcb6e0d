"""The public record: every public decision with its office, date and reason. Nothing in it is changed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from madang.ground.people.models import User
from madang.ground.places.models import Office, Place
from madang.ground.record.kinds import label_of


class Entry(models.Model):
    """One decision or event. The database refuses UPDATE and DELETE (see the migration)."""

    class Kind(models.TextChoices):
        """The kinds of the ground; rooms above register more (kinds.py)."""

        PROMOTED = "promoted", _("Taken up as an agenda item")
        EVIDENCE = "evidence", _("Voices added as evidence")
        STAGE = "stage", _("Stage entered")
        NOTE = "note", _("Note")
        CLOSED = "closed", _("Closed")
        ROUTED = "routed", _("Owner proposed")
        ASSIGNED = "assigned", _("Owner assigned")
        ACCEPTED = "accepted", _("Accepted by the office")
        HANDED_BACK = "handed_back", _("Handed back by the office")
        ESCALATED = "escalated", _("Escalated")
        SCORED = "scored", _("Scored")
        ANSWERED = "answered", _("Answered")
        HIDDEN = "hidden", _("Hidden")
        RESTORED = "restored", _("Shown again")
        MERGED = "merged", _("Merged")
        SPLIT = "split", _("Separated again")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        SETTINGS = "settings", _("Settings changed")

    at = models.DateTimeField()
    kind = models.CharField(max_length=24, help_text="see kinds.py")
    subject = models.CharField(max_length=60, help_text="such as agenda:17 or proposal:204")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("at", "id")
        verbose_name_plural = "entries"
        indexes = (
            models.Index(fields=["subject", "at", "id"], name="entry_by_subject"),
            models.Index(fields=["place", "-at", "-id"], name="entry_by_place"),
            models.Index(fields=["-at", "-id"], name="entry_latest"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    def get_kind_display(self) -> str:
        """What happened, in the reader's language."""
        return label_of(self.kind)
