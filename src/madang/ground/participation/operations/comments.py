"""Writing and hiding comments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.engines.texts import normalise, privacy
from madang.ground.participation.models import Comment
from madang.ground.people.models import User
from madang.ground.people.permissions import require
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

from madang.ground.participation.operations.subjects import lock, move_count, one_at_a_time

COMMENTS_PER_MINUTE = 5


COMMENT_LENGTH = 4000


class TooManyError(Exception):
    """Somebody writes faster than people write. The message says when to go on."""


class CommentRefusedError(Exception):
    """A comment that cannot stand: empty, too long, or in reply to nothing."""


@dataclass(frozen=True)
class Commented:
    """The new comment, and how many pieces of personal data were masked in it, by kind."""

    comment: Comment
    masked: dict[str, int]


def _within_limit(by: User, now: datetime) -> None:
    one_at_a_time(by)
    recent = Comment.objects.filter(author=by, created_at__gt=now - timedelta(minutes=1)).count()
    if recent >= COMMENTS_PER_MINUTE:
        raise TooManyError(
            ngettext(
                "You have written %(count)d comment within a minute. Your text is kept: wait a moment, then send it.",
                "You have written %(count)d comments within a minute. Your text is kept: wait a moment, then send it.",
                recent,
            )
            % {"count": recent}
        )


def _top(subject_id: int, parent_id: int | None) -> Comment | None:
    """The comment at the head of the thread being answered: threads are one level deep."""
    if parent_id is None:
        return None
    parent = Comment.objects.select_related("parent").filter(pk=parent_id, subject_id=subject_id).first()
    if parent is None or parent.hidden_reason:
        raise CommentRefusedError(_("The comment you are answering is no longer there. Write yours without it."))
    return parent.parent or parent


@transaction.atomic
def comment(*, subject_id: int, by: User, body: str, now: datetime, parent_id: int | None = None) -> Commented:
    """Add a comment, personal data masked. Raises CommentRefusedError, TooManyError."""
    masked = privacy.mask(normalise.clean(body).strip())
    if not masked.text:
        raise CommentRefusedError(_("Write something before you send it."))
    if len(masked.text) > COMMENT_LENGTH:
        raise CommentRefusedError(
            _("A comment holds at most %(limit)d characters; yours has %(length)d. Shorten it and send it again.")
            % {"limit": COMMENT_LENGTH, "length": len(masked.text)}
        )
    _within_limit(by, now)
    subject = lock(subject_id)
    top = _top(subject_id, parent_id)
    new = Comment.objects.create(subject=subject, parent=top, author=by, body=masked.text, created_at=now)
    move_count(subject, "comment_count", 1)
    return Commented(new, dict(masked.counts))


@transaction.atomic
def hide_comment(*, comment_id: int, by: User, reason: str, now: datetime) -> Comment:
    """Replace a comment's text by the reason for hiding it, on the public record. Needs the officer's role there."""
    target = Comment.objects.select_for_update(of=("self",)).select_related("subject__place").get(pk=comment_id)
    require(by, "participation.hide_comment", target.subject)
    if not reason.strip():
        raise CommentRefusedError(_("Say why: the reason stands where the comment stood."))
    if target.hidden_reason:
        return target
    target.hidden_reason, target.hidden_by = reason.strip()[:300], by
    target.save(update_fields=["hidden_reason", "hidden_by"])
    key, place = f"comment:{target.pk}", target.subject.place
    record(kind=Entry.Kind.HIDDEN, subject=key, place=place, by=by, now=now, reason=target.hidden_reason)
    return target
