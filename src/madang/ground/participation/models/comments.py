"""Remarks on a subject, their earlier versions, who finds them helpful, and whom they name."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.ground.participation.models.subjects import Subject
from madang.ground.people.models import User
from madang.ground.places.models import Office


class Comment(models.Model):
    """A remark on a subject, or a reply to one, however deep."""

    class Status(models.TextChoices):
        SHOWN = "shown", _("Shown")
        HELD = "held", _("Held for review")
        HIDDEN = "hidden", _("Hidden")
        DELETED = "deleted", _("Deleted by its writer")

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    # Where a reply stands is worked out by the database from its parent (see the migration), however it is written.
    root = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="thread")
    depth = models.PositiveSmallIntegerField(default=0)
    author = models.ForeignKey(User, models.PROTECT, related_name="comments")
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="+", help_text="for which an official speaks"
    )
    body = models.TextField(max_length=4000, help_text="empty once deleted by its writer")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    support_count = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=8, choices=Status, default=Status.SHOWN)
    hidden_reason = models.CharField(max_length=300, blank=True)
    hidden_rule = models.PositiveSmallIntegerField(null=True, blank=True, help_text="of the code of conduct")
    hidden_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    client_key = models.UUIDField(null=True, blank=True, help_text="of the form: sent twice, it is one comment")
    fingerprints = ArrayField(models.BigIntegerField(), default=list, help_text="winnowed hashes, to find repetitions")

    class Meta:
        indexes = (
            models.Index(fields=["subject", "created_at", "id"], name="comment_by_subject"),
            models.Index(fields=["subject", "id"], condition=Q(parent=None), name="comment_heads"),
            models.Index(fields=["subject", "-support_count", "-id"], condition=Q(parent=None), name="comment_helpful"),
            models.Index(fields=["author", "-created_at"], name="comment_by_author"),
            GinIndex(fields=["fingerprints"], name="comment_fingerprints"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status="deleted", body="") | (~Q(status="deleted") & ~Q(body="")), name="comment_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(status="hidden", hidden_by__isnull=False) & ~Q(hidden_reason="")
                | (~Q(status="hidden") & Q(hidden_reason="", hidden_by=None, hidden_rule=None)),
                name="comment_hidden_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(parent=None, root=None, depth=0) | Q(parent__isnull=False, root__isnull=False, depth__gt=0),
                name="comment_stands_in_a_thread",
            ),
            models.CheckConstraint(
                condition=Q(version=1, edited_at=None) | Q(version__gt=1, edited_at__isnull=False),
                name="comment_edits_counted",
            ),
            models.UniqueConstraint(fields=["author", "client_key"], name="comment_once_per_form"),
        )

    def __str__(self) -> str:
        return self.body[:40]

    def get_absolute_url(self) -> str:
        return reverse("talk:comment", args=[self.pk])

    @property
    def record_key(self) -> str:
        """The key under which the public record keeps this comment."""
        return f"comment:{self.pk}"

    @property
    def is_shown(self) -> bool:
        return self.status == self.Status.SHOWN


class CommentVersion(models.Model):
    """The words of a comment as they stood before an edit. Deleted with the words by their writer."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.TextField()
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["comment", "number"], name="comment_version_once"),
            models.CheckConstraint(condition=~Q(body=""), name="comment_version_not_empty"),
        )

    def __str__(self) -> str:
        return f"{self.comment_id} v{self.number}"


class CommentSupport(models.Model):
    """One person who finds a comment helpful."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="supports")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["comment", "user"], name="comment_support_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} supports {self.comment_id}"


class Mention(models.Model):
    """A person or an office named in a comment; told once, however often the comment is edited."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions")
    user = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="+")
    office = models.ForeignKey(Office, models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["comment", "user"], condition=~Q(user=None), name="mention_user_once"),
            models.UniqueConstraint(
                fields=["comment", "office"], condition=~Q(office=None), name="mention_office_once"
            ),
            models.CheckConstraint(
                condition=Q(user=None, office__isnull=False) | Q(user__isnull=False, office=None),
                name="mention_of_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.comment_id} names {self.user_id or self.office_id}"


class Block(models.Model):
    """A person who does not want to be named by another."""

    user = models.ForeignKey(User, models.CASCADE, related_name="blocks")
    blocked = models.ForeignKey(User, models.CASCADE, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~Q(user=F("blocked")), name="block_another"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} blocks {self.blocked_id}"
