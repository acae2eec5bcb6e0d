"""Citizens' proposals: written, supported, answered, grouped, and taken up."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.ground.agenda.models import AgendaItem, Field
from madang.ground.participation.models import Amendment, Subject
from madang.ground.people.models import User
from madang.ground.places.models import Office, Place


class Proposal(models.Model):
    """A citizen's idea, as written."""

    KIND = "proposal"

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ANSWERED = "answered", _("Answered")
        PROMOTED = "promoted", _("On the agenda")
        MERGED = "merged", _("Merged")
        HIDDEN = "hidden", _("Hidden")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    VISIBLE = (Status.OPEN, Status.ANSWERED, Status.PROMOTED)

    subject = models.OneToOneField(Subject, models.PROTECT, primary_key=True, related_name="proposal")
    place = models.ForeignKey(Place, models.PROTECT, related_name="proposals", verbose_name=_("place"))
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="proposals")
    author_name = models.CharField(max_length=40, blank=True, help_text="of an imported voice without an account")
    title = models.CharField(_("title"), max_length=150)
    body = models.TextField(_("what you propose"), max_length=20000)
    excerpt = models.CharField(max_length=220, blank=True, help_text="plain text for lists, computed on writing")
    field = models.CharField(_("field"), max_length=20, choices=Field, blank=True)
    language = models.CharField(max_length=5, default="ko")
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    status = models.CharField(max_length=12, choices=Status, default=Status.OPEN)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    agenda_item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="proposals")
    # The public service clock, fixed when the proposal reaches the number of supports its place has set.
    support_count = models.PositiveIntegerField(default=0)
    threshold_met_at = models.DateTimeField(null=True, blank=True)
    answer_due_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True, help_text="when an officer dealt with it in the inbox")
    source = models.CharField(max_length=40, blank=True)
    source_id = models.CharField(max_length=80, blank=True)
    source_url = models.URLField(max_length=500, blank=True)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-subject_id")
        indexes = (
            models.Index(
                fields=["-created_at", "-subject"],
                name="proposal_latest",
                condition=Q(status__in=("open", "answered", "promoted")),
            ),
            models.Index(fields=["place", "-created_at", "-subject"], name="proposal_by_place"),
            models.Index(fields=["status", "-created_at", "-subject"], name="proposal_by_status"),
            models.Index(fields=["field", "-created_at", "-subject"], name="proposal_by_field"),
            models.Index(fields=["-support_count", "-subject"], name="proposal_by_support"),
            models.Index(fields=["author", "-created_at"], name="proposal_by_author"),
            models.Index(fields=["agenda_item"], name="proposal_by_item"),
            models.Index(
                fields=["answer_due_at"],
                name="proposal_due",
                condition=Q(answered_at=None, answer_due_at__isnull=False),
            ),
            models.Index(fields=["place", "-created_at", "-subject"], name="proposal_inbox", condition=Q(seen_at=None)),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["source", "source_id"], condition=~Q(source_id=""), name="proposal_source_once"
            ),
            models.CheckConstraint(condition=~Q(title="") & ~Q(body=""), name="proposal_has_text"),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(latitude__gte=-90, latitude__lte=90, longitude__gte=-180, longitude__lte=180),
                name="proposal_point_whole",
            ),
            models.CheckConstraint(
                condition=Q(status="merged", merged_into__isnull=False) | (~Q(status="merged") & Q(merged_into=None)),
                name="proposal_merged_into_another",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("subject")), name="proposal_not_into_itself"),
            models.CheckConstraint(
                condition=Q(threshold_met_at=None, answer_due_at=None)
                | Q(threshold_met_at__isnull=False, answer_due_at__isnull=False),
                name="proposal_clock_paired",
            ),
            models.CheckConstraint(
                condition=~Q(status="promoted") | Q(agenda_item__isnull=False), name="proposal_promoted_to_an_item"
            ),
            models.CheckConstraint(condition=~Q(author=None) | ~Q(author_name=""), name="proposal_has_author"),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("proposals:detail", args=[self.pk])

    @property
    def record_key(self) -> str:
        """The key under which the public record keeps this proposal."""
        return f"proposal:{self.pk}"

    @property
    def byline(self) -> str:
        return self.author.display_name if self.author else self.author_name

    @property
    def is_visible(self) -> bool:
        return self.status in self.VISIBLE


class Revision(models.Model):
    """The text as it stood before an edit."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=150)
    body = models.TextField()
    edited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField()
    amendment = models.ForeignKey(
        Amendment, models.SET_NULL, null=True, blank=True, related_name="+", help_text="the suggestion that replaced it"
    )

    class Meta:
        ordering = ("-number",)
        constraints = (models.UniqueConstraint(fields=["proposal", "number"], name="revision_number_once"),)

    def __str__(self) -> str:
        return f"{self.proposal_id} r{self.number}"


class Draft(models.Model):
    """What a signed-in person has typed and not yet published."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="proposal_draft")
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"draft of {self.user_id}"


class Image(models.Model):
    """A picture of a proposal, re-encoded on upload under a random name."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="images")
    file = models.ImageField(upload_to="proposals/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    description = models.CharField(_("description for those who cannot see it"), max_length=200)

    def __str__(self) -> str:
        return self.description


class Answer(models.Model):
    """An office's public answer to a proposal."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="answers")
    office = models.ForeignKey(Office, models.PROTECT, related_name="+")
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    body = models.TextField(max_length=10000)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ("answered_at",)
        constraints = (models.CheckConstraint(condition=~Q(body=""), name="answer_not_empty"),)

    def __str__(self) -> str:
        return self.body[:40]


class Hiding(models.Model):
    """Why a proposal is hidden, by whom, and when it was shown again. The reason stands where the text stood."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="hidings")
    reason = models.CharField(max_length=500)
    hidden_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    hidden_at = models.DateTimeField()
    previous_status = models.CharField(max_length=12)
    lifted_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(reason=""), name="hiding_has_reason"),
            models.UniqueConstraint(fields=["proposal"], condition=Q(lifted_at=None), name="hidden_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None) | Q(lifted_at__isnull=False, lifted_by__isnull=False),
                name="hiding_lifted_by_someone",
            ),
        )

    def __str__(self) -> str:
        return self.reason


class DuplicateGroup(models.Model):
    """Proposals that say nearly the same, as the texts engine found them and an officer judged them."""

    class Status(models.TextChoices):
        SUGGESTED = "suggested", _("Suggested")
        ACCEPTED = "accepted", _("Merged")
        SPLIT = "split", _("Kept apart")

    place = models.ForeignKey(Place, models.CASCADE, related_name="duplicate_groups")
    status = models.CharField(max_length=12, choices=Status, default=Status.SUGGESTED)
    found_at = models.DateTimeField()
    engine_version = models.CharField(max_length=20)
    size = models.PositiveIntegerField(default=0)
    canonical = models.ForeignKey(Proposal, models.SET_NULL, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["place", "status", "-size", "-id"], name="group_by_place"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(status="suggested", decided_by=None, decided_at=None)
                | (~Q(status="suggested") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="group_decided_by_someone",
            ),
        )

    def __str__(self) -> str:
        return f"group {self.pk}"


class GroupMember(models.Model):
    """A proposal in a group, how near it is, and what it was before a merge (so that a merge can be undone)."""

    group = models.ForeignKey(DuplicateGroup, models.CASCADE, related_name="members")
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="memberships")
    score = models.FloatField(help_text="estimated Jaccard similarity to the nearest other member")
    status_before = models.CharField(max_length=12, blank=True)
    # Supporters whom the merge brought to the canonical proposal and who were not there before.
    moved_supports = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["group", "proposal"], name="member_once"),)

    def __str__(self) -> str:
        return f"{self.proposal_id} in {self.group_id}"


class ThemeRun(models.Model):
    """One computation of themes, named so that anybody can repeat it."""

    place = models.ForeignKey(
        Place, models.CASCADE, related_name="theme_runs", help_text="province whose voices were read"
    )
    engine_version = models.CharField(max_length=20)
    seed = models.BigIntegerField()
    input_digest = models.CharField(max_length=64)
    voices = models.PositiveIntegerField()
    unassigned = models.PositiveIntegerField()
    stability = models.FloatField(null=True)
    computed_at = models.DateTimeField()
    current = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["place"], condition=Q(current=True), name="one_current_run_per_place"),
        )

    def __str__(self) -> str:
        return f"themes {self.pk}"


class Theme(models.Model):
    """A group of similar voices found by the texts engine."""

    run = models.ForeignKey(ThemeRun, models.CASCADE, related_name="themes")
    label = models.JSONField(help_text="words, most telling first")
    name = models.CharField(max_length=80, blank=True, help_text="what an officer calls it")
    size = models.PositiveIntegerField()
    cohesion = models.FloatField()
    recent = models.PositiveIntegerField(default=0, help_text="voices of the last 90 days")
    earlier = models.PositiveIntegerField(default=0, help_text="voices of the 90 days before")
    monthly = models.JSONField(default=list, help_text="voices per month, last twelve months")
    agenda_item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="themes")

    class Meta:
        indexes = (models.Index(fields=["run", "-size", "id"], name="theme_by_size"),)

    def __str__(self) -> str:
        return self.name or " · ".join(self.label[:3])

    def get_absolute_url(self) -> str:
        return reverse("themes:detail", args=[self.pk])


class ThemeMember(models.Model):
    """A voice in a theme; rank 0 is the most typical one."""

    theme = models.ForeignKey(Theme, models.CASCADE, related_name="members")
    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="theme_memberships")
    rank = models.PositiveIntegerField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["theme", "proposal"], name="theme_member_once"),)
        indexes = (models.Index(fields=["theme", "rank"], name="theme_member_rank"),)

    def __str__(self) -> str:
        return f"{self.proposal_id} in theme {self.theme_id}"


class Evidence(models.Model):
    """A voice as evidence of an agenda item. It stays, whatever becomes of the proposal."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="evidence")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="evidence")
    added_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        ordering = ("added_at", "id")
        constraints = (models.UniqueConstraint(fields=["item", "proposal"], name="evidence_once"),)
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return f"{self.proposal_id} for {self.item_id}"


class ImportBatch(models.Model):
    """One file being imported: where it stands, so that it can be interrupted, resumed and repeated."""

    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file")
    format = models.CharField(max_length=10)
    rows_read = models.PositiveIntegerField(default=0)
    loaded = models.PositiveIntegerField(default=0)
    repeated = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    masked = models.JSONField(default=dict, help_text="personal data masked, by kind")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    started_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["place", "digest"], name="import_file_once_per_place"),)

    def __str__(self) -> str:
        return self.name


class ImportRejection(models.Model):
    """A row that was not loaded, and why."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="rejections")
    row = models.PositiveIntegerField(help_text="line or row number in the file, from 1")
    reason = models.CharField(max_length=300)
    excerpt = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("row",)
        constraints = (models.UniqueConstraint(fields=["batch", "row"], name="rejection_once_per_row"),)

    def __str__(self) -> str:
        return f"row {self.row}: {self.reason}"
