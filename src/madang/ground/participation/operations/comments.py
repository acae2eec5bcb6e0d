"""Writing, changing, deleting and backing comments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from madang.engines.texts import duplicates, normalise, privacy
from madang.ground.participation import mentions, queries, things
from madang.ground.participation.models import Comment, CommentSupport, CommentVersion, Subject
from madang.ground.participation.operations import cases, conduct, weighing
from madang.ground.participation.operations.naming import announce, name_and_tell
from madang.ground.participation.operations.pace import keep_pace
from madang.ground.participation.operations.subjects import lock, move_count, one_at_a_time
from madang.ground.people.permissions import require

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from madang.engines.texts.spam import Signal
    from madang.ground.people.models import User
    from madang.ground.places.models import Office

COMMENT_LENGTH = 4000


class CommentRefusedError(Exception):
    """A comment that cannot stand: empty, too long, in reply to nothing, or on what takes none. Says what to do."""


class CommentFixedError(Exception):
    """A comment whose words can no longer be changed by its writer. The message says why."""


@dataclass(frozen=True)
class Commented:
    """The comment, how many pieces of personal data were masked in it by kind, and why it is held, if it is."""

    comment: Comment
    masked: dict[str, int] = field(default_factory=dict)
    held: tuple[Signal, ...] = ()
    repeated: bool = False


@transaction.atomic
def comment(
    *,
    subject_id: int,
    by: User,
    body: str,
    now: datetime,
    parent_id: int | None = None,
    office_id: int | None = None,
    client_key: UUID | None = None,
    accepts_conduct: bool = True,
) -> Commented:
    """Add a comment, personal data masked, and tell those concerned. The same form sent twice is one comment.

    Where its signals hold it for review its writer and the moderators see it, and nobody else yet. Raises
    CommentRefusedError, TooManyError, ConductNotAcceptedError.
    """
    one_at_a_time(by)
    if client_key and (before := Comment.objects.filter(author=by, client_key=client_key).first()):
        return Commented(before, repeated=True)
    text, masked = _fit(body)
    subject = Subject.objects.select_related("place__parent").get(pk=subject_id)
    lock(subject_id)
    card = _open(subject, by)
    conduct.take_note(place=subject.place, by=by, accepts=accepts_conduct, now=now)
    keep_pace("comment", by=by, now=now)
    parent = _parent(subject_id, parent_id)
    text = _settled(text, subject, card, by)
    found = weighing.assess(text, by=by, now=now)
    new = Comment.objects.create(
        subject=subject,
        parent=parent,
        root=parent and (parent.root or parent),
        depth=parent.depth + 1 if parent else 0,
        author=by,
        office=_voice(by, subject, office_id),
        body=text,
        created_at=now,
        client_key=client_key,
        fingerprints=duplicates.fingerprints(text),
        status=Comment.Status.HELD if found.holds else Comment.Status.SHOWN,
    )
    if found.holds:
        cases.hold(comment=new, found=found, now=now)
    else:
        move_count(subject, "comment_count", 1)
        announce(new, card, now)
    return Commented(new, masked, found.signals if found.holds else ())


@transaction.atomic
def edit_comment(*, comment_id: int, by: User, body: str, now: datetime) -> Commented:
    """Change one's own words; the earlier ones stay readable. Raises CommentFixedError, CommentRefusedError, …"""
    target = locked_comment(comment_id)
    require(by, "participation.edit_comment", target)
    if not target.is_shown:
        raise CommentFixedError(_("This comment is not shown, so its words are fixed. Write a new one instead."))
    text, masked = _fit(body)
    card = _open(target.subject, by)
    keep_pace("edit", by=by, now=now)
    text = _settled(text, target.subject, card, by)
    if text == target.body:
        return Commented(target)
    found = weighing.assess(text, by=by, now=now, exclude=target.pk)
    CommentVersion.objects.create(comment=target, number=target.version, body=target.body, replaced_at=now)
    target.body, target.edited_at, target.version = text, now, target.version + 1
    target.fingerprints = duplicates.fingerprints(text)
    target.status = Comment.Status.HELD if found.holds else target.status
    target.save(update_fields=["body", "edited_at", "version", "fingerprints", "status"])
    if found.holds:
        move_count(target.subject, "comment_count", -1)
        cases.hold(comment=target, found=found, now=now)
    else:
        name_and_tell(target, card, now)
    return Commented(target, masked, found.signals if found.holds else ())


@transaction.atomic
def delete_comment(*, comment_id: int, by: User, now: datetime) -> Comment:
    """Take one's words back for good, their versions too; a note stands in their place and replies stay.

    Twice changes nothing. Raises CommentFixedError for a hidden one: the decision about it stays open to appeal.
    """
    target = locked_comment(comment_id)
    require(by, "participation.edit_comment", target)
    if target.status == Comment.Status.DELETED:
        return target
    if target.status == Comment.Status.HIDDEN:
        raise CommentFixedError(_("This comment is hidden. You can appeal against that, but not delete it meanwhile."))
    if target.is_shown:
        move_count(target.subject, "comment_count", -1)
    target.versions.all().delete()
    target.mentions.all().delete()
    target.body, target.status, target.fingerprints = "", Comment.Status.DELETED, []
    target.save(update_fields=["body", "status", "fingerprints"])
    cases.close_gone(comment=target, now=now)
    return target


@transaction.atomic
def support_comment(*, comment_id: int, by: User, now: datetime) -> Comment:
    """Say that a comment is helpful; a second time changes nothing. Raises CommentFixedError, TooManyError."""
    target = locked_comment(comment_id)
    require(by, "participation.support_comment", target)
    if not target.is_shown:
        raise CommentFixedError(_("This comment is not shown any more."))
    keep_pace("support", by=by, now=now)
    row = CommentSupport(comment=target, user=by, created_at=now)
    before = target.supports.count()
    CommentSupport.objects.bulk_create([row], ignore_conflicts=True)
    return _counted(target, target.supports.count() - before)


@transaction.atomic
def take_back_comment_support(*, comment_id: int, by: User) -> Comment:
    """Take that back; where there is nothing, nothing changes."""
    target = locked_comment(comment_id)
    return _counted(target, -target.supports.filter(user=by).delete()[0])


def locked_comment(comment_id: int) -> Comment:
    """A comment and its subject, locked in that house's order: subject first. Raises Comment.DoesNotExist."""
    subject_id = Comment.objects.values_list("subject_id", flat=True).get(pk=comment_id)
    lock(subject_id)
    rows = Comment.objects.select_for_update(no_key=True, of=("self",))
    return rows.select_related("subject__place__parent", "author", "parent").get(pk=comment_id)


def _counted(target: Comment, by: int) -> Comment:
    if by:
        Comment.objects.filter(pk=target.pk).update(support_count=F("support_count") + by)
        target.support_count += by
    return target


def _fit(body: str) -> tuple[str, dict[str, int]]:
    masked = privacy.mask(normalise.clean(body).strip())
    if not masked.text:
        raise CommentRefusedError(_("Write something before you send it."))
    if len(masked.text) > COMMENT_LENGTH:
        raise CommentRefusedError(
            _("A comment holds at most %(limit)d characters; yours has %(length)d. Shorten it and send it again.")
            % {"limit": COMMENT_LENGTH, "length": len(masked.text)}
        )
    return masked.text, dict(masked.counts)


def _open(subject: Subject, by: User) -> things.Card:
    """The card of what is commented on, held by its lock. Raises CommentRefusedError."""
    card = things.card(subject.pk)
    require(by, "participation.take_part", subject)
    if card is None or not card.thing.comments or not card.open:
        raise CommentRefusedError(_("This takes no comments any more: it is not shown, or was merged into another."))
    return card


def _parent(subject_id: int, parent_id: int | None) -> Comment | None:
    if parent_id is None:
        return None
    rows = Comment.objects.select_related("root", "author").filter(pk=parent_id, subject_id=subject_id)
    parent = rows.filter(status=Comment.Status.SHOWN).first()
    if parent is None:
        raise CommentRefusedError(_("The comment you are answering is no longer there. Write yours without it."))
    return parent


def _settled(text: str, subject: Subject, card: things.Card, by: User) -> str:
    """Mentions of those who may be named here, the others as plain text; no query where nobody is named."""
    if "@" not in text:
        return text
    here = queries.nameable(subject_id=subject.pk, author_id=card.author_id, place=subject.place, by=by)
    settled = mentions.settle(text, here)
    return settled if len(settled) <= COMMENT_LENGTH else mentions.said(text)


def _voice(by: User, subject: Subject, office_id: int | None) -> Office | None:
    """The office for which somebody speaks. Raises CommentRefusedError where it is not theirs."""
    if office_id is None:
        return None
    for office in queries.voices_of(by, subject.place):
        if office.pk == office_id:
            return office
    raise CommentRefusedError(_("You cannot speak for this office here. Choose your own name, or another office."))
