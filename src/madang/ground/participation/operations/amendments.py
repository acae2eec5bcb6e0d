"""Suggesting other words, and what their author says to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.engines.texts import wordwise
from madang.ground.participation import text as texts
from madang.ground.participation import things
from madang.ground.participation.models import Amendment, AmendmentSupport, Subject
from madang.ground.participation.operations import cases, conduct, weighing
from madang.ground.participation.operations.pace import keep_pace
from madang.ground.participation.operations.subjects import lock, one_at_a_time
from madang.ground.participation.operations.telling import tell
from madang.ground.people.permissions import require
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from madang.engines.texts.spam import Signal
    from madang.ground.people.models import User

REASON_LENGTH = 1000


class AmendmentError(Exception):
    """A suggestion, or an answer to one, that cannot stand. The message says why and what to do."""


class AmendmentConflictError(AmendmentError):
    """The same words have changed since it was suggested: its author must join both by hand."""


@dataclass(frozen=True)
class Words:
    """A title and a text."""

    title: str
    body: str


@dataclass(frozen=True)
class Suggested:
    """The suggestion, what was masked in it by kind, and why it is held, if it is."""

    amendment: Amendment
    masked: dict[str, int] = field(default_factory=dict)
    held: tuple[Signal, ...] = ()


@transaction.atomic
def suggest(
    *,
    subject_id: int,
    by: User,
    words: Words,
    reason: str,
    now: datetime,
    client_key: UUID | None = None,
    accepts_conduct: bool = True,
) -> Suggested:
    """Suggest other words for a thing and tell its author. The same form sent twice is one suggestion.

    Raises AmendmentError, TooManyError, ConductNotAcceptedError.
    """
    one_at_a_time(by)
    if client_key and (before := Amendment.objects.filter(author=by, client_key=client_key).first()):
        return Suggested(before)
    lock(subject_id)
    subject = Subject.objects.select_related("place__parent").get(pk=subject_id)
    card = _open(subject_id)
    require(by, "participation.suggest", card)
    base = words_of(card)
    new, why, masked = _fit(words, reason)
    if new == base:
        raise AmendmentError(_("Your suggestion changes nothing yet. Change the words, then send it."))
    conduct.take_note(place=subject.place, by=by, accepts=accepts_conduct, now=now)
    keep_pace("amendment", by=by, now=now)
    found = weighing.assess(_added(base, new, why), by=by, now=now)
    made = Amendment.objects.create(
        subject=subject, author=by, base_title=base.title, base_body=base.body, title=new.title, body=new.body,
        reason=why, created_at=now, client_key=client_key,
        visibility=Amendment.Visibility.HELD if found.holds else Amendment.Visibility.SHOWN,
    )  # fmt: skip
    if found.holds:
        cases.hold(amendment=made, found=found, now=now)
    elif card.author_id:
        message = gettext_noop("%(name)s suggests other words for “%(title)s”. You decide whether to take them over.")
        _tell(made, [card.author_id], message, {"name": by.display_name, "title": card.title}, "suggested", now)
    return Suggested(made, masked, found.signals if found.holds else ())


@transaction.atomic
def accept(*, amendment_id: int, by: User, now: datetime, by_hand: Words | None = None) -> Amendment:
    """Put a suggestion in force, joined with what has changed since, or as its author joined both by hand.

    Raises AmendmentConflictError where the same words changed meanwhile, AmendmentError.
    """
    made, card = _to_decide(amendment_id, by)
    words = by_hand or joined(made, words_of(card))
    if words is None:
        raise AmendmentConflictError(
            _("The same words have changed since. Join both by hand below, then take it over.")
        )
    made.status, made.decided_at, made.decided_by = Amendment.Status.ACCEPTED, now, by
    made.save(update_fields=["status", "decided_at", "decided_by"])
    revise = card.thing.revise
    if revise is None:
        raise AmendmentError(_("The words of this cannot be changed through suggestions."))
    revise(pk=card.pk, title=words.title, body=words.body, by=by, suggestion=made, now=now)
    place = Subject.objects.select_related("place").get(pk=made.subject_id).place
    data = {"amendment": made.pk, "by_hand": by_hand is not None}
    record(kind="amended", subject=card.record_key, place=place, by=by, now=now, reason=made.reason, data=data)
    message = gettext_noop("Your suggestion for “%(title)s” was taken over. Thank you.")
    _tell(made, [made.author_id], message, {"title": card.title}, "accepted", now)
    return made


@transaction.atomic
def decline(*, amendment_id: int, by: User, answer: str, now: datetime) -> Amendment:
    """Say no to a suggestion, with a reason. Raises AmendmentError."""
    made, card = _to_decide(amendment_id, by)
    if not answer.strip():
        raise AmendmentError(_("Say why, in a sentence: somebody took the trouble to suggest it."))
    made.status, made.decided_at, made.decided_by = Amendment.Status.DECLINED, now, by
    made.answer = texts.for_publication(answer).text[:REASON_LENGTH]
    made.save(update_fields=["status", "decided_at", "decided_by", "answer"])
    message = gettext_noop("Your suggestion for “%(title)s” was declined. Reason: %(reason)s")
    _tell(made, [made.author_id], message, {"title": card.title, "reason": made.answer[:200]}, "declined", now)
    return made


@transaction.atomic
def withdraw_amendment(*, amendment_id: int, by: User, now: datetime) -> Amendment:
    """Take one's own suggestion back; twice changes nothing. Raises AmendmentError."""
    del now  # Taking back is no decision of an office: it leaves no record.
    made = _locked(amendment_id)
    require(by, "participation.withdraw_amendment", made)
    if made.status == Amendment.Status.WITHDRAWN:
        return made
    _refuse_unless_open(made)
    made.status = Amendment.Status.WITHDRAWN
    made.save(update_fields=["status"])
    return made


@transaction.atomic
def support_amendment(*, amendment_id: int, by: User, now: datetime) -> Amendment:
    """Back a suggestion; a second time changes nothing. Raises AmendmentError, TooManyError."""
    made = _locked(amendment_id)
    require(by, "participation.support_comment", made)
    _refuse_unless_open(made)
    keep_pace("support", by=by, now=now)
    before = made.supports.count()
    AmendmentSupport.objects.bulk_create(
        [AmendmentSupport(amendment=made, user=by, created_at=now)], ignore_conflicts=True
    )
    return _counted(made, made.supports.count() - before)


@transaction.atomic
def take_back_amendment_support(*, amendment_id: int, by: User) -> Amendment:
    """Take that back; where there is nothing, nothing changes."""
    made = _locked(amendment_id)
    return _counted(made, -made.supports.filter(user=by).delete()[0])


def joined(made: Amendment, now_reads: Words) -> Words | None:
    """The suggestion on top of today's words; None where both changed the same ones."""
    title = wordwise.merge(made.base_title, now_reads.title, made.title)
    body = wordwise.merge(made.base_body, now_reads.body, made.body)
    return None if title is None or body is None else Words(title, body)


def words_of(card: things.Card) -> Words:
    """Title and text of a thing as they stand now."""
    thing = card.thing
    rows = thing.model._default_manager.filter(pk=card.pk)  # noqa: SLF001
    return Words(*rows.values_list(thing.title, thing.text[0]).get())


def _open(subject_id: int) -> things.Card:
    card = things.card(subject_id)
    if card is None or not card.amendable:
        raise AmendmentError(_("The words of this are fixed. Say in a comment what should be different."))
    return card


def _to_decide(amendment_id: int, by: User) -> tuple[Amendment, things.Card]:
    made = _locked(amendment_id)
    card = things.card(made.subject_id)
    if card is None or card.author_id is None:
        raise AmendmentError(_("The words of this are fixed. Say in a comment what should be different."))
    require(by, "participation.decide_amendment", card)
    _refuse_unless_open(made)
    return made, _open(made.subject_id)


def _refuse_unless_open(made: Amendment) -> None:
    if not made.is_shown:
        raise AmendmentError(_("This suggestion is not shown, so nothing can be decided about it now."))
    if made.status != Amendment.Status.OPEN:
        raise AmendmentError(
            _("This suggestion was answered or taken back meanwhile. Its page shows what became of it.")
        )


def _locked(amendment_id: int) -> Amendment:
    """A suggestion, its subject locked first. Raises Amendment.DoesNotExist."""
    lock(Amendment.objects.values_list("subject_id", flat=True).get(pk=amendment_id))
    rows = Amendment.objects.select_for_update(no_key=True, of=("self",)).select_related("author")
    return rows.get(pk=amendment_id)


def _fit(words: Words, reason: str) -> tuple[Words, str, dict[str, int]]:
    title, body = texts.for_publication(words.title), texts.for_publication(words.body)
    why = texts.for_publication(reason)
    if not title.text or not body.text:
        raise AmendmentError(_("A suggestion needs a title and a text."))
    if not why.text:
        raise AmendmentError(_("Say in a sentence why these words are better."))
    if len(title.text) > 150 or len(body.text) > 20_000 or len(why.text) > REASON_LENGTH:
        raise AmendmentError(
            _("A title holds 150 characters, a text 20,000 and a reason 1,000. Shorten what is longer.")
        )
    masked = texts.added(title.masked, body.masked, why.masked)
    return Words(" ".join(title.text.split()), body.text), why.text, masked


def _added(base: Words, new: Words, why: str) -> str:
    """What somebody wrote themselves: the added words and the reason."""
    pieces = [*wordwise.compare(base.title, new.title), *wordwise.compare(base.body, new.body)]
    return " ".join([*(piece.text for piece in pieces if piece.kind == "added"), why])


def _counted(made: Amendment, by: int) -> Amendment:
    if by:
        Amendment.objects.filter(pk=made.pk).update(support_count=F("support_count") + by)
        made.support_count += by
    return made


def _tell(
    made: Amendment, users: list[int], message: str, params: dict[str, object], event: str, now: datetime
) -> None:
    tell(
        users=users, kind="amendment", message=message, params=params, url=made.get_absolute_url(),
        key=f"amendment:{made.pk}:{event}", subject=made.subject_id, now=now,
    )  # fmt: skip
