"""One row for each thing that takes part, and who backs and follows it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from madang.ground.agenda.models import AgendaItem
from madang.ground.people.models import User
from madang.ground.places.models import Place


class Subject(models.Model):
    """The participation side of a proposal, an agenda item or a later thing."""

    kind = models.CharField(max_length=20, help_text="key of a Thing, see things.py")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    # Agenda items live below, so the row points down to them; a trigger makes it (see the migration).
    item = models.OneToOneField(AgendaItem, models.CASCADE, null=True, blank=True, related_name="participation")
    # Counters are kept by the operations, under the row's lock, so that lists count nothing.
    support_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)
    follower_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    # When those who watch for such things were told of it (watching.py); null while it is still to be looked at.
    announced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["id"], condition=Q(announced_at=None), name="subject_to_announce"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="agenda", item__isnull=False) | (~Q(kind="agenda") & Q(item=None)),
                name="subject_of_an_item",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Support(models.Model):
    """One person's backing of a subject. Taking it back deletes the row; the count follows in one transaction."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="supports")
    user = models.ForeignKey(User, models.CASCADE, related_name="supports")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["subject", "user"], name="support_once"),)
        indexes = (models.Index(fields=["user", "-created_at"], name="support_by_user"),)

    def __str__(self) -> str:
        return f"{self.user_id} supports {self.subject_id}"


class Follow(models.Model):
    """A person who wants to know what becomes of a subject."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="follows")
    user = models.ForeignKey(User, models.CASCADE, related_name="follows")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["subject", "user"], name="follow_once"),)
        indexes = (models.Index(fields=["user", "-created_at"], name="follow_by_user"),)

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.subject_id}"
