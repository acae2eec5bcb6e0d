"""A measure with its money, its milestones and its pictures."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import AgendaItem
from madang.ground.participation.models import Subject
from madang.ground.people.models import User
from madang.ground.places.models import Office, Place


class Measure(models.Model):
    """What an office carries out: of an agenda item, or won in a participatory budget."""

    KIND = "measure"

    class Status(models.TextChoices):
        PLANNED = "planned", _("Planned")
        UNDERWAY = "underway", _("Being carried out")
        DONE = "done", _("Done")
        STOPPED = "stopped", _("Stopped")

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True, related_name="measure")
    place = models.ForeignKey(Place, models.PROTECT, related_name="measures")
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="measures")
    office = models.ForeignKey(Office, models.PROTECT, null=True, blank=True, related_name="measures")
    title = models.CharField(_("title"), max_length=150)
    body = models.TextField(_("what is done"), max_length=20000)
    budget = models.BigIntegerField(_("money"), default=0, help_text="in won")
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    status_since = models.DateTimeField()
    status_reason = models.CharField(max_length=1000, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at", "-subject_id")
        indexes = (
            models.Index(fields=["-created_at", "-subject"], name="measure_latest"),
            models.Index(fields=["place", "-created_at", "-subject"], name="measure_by_place"),
            models.Index(fields=["item"], name="measure_by_item"),
            models.Index(fields=["office", "-created_at", "-subject"], name="measure_by_office"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="measure_has_title"),
            models.CheckConstraint(condition=Q(budget__gte=0), name="measure_money_not_negative"),
            models.CheckConstraint(
                condition=~Q(status="stopped") | ~Q(status_reason=""), name="measure_stopped_with_reason"
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                name="measure_point_whole",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("measures:detail", args=[self.pk])

    @property
    def record_key(self) -> str:
        """The key under which the public record keeps this measure."""
        return f"measure:{self.pk}"


class Milestone(models.Model):
    """A step that can be seen from outside, due on a day; a moved day keeps what it was first."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="milestones")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("step"), max_length=150)
    first_due_on = models.DateField()
    due_on = models.DateField(_("due"))
    moved_reason = models.CharField(max_length=500, blank=True)
    done_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ("position", "id")
        indexes = (models.Index(fields=["due_on"], name="milestone_due", condition=Q(done_on=None)),)
        constraints = (
            models.UniqueConstraint(fields=["measure", "position"], name="milestone_position_once"),
            models.CheckConstraint(condition=~Q(title=""), name="milestone_has_title"),
            models.CheckConstraint(
                condition=Q(due_on=models.F("first_due_on")) | ~Q(moved_reason=""), name="milestone_moved_with_reason"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Spending(models.Model):
    """Money that was contracted or paid; a correction is a negative line with its reason, never an edit."""

    class Kind(models.TextChoices):
        CONTRACTED = "contracted", _("Contracted")
        PAID = "paid", _("Paid")

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="spendings")
    kind = models.CharField(max_length=10, choices=Kind)
    label = models.CharField(_("for what"), max_length=150)
    amount = models.BigIntegerField(_("amount"), help_text="in won")
    spent_on = models.DateField(_("on"))
    entered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        ordering = ("spent_on", "id")
        constraints = (
            models.CheckConstraint(condition=~Q(label=""), name="spending_says_for_what"),
            models.CheckConstraint(condition=~Q(amount=0), name="spending_not_zero"),
        )

    def __str__(self) -> str:
        return f"{self.label}: {self.amount}"


class Photo(models.Model):
    """A picture of the work, re-encoded on upload under a random name."""

    measure = models.ForeignKey(Measure, models.CASCADE, related_name="photos")
    milestone = models.ForeignKey(Milestone, models.SET_NULL, null=True, blank=True, related_name="photos")
    file = models.ImageField(upload_to="measures/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    description = models.CharField(_("description for those who cannot see it"), max_length=200)
    taken_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.description
