"""Maps as they were computed, and what was taken from them to the agenda."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.explore.deliberations.models.deliberations import Deliberation, Statement
from madang.ground.agenda.models import AgendaItem
from madang.ground.people.models import User


class Map(models.Model):
    """One computation, named so that anybody can repeat it. The current one is what pages show.

    result: the JSON of `madang opinions map` with intervals beside; points: packed float32 x, y and int16 group by
    participant, in the order of `result`'s participants (see queries), kept apart because they are many.
    """

    deliberation = models.ForeignKey(Deliberation, models.CASCADE, related_name="maps")
    method = models.CharField(max_length=10)
    engine_version = models.CharField(max_length=20)
    seed = models.BigIntegerField()
    input_digest = models.CharField(max_length=64)
    upto = models.BigIntegerField(help_text="id of the last cast that was read; 0 for none")
    participants = models.PositiveIntegerField()
    statements = models.PositiveIntegerField()
    votes = models.PositiveIntegerField()
    result = models.JSONField()
    points = models.BinaryField()
    computed_at = models.DateTimeField()
    current = models.BooleanField(default=True)
    published_at = models.DateTimeField(null=True, blank=True, help_text="on the record, with its open data")
    open_votes = models.BinaryField(null=True, help_text="the votes as they were published (packing.VOTE, compressed)")

    class Meta:
        ordering = ("-computed_at", "-id")
        indexes = (models.Index(fields=["deliberation", "-computed_at", "-id"], name="map_latest"),)
        constraints = (
            models.UniqueConstraint(
                fields=["deliberation", "method"], condition=Q(current=True), name="map_one_current_per_method"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None, open_votes=None)
                | Q(published_at__isnull=False, open_votes__isnull=False),
                name="map_published_with_its_votes",
            ),
        )

    def __str__(self) -> str:
        return f"map {self.pk} of {self.deliberation_id}"


class Taken(models.Model):
    """A statement that became evidence of an agenda item, with the numbers on which that rests."""

    class Why(models.TextChoices):
        CONSENSUS = "consensus", _("Unites")
        BRIDGE = "bridge", _("Bridges groups")
        DIVIDES = "divides", _("Divides")

    statement = models.ForeignKey(Statement, models.PROTECT, related_name="taken")
    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="taken_statements")
    map = models.ForeignKey(Map, models.PROTECT, related_name="taken")
    why = models.CharField(max_length=10, choices=Why)
    note = models.CharField(max_length=500, blank=True)
    numbers = models.JSONField(help_text="agree, disagree, passed, n, low, high of that map")
    taken_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ("-taken_at", "-id")
        constraints = (models.UniqueConstraint(fields=["statement", "item"], name="statement_taken_once"),)

    def __str__(self) -> str:
        return f"statement {self.statement_id} for {self.item_id}"


class Replay(models.Model):
    """How the map of a deliberation grew, drawn on the axes of its latest map. frames: see operations/replaying.py."""

    deliberation = models.OneToOneField(Deliberation, models.CASCADE, related_name="replay")
    map = models.ForeignKey(Map, models.CASCADE, related_name="+")
    moments = models.JSONField(help_text="of each frame: at, people, votes")
    frames = models.BinaryField()
    computed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"replay of {self.deliberation_id}"


class Load(models.Model):
    """A conversation that is, or was, loaded from Polis' files: what was read is not read twice.

    digest: of the files and the choices, one load per place. events: votes stored so far. files: the officer's upload
    until it is done, {name: base64 of the compressed bytes}; empty for a command, which reads them from the disk.
    """

    place = models.ForeignKey("ground_places.Place", models.PROTECT, related_name="+")
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="+")
    deliberation = models.OneToOneField(Deliberation, models.CASCADE, null=True, blank=True, related_name="load")
    digest = models.CharField(max_length=64)
    choices = models.JSONField(default=dict)
    files = models.JSONField(default=dict)
    events = models.PositiveBigIntegerField(default=0)
    started_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-started_at", "-id")
        constraints = (models.UniqueConstraint(fields=["place", "digest"], name="load_once"),)

    def __str__(self) -> str:
        return f"load {self.pk}"
