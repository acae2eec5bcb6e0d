"""What people can do with anything on the thread: support it, comment on it, follow it, find it.

Each thing that takes part has one Subject row; supports, comments, follows and the search document hang on that
row by ordinary foreign keys, so that no list ever asks a generic relation per row.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.ground.people.models import User
from madang.ground.places.models import Place


class Subject(models.Model):
    """The participation side of a proposal, an agenda item or a later thing."""

    class Kind(models.TextChoices):
        PROPOSAL = "proposal", _("Proposal")
        AGENDA = "agenda", _("Agenda item")

    kind = models.CharField(max_length=20, choices=Kind)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    # Counters are kept by the operations, under the row's lock, so that lists count nothing.
    support_count = models.PositiveIntegerField(default=0)
    comment_count = models.PositiveIntegerField(default=0)
    follower_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

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


class Comment(models.Model):
    """A remark on a subject, or a reply to one."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    author = models.ForeignKey(User, models.PROTECT, related_name="comments")
    body = models.TextField(max_length=4000)
    created_at = models.DateTimeField()
    hidden_reason = models.CharField(max_length=300, blank=True)
    hidden_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = (models.Index(fields=["subject", "created_at", "id"], name="comment_by_subject"),)
        constraints = (
            models.CheckConstraint(condition=~Q(body=""), name="comment_not_empty"),
            models.CheckConstraint(
                condition=Q(hidden_reason="", hidden_by=None) | (~Q(hidden_reason="") & Q(hidden_by__isnull=False)),
                name="comment_hidden_with_reason",
            ),
        )

    def __str__(self) -> str:
        return self.body[:40]


class Follow(models.Model):
    """A person who wants to know what becomes of a subject."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="follows")
    user = models.ForeignKey(User, models.CASCADE, related_name="follows")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["subject", "user"], name="follow_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.subject_id}"


class Notice(models.Model):
    """Something told to one person: their voice was answered, taken up, merged, hidden."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30)
    text = models.JSONField(help_text="msgid and parameters, rendered in the reader's language")
    url = models.CharField(max_length=300)
    # The same event told twice to the same person is told once: the key names event and person.
    key = models.CharField(max_length=120, unique=True)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["user", "-created_at", "-id"], name="notice_by_user"),)

    def __str__(self) -> str:
        return f"{self.kind} to {self.user_id}"


class SearchDocument(models.Model):
    """What the search and the duplicate finder know of one subject. Rebuilt from the text at any time."""

    subject = models.OneToOneField(Subject, models.CASCADE, primary_key=True, related_name="document")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    visible = models.BooleanField(default=True)
    tokens = SearchVectorField(null=True)
    bigrams = SearchVectorField(null=True)
    words = ArrayField(models.TextField(), default=list, help_text="tokens in order, for themes and shared words")
    bands = ArrayField(models.IntegerField(), default=list, help_text="MinHash LSH bands")
    signature = models.BinaryField(default=b"", help_text="MinHash signature, 128 × uint32")
    engine_version = models.CharField(max_length=20, blank=True)
    indexed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            GinIndex(fields=["tokens"], name="document_tokens"),
            GinIndex(fields=["bigrams"], name="document_bigrams"),
            GinIndex(fields=["bands"], name="document_bands"),
            models.Index(fields=["subject"], condition=Q(indexed_at=None), name="document_waiting"),
        )

    def __str__(self) -> str:
        return f"document of {self.subject_id}"


class TermFrequency(models.Model):
    """In how many documents a token occurs; recounted by a job, good enough between counts."""

    term = models.TextField(primary_key=True)
    documents = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.term}: {self.documents}"
