"""Reports, the cases they make, what was decided and why, and appeals against it."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from madang.ground.participation.conduct import in_language
from madang.ground.participation.models.amendments import Amendment
from madang.ground.participation.models.comments import Comment
from madang.ground.participation.models.subjects import Subject
from madang.ground.people.models import User
from madang.ground.places.models import Place


class Conduct(models.Model):
    """A version of a place's code of conduct. Nothing is changed in it: decisions cite its rules by number."""

    place = models.ForeignKey(Place, models.CASCADE, related_name="conducts")
    number = models.PositiveIntegerField()
    rules = models.JSONField(help_text='[{"ko": …, "en": …}]; rule 1 is the first')
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints = (
            models.UniqueConstraint(fields=["place", "number"], name="conduct_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1) & ~Q(rules=[]), name="conduct_has_rules"),
        )

    def __str__(self) -> str:
        return f"{self.place_id} v{self.number}"


class Acceptance(models.Model):
    """Somebody took note of a version of the code of conduct: of a place's own, or (place empty) of the shipped one."""

    user = models.ForeignKey(User, models.CASCADE, related_name="acceptances")
    place = models.ForeignKey(Place, models.CASCADE, null=True, blank=True, related_name="+")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "place", "number"], nulls_distinct=False, name="accepted_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} accepts {self.place_id} v{self.number}"


class Case(models.Model):
    """Something that was reported, held by its signals, or taken up by a moderator. One open case a thing.

    It is about the comment, or the suggestion, or (neither given) the subject itself.
    """

    class Source(models.TextChoices):
        REPORTS = "reports", _("Reported")
        SIGNALS = "signals", _("Held by its signals")
        OFFICE = "office", _("Taken up by the office")

    class Outcome(models.TextChoices):
        OPEN = "open", _("To be decided")
        KEPT = "kept", _("Kept")
        HIDDEN = "hidden", _("Hidden")
        RESTORED = "restored", _("Shown again")
        GONE = "gone", _("Withdrawn by its writer")

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="cases")
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, blank=True, related_name="cases")
    amendment = models.ForeignKey(Amendment, models.CASCADE, null=True, blank=True, related_name="cases")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    author = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="cases")
    source = models.CharField(max_length=8, choices=Source)
    signals = models.JSONField(default=list, blank=True, help_text="why it was held, see docs/participation.md")
    report_count = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.OPEN)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["place", "opened_at", "id"], condition=Q(outcome="open"), name="case_queue"),
            models.Index(fields=["place", "-closed_at"], name="case_closed"),
            models.Index(fields=["author", "-opened_at"], name="case_by_author"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(comment=None) | Q(amendment=None), name="case_of_one_thing"),
            models.CheckConstraint(
                condition=Q(outcome="open", closed_at=None) | (~Q(outcome="open") & Q(closed_at__isnull=False)),
                name="case_closed_with_outcome",
            ),
            models.UniqueConstraint(
                fields=["subject", "comment", "amendment"],
                condition=Q(outcome="open"),
                nulls_distinct=False,
                name="case_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"case {self.pk}"

    @property
    def is_open(self) -> bool:
        return self.outcome == self.Outcome.OPEN


class Report(models.Model):
    """Somebody says that something breaks the code of conduct."""

    class Category(models.TextChoices):
        INSULT = "insult", _("Insult, hatred or threat")
        PRIVACY = "privacy", _("Somebody's personal data")
        SPAM = "spam", _("Advertising or the same text over and over")
        FALSE = "false", _("False or misleading")
        OFF_TOPIC = "off_topic", _("Nothing to do with the matter")
        ILLEGAL = "illegal", _("Against the law")
        OTHER = "other", _("Something else")

    case = models.ForeignKey(Case, models.CASCADE, related_name="reports")
    reporter = models.ForeignKey(User, models.CASCADE, related_name="reports")
    category = models.CharField(max_length=10, choices=Category)
    text = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at",)
        constraints = (
            models.UniqueConstraint(fields=["case", "reporter"], name="reported_once"),
            models.CheckConstraint(
                condition=~Q(category="other") | ~Q(text=""), name="report_of_something_else_says_what"
            ),
        )

    def __str__(self) -> str:
        return f"{self.category} {self.case_id}"


class Decision(models.Model):
    """What a moderator decided about a case, the rule that it cites and the public reason. The last one counts."""

    class Outcome(models.TextChoices):
        KEEP = "keep", _("Keep it")
        HIDE = "hide", _("Hide it")
        RESTORE = "restore", _("Show it again")

    case = models.ForeignKey(Case, models.CASCADE, related_name="decisions")
    number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=8, choices=Outcome)
    rule = models.PositiveSmallIntegerField(null=True, blank=True)
    rule_text = models.JSONField(default=dict, blank=True, help_text="the rule as it then was, in its languages")
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["case", "number"], name="decision_number_once"),
            models.UniqueConstraint(fields=["id", "by"], name="decision_by_one"),
            models.CheckConstraint(condition=~Q(reason=""), name="decision_has_reason"),
            models.CheckConstraint(
                condition=~Q(outcome="hide") | Q(rule__isnull=False, rule__gte=1), name="hiding_cites_a_rule"
            ),
        )

    def __str__(self) -> str:
        return f"{self.outcome} {self.case_id}"

    @property
    def rule_words(self) -> str:
        """The rule as it then was, in the reader's language."""
        return in_language(self.rule_text)


class Appeal(models.Model):
    """Its writer asks for another look, once. Another person than the first decides: the database holds that too.

    `first_by` is who took the decision appealed against; a foreign key of both columns (see the migration) keeps it so.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        UPHELD = "upheld", _("It stays hidden")
        OVERTURNED = "overturned", _("It is shown again")

    case = models.OneToOneField(Case, models.CASCADE, related_name="appeal")
    decision = models.ForeignKey(Decision, models.CASCADE, related_name="+")
    first_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    text = models.CharField(max_length=2000)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.WAITING)
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=["made_at"], condition=Q(outcome="waiting"), name="appeal_waiting"),)
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="appeal_says_something"),
            models.CheckConstraint(
                condition=Q(outcome="waiting", decided_by=None, decided_at=None, reason="")
                | (~Q(outcome="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(reason="")),
                name="appeal_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("first_by")), name="appeal_decided_by_another"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("made_by")), name="appeal_not_decided_by_its_maker"
            ),
        )

    def __str__(self) -> str:
        return f"appeal {self.case_id}"
