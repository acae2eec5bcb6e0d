"""Projects: from idea over screening to the ballot, with what they cost and which exclude each other."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.explore.proposals.models import Proposal
from madang.ground.agenda.models import AgendaItem, Field
from madang.ground.participation.models import Subject
from madang.ground.people.models import User
from madang.ground.places.models import Office, Place
from madang.plan.budgets.models.budgets import Budget, Pot
from madang.plan.measures.models import Measure


class Project(models.Model):
    """What money can be given to. Its number is what ballots and open data name."""

    KIND = "project"

    class Status(models.TextChoices):
        IDEA = "idea", _("Idea")
        FEASIBLE = "feasible", _("Feasible")
        INFEASIBLE = "infeasible", _("Not feasible")
        MERGED = "merged", _("Merged")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        BALLOT = "ballot", _("On the ballot")
        WON = "won", _("Won")
        LOST = "lost", _("Not chosen")
        HIDDEN = "hidden", _("Hidden")

    ON_BALLOT = (Status.BALLOT, Status.WON, Status.LOST)

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True, related_name="project")
    budget = models.ForeignKey(Budget, models.CASCADE, related_name="projects")
    pot = models.ForeignKey(Pot, models.PROTECT, null=True, blank=True, related_name="projects")
    number = models.PositiveIntegerField()
    source_id = models.CharField(max_length=80, blank=True, help_text="project_id of an imported file")
    title = models.CharField(_("title"), max_length=150)
    summary = models.CharField(_("in one sentence"), max_length=200, blank=True)
    body = models.TextField(_("what is to be done"), max_length=20000, blank=True)
    field = models.CharField(_("theme"), max_length=20, choices=Field, blank=True)
    categories = models.JSONField(default=list, help_text="of an imported file")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", help_text="the district it lies in")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="budget_projects")
    cost = models.BigIntegerField(_("cost"), null=True, blank=True, help_text="asked of this budget, whole units")
    funded = models.BigIntegerField(_("paid by others"), default=0)
    status = models.CharField(max_length=10, choices=Status, default=Status.IDEA)
    status_before = models.CharField(max_length=10, blank=True, help_text="while it is merged or hidden")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    needs = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="needed_by", help_text="wins only if this one does"
    )
    measure = models.OneToOneField(Measure, models.SET_NULL, null=True, blank=True, related_name="project")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        indexes = (
            models.Index(fields=["budget", "status", "number"], name="project_by_status"),
            models.Index(fields=["pot", "status"], name="project_by_pot"),
            models.Index(fields=["item"], name="project_by_item"),
        )
        constraints = (
            models.UniqueConstraint(fields=["budget", "number"], name="project_number_once"),
            models.UniqueConstraint(
                fields=["budget", "source_id"], condition=~Q(source_id=""), name="project_source_once"
            ),
            models.CheckConstraint(condition=~Q(title=""), name="project_has_title"),
            models.CheckConstraint(condition=Q(cost=None) | Q(cost__gte=0), name="project_cost_not_negative"),
            models.CheckConstraint(condition=Q(funded__gte=0), name="project_funded_not_negative"),
            models.CheckConstraint(
                condition=~Q(status__in=("ballot", "won", "lost")) | Q(cost__isnull=False, pot__isnull=False),
                name="project_on_ballot_has_cost_and_pot",
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False) | (~Q(status="merged") & Q(merged_into=None)),
                name="project_merged_into_another",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("subject")), name="project_not_into_itself"),
            models.CheckConstraint(condition=~Q(needs=F("subject")), name="project_not_needing_itself"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="project_point_whole",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("budgets:project", args=[self.budget_id, self.number])

    @property
    def record_key(self) -> str:
        """The key under which the public record keeps this project."""
        return f"project:{self.pk}"


class ProjectSource(models.Model):
    """A citizen's proposal from which a project came."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="sources")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="budget_projects")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["project", "proposal"], name="project_source_voice_once"),)

    def __str__(self) -> str:
        return f"{self.project_id} from {self.proposal_id}"


class CostLine(models.Model):
    """A part of what a project costs."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="cost_lines")
    label = models.CharField(_("for what"), max_length=120)
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        ordering = ("id",)
        constraints = (models.CheckConstraint(condition=Q(amount__gt=0), name="cost_line_positive"),)

    def __str__(self) -> str:
        return f"{self.label}: {self.amount}"


class CoFunding(models.Model):
    """What somebody else pays of a project; the sum is `Project.funded` and no part of its cost to this budget."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="co_fundings")
    name = models.CharField(_("who pays"), max_length=120)
    amount = models.BigIntegerField(_("amount"))

    class Meta:
        ordering = ("id",)
        constraints = (models.CheckConstraint(condition=Q(amount__gt=0), name="co_funding_positive"),)

    def __str__(self) -> str:
        return f"{self.name}: {self.amount}"


class ProjectImage(models.Model):
    """A picture of a project, re-encoded on upload under a random name."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="images")
    file = models.ImageField(upload_to="projects/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    description = models.CharField(_("description for those who cannot see it"), max_length=200)

    def __str__(self) -> str:
        return self.description


class Screening(models.Model):
    """A department's examination of a project, with its published reasons; an appeal asks for another by others."""

    class Verdict(models.TextChoices):
        FEASIBLE = "feasible", _("Feasible")
        CHANGED = "changed", _("Feasible with changes")
        INFEASIBLE = "infeasible", _("Not feasible")

    project = models.ForeignKey(Project, models.CASCADE, related_name="screenings")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    verdict = models.CharField(max_length=10, choices=Verdict, blank=True)
    cost = models.BigIntegerField(_("estimated cost"), null=True, blank=True)
    reasons = models.TextField(_("reasons"), max_length=4000, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    late_told_at = models.DateTimeField(null=True, blank=True, help_text="when the office was told that it is late")
    # An appeal against this verdict; it is answered by the screening that names it.
    appealed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    appealed_at = models.DateTimeField(null=True, blank=True)
    appeal = models.TextField(_("why it should be examined again"), max_length=4000, blank=True)
    answers = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="answered_by")

    class Meta:
        ordering = ("asked_at", "id")
        indexes = (models.Index(fields=["office", "due_at"], name="screening_due", condition=Q(decided_at=None)),)
        constraints = (
            models.UniqueConstraint(fields=["project"], condition=Q(decided_at=None), name="one_screening_at_a_time"),
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, verdict="")
                | (Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(verdict="") & ~Q(reasons="")),
                name="screening_decided_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(appealed_at=None, appealed_by=None, appeal="")
                | (Q(appealed_at__isnull=False, appealed_by__isnull=False, decided_at__isnull=False) & ~Q(appeal="")),
                name="screening_appealed_by_someone",
            ),
        )

    def __str__(self) -> str:
        return f"{self.project_id} by {self.office_id}"


class Conflict(models.Model):
    """Projects of which at most one can win."""

    budget = models.ForeignKey(Budget, models.CASCADE, related_name="conflicts")
    reason = models.CharField(_("why"), max_length=200)

    def __str__(self) -> str:
        return self.reason


class ConflictMember(models.Model):
    conflict = models.ForeignKey(Conflict, models.CASCADE, related_name="members")
    project = models.ForeignKey(Project, models.CASCADE, related_name="conflict_members")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["conflict", "project"], name="conflict_member_once"),)

    def __str__(self) -> str:
        return f"{self.project_id} in {self.conflict_id}"
