"""What people are told, and how each wants to be told."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from madang.ground.participation.models.following import Watch
from madang.ground.participation.models.subjects import Subject
from madang.ground.people.models import User


class Rhythm(models.TextChoices):
    """How soon a mail follows a notice."""

    NOW = "now", _("At once")
    DAILY = "daily", _("Once a day")
    WEEKLY = "weekly", _("Once a week")
    OFF = "off", _("Never")


class Reason(models.TextChoices):
    """Why somebody is told."""

    DIRECT = "direct", _("It concerns you directly.")
    AUTHOR = "author", _("You wrote it.")
    FOLLOW = "follow", _("You follow it.")
    SUPPORT = "support", _("You support it.")
    BEHIND = "behind", _("You stand behind a proposal in it.")
    WATCH = "watch", _("It is something new of what you follow.")


DIGESTS = (Rhythm.DAILY, Rhythm.WEEKLY)
# A notice that waits for a digest: the index that finds it is as small as the waiting ones.
GATHERING = Q(rhythm__in=DIGESTS, digest=None)
UNREAD = Q(read_at=None)


class Notice(models.Model):
    """Something told to one person: their voice was answered, taken up, merged, hidden."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=30)
    text = models.JSONField(help_text="msgid and parameters, rendered in the reader's language")
    url = models.CharField(max_length=300)
    # The same event told twice to the same person is told once: the key names event and person.
    key = models.CharField(max_length=120, unique=True)
    subject = models.ForeignKey(Subject, models.SET_NULL, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason, default=Reason.DIRECT)
    watch = models.ForeignKey(Watch, models.SET_NULL, null=True, blank=True, related_name="+")
    rhythm = models.CharField(max_length=6, choices=Rhythm, default=Rhythm.OFF, help_text="when a mail was to follow")
    digest = models.ForeignKey("Digest", models.SET_NULL, null=True, blank=True, related_name="notices")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = (
            models.Index(fields=["user", "-created_at", "-id"], name="notice_by_user"),
            models.Index(fields=["user"], condition=UNREAD, name="notice_unread"),
            models.Index(fields=["rhythm", "user"], condition=GATHERING, name="notice_gathering"),
        )
        constraints = (
            models.CheckConstraint(condition=Q(rhythm__in=Rhythm.values), name="notice_rhythm_known"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="notice_reason_known"),
            models.CheckConstraint(condition=Q(digest=None) | Q(rhythm__in=DIGESTS), name="notice_digest_has_rhythm"),
        )

    def __str__(self) -> str:
        return f"{self.kind} to {self.user_id}"


class NoticeSettings(models.Model):
    """When a person wants to be left alone."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="notice_settings")
    paused_until = models.DateTimeField(_("no mail and no push until"), null=True, blank=True)
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_to = models.TimeField(_("quiet to"), null=True, blank=True)

    class Meta:
        verbose_name_plural = "notice settings"
        constraints = (
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_to=None)
                | (Q(quiet_from__isnull=False, quiet_to__isnull=False) & ~Q(quiet_from=F("quiet_to"))),
                name="quiet_hours_have_both_ends",
            ),
        )

    def __str__(self) -> str:
        return f"settings of {self.user_id}"


class Choice(models.Model):
    """How one person wants to be told of one group of notices; without a row the group's own default holds."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notice_choices")
    group = models.CharField(max_length=20, help_text="key of a group, see kinds.py")
    mail = models.CharField(max_length=6, choices=Rhythm)
    push = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "group"], name="choice_once_per_group"),
            models.CheckConstraint(condition=Q(mail__in=Rhythm.values), name="choice_rhythm_known"),
            models.CheckConstraint(condition=~Q(group=""), name="choice_names_a_group"),
        )

    def __str__(self) -> str:
        return f"{self.user_id}: {self.group} {self.mail}"


class Mute(models.Model):
    """A subject of which a person wants to hear no more."""

    user = models.ForeignKey(User, models.CASCADE, related_name="mutes")
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "subject"], name="mute_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} mutes {self.subject_id}"
