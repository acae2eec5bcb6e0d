"""A budget: its pots, its phases, who may vote, how it is voted and counted."""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import BigIntegerRangeField, DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import Field
from madang.ground.participation.models import Subject
from madang.ground.people.models import Level, User
from madang.ground.places.models import Place


class Kind(models.TextChoices):
    """The phases, in their order; a budget may leave out co-design."""

    IDEAS = "ideas", _("Ideas")
    SCREENING = "screening", _("Screening")
    CODESIGN = "codesign", _("Co-design")
    VOTE = "vote", _("Vote")
    RESULT = "result", _("Result")
    EXECUTION = "execution", _("Execution")


class BallotType(models.TextChoices):
    """Keys of the engine; k-approval and choose-1 are approval with most_choices."""

    APPROVAL = "approval", _("Mark all that you support")
    K_APPROVAL = "k-approval", _("Mark up to a number of projects")
    KNAPSACK = "knapsack", _("Fill a basket up to the budget")
    RANKING = "ranking", _("Put projects in order")
    CUMULATIVE = "cumulative", _("Share out points")
    CHOOSE_1 = "choose-1", _("Choose one")


class Rule(models.TextChoices):
    """Keys of the engine."""

    EQUAL_SHARES = "equal-shares", _("Equal shares")
    GREEDY = "greedy", _("Most votes first")
    GREEDY_PER_COST = "greedy-per-cost", _("Most votes per won first")
    PHRAGMEN = "phragmen", _("Phragmén's rule")
    BOUNDED_OVERSPENDING = "bounded-overspending", _("Bounded overspending")
    KNAPSACK_OPTIMAL = "knapsack-optimal", _("Greatest total")


class Template(models.Model):
    """Phases and rules that a place starts its budgets from; places below may use it and keep their own."""

    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="budget_templates")
    name = models.CharField(_("name"), max_length=80)
    phases = models.JSONField(help_text="[{kind, days, gap}] in order")
    choices = models.JSONField(default=dict, help_text="fields of Budget by name: rule, ballot_type, level, …")

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=["place", "name"], nulls_distinct=False, name="budget_template_once"),
        )

    def __str__(self) -> str:
        return self.name


class Budget(models.Model):
    """One year's budget of a place. What matters freezes when voting opens, with its digest on the record."""

    KIND = "budget"

    class Status(models.TextChoices):
        DRAFT = "draft", _("In preparation")
        PUBLIC = "public", _("Public")
        HIDDEN = "hidden", _("Hidden")

    class Source(models.TextChoices):
        OWN = "own", _("Held here")
        IMPORTED = "imported", _("Imported")
        SIMULATED = "simulated", _("Simulated")

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True, related_name="budget")
    place = models.ForeignKey(Place, models.PROTECT, related_name="budgets")
    title = models.CharField(_("title"), max_length=120)
    description = models.TextField(_("what it is about"), max_length=4000, blank=True)
    year = models.PositiveSmallIntegerField(_("year"))
    currency = models.CharField(max_length=3, default="KRW")
    status = models.CharField(max_length=8, choices=Status, default=Status.DRAFT)
    # Who may vote.
    level = models.PositiveSmallIntegerField(_("verification"), choices=Level.choices, default=Level.RESIDENT)
    least_age = models.PositiveSmallIntegerField(_("least age"), default=0)
    admits_workers = models.BooleanField(_("people who work here may vote"), default=False)
    admits_firms = models.BooleanField(_("firms and organizations may vote"), default=False)
    admits_paper = models.BooleanField(_("paper ballots are counted"), default=True)
    eligible = models.PositiveIntegerField(_("how many may vote"), null=True, blank=True, help_text="for the turnout")
    most_ideas = models.PositiveSmallIntegerField(_("ideas of one person"), default=5)
    # How it is voted.
    ballot_type = models.CharField(_("ballot"), max_length=12, choices=BallotType, default=BallotType.APPROVAL)
    least_choices = models.PositiveSmallIntegerField(_("at least"), default=0, help_text="0 admits a blank ballot")
    most_choices = models.PositiveSmallIntegerField(_("at most"), null=True, blank=True)
    points = models.PositiveSmallIntegerField(_("points to share out"), null=True, blank=True)
    own_district_and = models.PositiveSmallIntegerField(
        _("districts beside one's own"), null=True, blank=True, help_text="null: every district"
    )
    # How it is counted: engines.ballots.outcome.Options.
    rule = models.CharField(_("rule"), max_length=24, choices=Rule, default=Rule.EQUAL_SHARES)
    utility = models.CharField(_("satisfaction"), max_length=12, default="cost")
    completion = models.CharField(_("completion"), max_length=20, default="add1u")
    stop = models.CharField(max_length=10, default="cities")
    tie = models.CharField(_("ties"), max_length=16, default="cost-votes-lot")
    comparison = models.BooleanField(_("compare with most votes first"), default=False)
    threshold = models.PositiveIntegerField(_("least votes of a winner"), default=0)
    seed = models.BigIntegerField(default=0, help_text="of the lot; published before the vote")
    source = models.CharField(max_length=10, choices=Source, default=Source.OWN)
    attribution = models.CharField(max_length=500, blank=True, help_text="source and licence, or how it was simulated")
    source_digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of an imported file")
    frozen_at = models.DateTimeField(null=True, blank=True)
    frozen_digest = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of rules and projects, on the record"
    )
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at", "-subject_id")
        indexes = (
            models.Index(fields=["-created_at", "-subject"], name="budget_latest"),
            models.Index(fields=["place", "-created_at", "-subject"], name="budget_by_place"),
        )
        constraints = (
            models.CheckConstraint(condition=~Q(title=""), name="budget_has_title"),
            models.UniqueConstraint(
                fields=["place", "source_digest"], condition=~Q(source_digest=""), name="budget_file_once_per_place"
            ),
            models.CheckConstraint(
                condition=Q(frozen_at=None, frozen_digest="") | (Q(frozen_at__isnull=False) & ~Q(frozen_digest="")),
                name="budget_frozen_with_digest",
            ),
            models.CheckConstraint(
                condition=Q(most_choices=None) | Q(most_choices__gte=F("least_choices")), name="budget_most_over_least"
            ),
            models.CheckConstraint(
                condition=~Q(ballot_type="cumulative") | Q(points__gt=0), name="budget_points_to_share"
            ),
            models.CheckConstraint(condition=Q(source="own") | ~Q(attribution=""), name="budget_not_own_says_whose"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("budgets:detail", args=[self.pk])

    @property
    def record_key(self) -> str:
        """The key under which the public record keeps this budget."""
        return f"budget:{self.pk}"


class Pot(models.Model):
    """Money for a district, a theme or everybody. The pots' sum is the budget."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="pots")
    name = models.CharField(_("name"), max_length=80)
    amount = models.BigIntegerField(_("amount"), help_text="in whole units of the currency")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+", help_text="its district")
    field = models.CharField(_("theme"), max_length=20, choices=Field, blank=True)
    most_cost = models.BigIntegerField(_("most that one project may cost"), null=True, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["budget", "name"], name="pot_name_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="pot_has_money"),
        )

    def __str__(self) -> str:
        return self.name


_ONE_BUDGET = Func("budget", "budget", Value("[]"), function="INT8RANGE", output_field=BigIntegerRangeField())


class Phase(models.Model):
    """A phase from a moment to a moment; phases of one budget follow each other without overlap."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="phases")
    kind = models.CharField(max_length=10, choices=Kind)
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))

    class Meta:
        ordering = ("starts_at",)
        indexes = (models.Index(fields=["kind", "starts_at"], name="phase_by_kind"),)
        constraints = (
            models.UniqueConstraint(fields=["budget", "kind"], name="phase_once"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="phase_ends_after_start"),
            # Two ranges, so that the index needs no extension: the budget as a range of one, and the time.
            ExclusionConstraint(
                name="phases_without_overlap",
                expressions=[
                    (_ONE_BUDGET, RangeOperators.OVERLAPS),
                    (
                        Func(
                            "starts_at", "ends_at", Value("[)"), function="TSTZRANGE", output_field=DateTimeRangeField()
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of {self.budget_id}"
