"""What people can do with anything on the thread: support it, comment on it, follow it, find it.

Each thing that takes part has one Subject row; supports, comments, follows and the search document hang on that
row by ordinary foreign keys, so that no list ever asks a generic relation per row.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
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

    class Meta:
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


# Indexed, and not yet in the postings.
LOOSE = Q(ordinal=None, indexed_at__isnull=False)


class SearchDocument(models.Model):
    """What the search and the duplicate finder know of one subject. Rebuilt from the text at any time.

    Waiting: the text is newer than what stands here. Loose (no ordinal): found through this row itself, by the small
    partial indexes. Settled (an ordinal): found through the postings. See docs/methods/search.md.
    """

    subject = models.OneToOneField(Subject, models.CASCADE, primary_key=True, related_name="document")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)
    visible = models.BooleanField(default=True)
    waiting = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=0, help_text="counts edits, so that a slow job never wins")
    ordinal = models.IntegerField(null=True, unique=True, help_text="number in the postings; null while loose")
    words = ArrayField(models.TextField(), default=list, help_text="tokens in order, for themes and shared words")
    terms = ArrayField(models.TextField(), default=list, help_text="what a search finds it by, compounds' parts too")
    impacts = models.BinaryField(default=b"", help_text="weight of each term, one byte each")
    pairs = ArrayField(models.TextField(), default=list, help_text="syllable pairs, kept while loose")
    bands = ArrayField(models.BigIntegerField(), default=list, help_text="MinHash LSH bands")
    fingerprints = ArrayField(models.BigIntegerField(), default=list, help_text="winnowed hashes")
    engine_version = models.CharField(max_length=40, blank=True)
    indexed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (
            GinIndex(fields=["terms"], name="document_loose_terms", condition=LOOSE),
            GinIndex(fields=["pairs"], name="document_loose_pairs", condition=LOOSE),
            GinIndex(fields=["bands"], name="document_bands"),
            GinIndex(fields=["fingerprints"], name="document_fingerprints"),
            models.Index(fields=["subject"], condition=Q(waiting=True), name="document_waiting"),
            models.Index(fields=["subject"], condition=LOOSE, name="document_loose"),
            models.Index(fields=["indexed_at", "subject"], name="document_by_indexing"),
        )

    def __str__(self) -> str:
        return f"document of {self.subject_id}"


class Posting(models.Model):
    """In which documents a term stands: offsets (uint16) in a chunk of 65,536 ordinals, with a weight (uint8) each.

    `term` is a word, `~` and a syllable pair, `@place:<id>` or `@kind:<kind>`; the last three carry no weights.
    """

    pk = models.CompositePrimaryKey("term", "chunk", "part")
    term = models.TextField(db_collation="C")
    chunk = models.SmallIntegerField()
    part = models.SmallIntegerField()
    count = models.PositiveIntegerField()
    offsets = models.BinaryField()
    impacts = models.BinaryField()

    class Meta:
        indexes = (models.Index(fields=["chunk", "part"], name="posting_by_part"),)

    def __str__(self) -> str:
        return f"{self.term}: {self.count}"


class PostingPart(models.Model):
    """A batch of documents written to the postings together."""

    chunk = models.SmallIntegerField()
    part = models.SmallIntegerField()
    first = models.IntegerField()
    documents = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["chunk", "part"], name="part_once_per_chunk"),)

    def __str__(self) -> str:
        return f"{self.chunk}.{self.part}: {self.documents}"


class TermFrequency(models.Model):
    """In how many documents a word occurs; recounted by a job, good enough between counts."""

    term = models.TextField(primary_key=True, db_collation="C")
    documents = models.PositiveIntegerField()

    class Meta:
        indexes = (models.Index(fields=["-documents"], name="frequency_by_count"),)

    def __str__(self) -> str:
        return f"{self.term}: {self.documents}"
