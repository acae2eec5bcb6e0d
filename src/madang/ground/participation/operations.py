"""Writing supports, comments, follows and notices. Counters move under the subject's row lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.engines.texts import normalise, privacy
from madang.ground.participation.models import Comment, Follow, Notice, Subject, Support
from madang.ground.people.models import User
from madang.ground.people.permissions import require
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from madang.ground.places.models import Place

COMMENTS_PER_MINUTE = 5
COMMENT_LENGTH = 4000


class TooManyError(Exception):
    """Somebody writes faster than people write. The message says when to go on."""


class CommentRefusedError(Exception):
    """A comment that cannot stand: empty, too long, or in reply to nothing."""


@dataclass(frozen=True)
class Counted:
    """A counter after a change, and whether anything changed."""

    count: int
    changed: bool


@dataclass(frozen=True)
class Commented:
    """The new comment, and how many pieces of personal data were masked in it, by kind."""

    comment: Comment
    masked: dict[str, int]


def add_subject(*, kind: str, place: Place, now: datetime) -> Subject:
    """The participation side of a new thing."""
    return Subject.objects.create(kind=kind, place=place, created_at=now)


def lock(subject_id: int) -> Subject:
    """The subject's row, locked to the end of the transaction (inserts that refer to it still pass)."""
    return Subject.objects.select_for_update(no_key=True).get(pk=subject_id)


def _insert_once(model: type[Support | Follow], subject_id: int, user_id: int, now: datetime) -> bool:
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} (subject_id, user_id, created_at) VALUES (%s, %s, %s) "
            "ON CONFLICT (subject_id, user_id) DO NOTHING",
            [subject_id, user_id, now],
        )
        return cursor.rowcount == 1


def _count(subject: Subject, counter: str, by: int) -> Counted:
    if by:
        Subject.objects.filter(pk=subject.pk).update(**{counter: F(counter) + by})
    return Counted(getattr(subject, counter) + by, bool(by))


@transaction.atomic
def support(*, subject_id: int, by: User, now: datetime) -> Counted:
    """Back a subject; a second time changes nothing."""
    subject = lock(subject_id)
    return _count(subject, "support_count", int(_insert_once(Support, subject_id, by.pk, now)))


@transaction.atomic
def take_back_support(*, subject_id: int, by: User) -> Counted:
    """Take one's support back; where there is none nothing changes."""
    subject = lock(subject_id)
    deleted, _rows = Support.objects.filter(subject=subject, user=by).delete()
    return _count(subject, "support_count", -deleted)


@transaction.atomic
def follow(*, subject_id: int, by: User, now: datetime) -> Counted:
    """Be told what becomes of a subject."""
    subject = lock(subject_id)
    return _count(subject, "follower_count", int(_insert_once(Follow, subject_id, by.pk, now)))


@transaction.atomic
def unfollow(*, subject_id: int, by: User) -> Counted:
    subject = lock(subject_id)
    deleted, _rows = Follow.objects.filter(subject=subject, user=by).delete()
    return _count(subject, "follower_count", -deleted)


def one_at_a_time(user: User) -> None:
    """Hold the user's row, so that two requests at once cannot both pass the same limit."""
    User.objects.select_for_update(no_key=True).only("pk").get(pk=user.pk)


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
    _count(subject, "comment_count", 1)
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


def tell(
    *,
    users: Iterable[int],
    kind: str,
    message: str,
    params: dict[str, object],
    url: str,
    key: str,
    now: datetime,
) -> None:
    """Tell people something, once each: `message` is a msgid with %(name)s places, rendered in the reader's language.

    `key` names the event, such as "answered:204"; the same event reaches nobody twice. `users` are ids.
    """
    text = {"message": message, "params": params}
    rows = (
        Notice(user_id=user, kind=kind, text=text, url=url, key=f"{key}:{user}", created_at=now)
        for user in dict.fromkeys(users)
    )
    Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


def mark_read(*, by: User, now: datetime, up_to: int | None = None) -> int:
    """Mark one's notices read (those with an id up to `up_to`); returns how many."""
    waiting = Notice.objects.filter(user=by, read_at=None)
    return (waiting.filter(pk__lte=up_to) if up_to else waiting).update(read_at=now)


def open_notice(*, by: User, notice_id: int, now: datetime) -> Notice | None:
    """One's own notice, marked read; None where there is none."""
    found = Notice.objects.filter(pk=notice_id, user=by).first()
    if found and found.read_at is None:
        Notice.objects.filter(pk=found.pk, read_at=None).update(read_at=now)
    return found
