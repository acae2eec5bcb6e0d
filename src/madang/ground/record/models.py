"""The public record: every public decision with its office, date and reason, in a Merkle log that only grows.

The database refuses to change or remove any of it (see the migrations), with one exception: what a person may ask to be
forgotten can be emptied together with its salt, and what was sealed in the entry's bytes stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.engines.ledger import notes
from madang.ground.people.models import User
from madang.ground.places.models import Office, Place
from madang.ground.record.kinds import label_of
from madang.ground.record.sealing import seal

if TYPE_CHECKING:
    from collections.abc import Iterable


class EntryQuerySet(models.QuerySet["Entry"]):
    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> Any:
        """Seal, then insert."""
        entries: list[Any] = list(objs)
        for entry in entries:
            seal(entry)
        return super().bulk_create(entries, *args, **options)


class Entry(models.Model):
    """One decision or event.

    `canonical` are its bytes in the log: kind, subject, place, office and time as they were, and commitments to actor,
    reason and data, which are opened by the columns beside them as long as these are not forgotten.
    """

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
        WITHHELD = "withheld", _("Words of an entry withheld")

    at = models.DateTimeField()
    kind = models.CharField(max_length=24, help_text="see kinds.py")
    subject = models.CharField(max_length=60, help_text="such as agenda:17 or proposal:204")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    office = models.ForeignKey(Office, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    canonical = models.BinaryField()
    leaf_hash = models.BinaryField(max_length=32)
    actor_salt = models.BinaryField(max_length=32, null=True)
    reason_salt = models.BinaryField(max_length=32, null=True)
    data_salt = models.BinaryField(max_length=32, null=True)
    subject_salt = models.BinaryField(max_length=32, null=True)

    objects: ClassVar[models.Manager[Entry]] = EntryQuerySet.as_manager()

    class Meta:
        ordering = ("at", "id")
        verbose_name_plural = "entries"
        indexes = (
            models.Index(fields=["subject", "at", "id"], name="entry_by_subject"),
            models.Index(fields=["place", "-at", "-id"], name="entry_by_place"),
            models.Index(fields=["-at", "-id"], name="entry_latest"),
        )
        # What is open has the salt that opens it. (That leaf_hash, kind and subject are those of `canonical`: 0005.)
        constraints = (
            models.CheckConstraint(condition=Q(actor=None) | Q(actor_salt__isnull=False), name="entry_actor_salted"),
            models.CheckConstraint(condition=Q(reason="") | Q(reason_salt__isnull=False), name="entry_reason_salted"),
            models.CheckConstraint(condition=Q(data={}) | Q(data_salt__isnull=False), name="entry_data_salted"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    def save(self, *args: Any, **options: Any) -> None:
        """Seal, then insert. The database refuses a second save."""
        if self._state.adding:
            seal(self)
        super().save(*args, **options)

    def get_kind_display(self) -> str:
        """What happened, in the reader's language."""
        return label_of(self.kind)

    @property
    def is_withheld(self) -> bool:
        """Whether the reason was taken out of sight after it was recorded."""
        return self.reason_salt is None


class Waiting(models.Model):
    """An entry that has no place in the log yet. A trigger adds the row; it goes only once the leaf is there."""

    entry_id = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name_plural = "waiting"

    def __str__(self) -> str:
        return str(self.entry_id)


class Leaf(models.Model):
    """The place of an entry in the log: 0, 1, 2 … without a gap."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, models.PROTECT, related_name="leaf")

    class Meta:
        verbose_name_plural = "leaves"
        constraints = (models.CheckConstraint(condition=Q(index__gte=0), name="leaf_index_from_zero"),)

    def __str__(self) -> str:
        return str(self.index)


class Node(models.Model):
    """The hash of a complete subtree above the leaves, so that a proof reads a few rows and never the whole log."""

    pk = models.CompositePrimaryKey("level", "index")
    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(level__gte=1, index__gte=0), name="node_above_leaves"),)

    def __str__(self) -> str:
        return f"{self.level}/{self.index}"


class LogKey(models.Model):
    """The public half of a key with which checkpoints are signed; the newest one signs."""

    name = models.CharField(max_length=200)
    public = models.BinaryField(max_length=32, unique=True)
    since = models.DateTimeField()

    class Meta:
        ordering = ("since", "id")

    def __str__(self) -> str:
        return self.key.text

    @property
    def key(self) -> notes.Key:
        return notes.Key(self.name, notes.PLAIN, bytes(self.public))

    @property
    def key_id(self) -> str:
        return self.key.key_id.hex()


class Checkpoint(models.Model):
    """A signed promise: so many entries, this root. `note` is the text as it was signed."""

    size = models.BigIntegerField()
    root = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    key = models.ForeignKey(LogKey, models.PROTECT, related_name="checkpoints")
    note = models.TextField()

    class Meta:
        ordering = ("-id",)
        constraints = (models.CheckConstraint(condition=Q(size__gte=0), name="checkpoint_size_from_zero"),)

    def __str__(self) -> str:
        return f"{self.size} at {self.at:%Y-%m-%d}"


class Witness(models.Model):
    """Somebody outside who keeps our checkpoints and signs what they have seen: a council, a newspaper, an NGO."""

    organization = models.CharField(max_length=120)
    name = models.CharField(max_length=200)
    kind = models.PositiveSmallIntegerField(choices=[(notes.PLAIN, "note"), (notes.TIMED, "timed")])
    public = models.BinaryField(max_length=32)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("since", "id")
        verbose_name_plural = "witnesses"
        constraints = (
            models.UniqueConstraint(fields=["name", "kind", "public"], name="witness_key_once"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=models.F("since")), name="witness_ordered"),
        )

    def __str__(self) -> str:
        return self.organization

    @property
    def key(self) -> notes.Key:
        return notes.Key(self.name, self.kind, bytes(self.public))


class Cosignature(models.Model):
    """A witness's signature under a checkpoint."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(Witness, models.PROTECT, related_name="cosignatures")
    line = models.CharField(max_length=400)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("id",)
        constraints = (models.UniqueConstraint(fields=["checkpoint", "witness"], name="cosigned_once"),)

    def __str__(self) -> str:
        return self.line
