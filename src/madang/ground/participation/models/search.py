"""What the search knows. See docs/methods/search.md."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from madang.ground.participation.models.subjects import Subject
from madang.ground.places.models import Place

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
