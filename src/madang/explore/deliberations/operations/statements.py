"""Statements: the office's own, those that people add, and what becomes of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from madang.engines.texts import spam
from madang.engines.texts.normalise import bare
from madang.explore.deliberations.models import Deliberation, Participant, Statement
from madang.explore.deliberations.operations.common import DeliberationError, locked
from madang.explore.deliberations.operations.opening import FrozenError
from madang.explore.deliberations.permissions import EDIT
from madang.ground.footing.limits import Limit, take
from madang.ground.participation.text import for_publication, language_of
from madang.ground.people.permissions import require

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from madang.ground.people.models import User

SHORTEST, LENGTH = 8, 140
PACE = Limit(5, 600)
MOST = 1_000


class UnfitStatementError(DeliberationError):
    """Words that cannot be voted on: too short, too long, or said already."""


class NotTakenError(DeliberationError):
    """The deliberation takes no more statements of this person, or of anybody."""


@dataclass(frozen=True)
class Added:
    """The statement, and how many pieces of personal data were masked in it, by kind."""

    statement: Statement
    masked: dict[str, int]


def fit(text: str) -> tuple[str, dict[str, int]]:
    """One sentence as it may be shown, personal data masked. Raises UnfitStatementError."""
    published = for_publication(text)
    words = " ".join(published.text.split())
    if len(words) < SHORTEST:
        raise UnfitStatementError(_("Write one whole sentence that people can agree or disagree with."))
    if len(words) > LENGTH:
        raise UnfitStatementError(
            _("A statement holds at most %(most)s characters; yours has %(n)s. One thought in one sentence.")
            % {"most": LENGTH, "n": len(words)}
        )
    return words, published.masked


def _refuse_repeated(deliberation: Deliberation, words: str, *, besides: int = 0) -> None:
    same = deliberation.statements.exclude(pk=besides).exclude(status=Statement.Status.REJECTED)
    if any(bare(one) == bare(words) for one in same.values_list("text", flat=True)):
        raise UnfitStatementError(_("Exactly this has been said already. Vote on that statement instead."))


def _next_number(deliberation: Deliberation) -> int:
    """Under the deliberation's lock."""
    last = deliberation.statements.aggregate(last=Max("number"))["last"]
    if last is not None and last + 1 >= MOST:
        raise NotTakenError(_("This deliberation holds no more statements: nobody could vote on more than there are."))
    return 0 if last is None else last + 1


def recount(deliberation_id: int) -> None:
    """Keep the number of statements that are shown, which lists read."""
    shown = Statement.objects.filter(deliberation=deliberation_id, status=Statement.Status.SHOWN).count()
    Deliberation.objects.filter(pk=deliberation_id).update(statement_count=shown)


@transaction.atomic
def add_seeds(
    *, deliberation_id: int, texts: Iterable[tuple[str, int | None]], by: User, now: datetime
) -> list[Statement]:
    """Add statements of the office, each with the proposal it was drawn from or None.

    Raises FrozenError, UnfitStatementError.
    """
    row = _prepared(deliberation_id, by)
    made = []
    for text, voice in texts:
        words, _masked = fit(text)
        _refuse_repeated(row, words)
        made.append(
            Statement.objects.create(
                deliberation=row, number=_next_number(row), text=words, language=language_of(words), voice_id=voice,
                origin=Statement.Origin.SEED, status=Statement.Status.SHOWN, decided_by=by, decided_at=now,
                created_at=now,
            )
        )  # fmt: skip
    recount(row.pk)
    return made


def _prepared(deliberation_id: int, by: User) -> Deliberation:
    row = locked(deliberation_id)
    require(by, EDIT, row)
    if row.frozen_at:
        raise FrozenError(_("Voting has opened: the office’s statements are fixed. It may add its own as anybody."))
    return row


@transaction.atomic
def reword(
    *, statement_id: int, text: str, translations: dict[str, str], is_meta: bool, by: User, now: datetime
) -> Statement:
    """Change a statement of the office before voting; translations and the mark `about the process` at any time.

    Raises FrozenError, UnfitStatementError.
    """
    del now
    statement, row = _held(statement_id, by)
    if text.strip() != statement.text:
        if row.frozen_at or statement.origin != Statement.Origin.SEED:
            raise FrozenError(_("People vote on these words, so they stay. You can add or correct translations."))
        statement.text, _masked = fit(text)
        statement.language = language_of(statement.text)
        _refuse_repeated(row, statement.text, besides=statement.pk)
    kept = {code: " ".join(one.split())[:300] for code, one in translations.items() if one.strip()}
    statement.translations, statement.is_meta = kept, is_meta
    statement.save()
    return statement


@transaction.atomic
def move(*, statement_id: int, up: bool, by: User) -> Statement:
    """Change places with the neighbor above or below, before voting opens. Raises FrozenError."""
    statement, row = _held(statement_id, by)
    _refuse_frozen(row)
    beside = row.statements.filter(**{f"number__{'lt' if up else 'gt'}": statement.number})
    other = beside.order_by("-number" if up else "number").first()
    if other is None:
        return statement
    mine, theirs, spare = statement.number, other.number, _next_number(row)
    for pk, number in ((statement.pk, spare), (other.pk, mine), (statement.pk, theirs)):
        Statement.objects.filter(pk=pk).update(number=number)
    statement.number = theirs
    return statement


@transaction.atomic
def remove(*, statement_id: int, by: User) -> None:
    """Take a statement of the office out before voting opens; those below move up. Raises FrozenError."""
    statement, row = _held(statement_id, by)
    _refuse_frozen(row)
    number = statement.number
    statement.delete()
    for pk in row.statements.filter(number__gt=number).order_by("number").values_list("pk", flat=True):
        Statement.objects.filter(pk=pk).update(number=F("number") - 1)
    recount(row.pk)


def _held(statement_id: int, by: User) -> tuple[Statement, Deliberation]:
    statement = Statement.objects.get(pk=statement_id)
    row = locked(statement.deliberation_id)
    require(by, EDIT, row)
    return Statement.objects.get(pk=statement_id), row


def _refuse_frozen(row: Deliberation) -> None:
    if row.frozen_at:
        raise FrozenError(_("Voting has opened, so statements keep their numbers. You can stop showing one."))


@transaction.atomic
def suggest(*, participant: Participant, text: str, now: datetime) -> Added:
    """A statement of a participant: shown at once or after a check, as the deliberation says and the signals ask.

    Raises NotTakenError, UnfitStatementError.
    """
    row = locked(participant.deliberation_id)
    _check_taken(row, participant, now)
    words, masked = fit(text)
    _refuse_repeated(row, words)
    held = row.moderation == Deliberation.Moderation.BEFORE or _signals(words, participant, now).holds
    statement = Statement.objects.create(
        deliberation=row, number=_next_number(row), text=words, language=language_of(words), author=participant,
        origin=Statement.Origin.PARTICIPANT, created_at=now,
        status=Statement.Status.WAITING if held else Statement.Status.SHOWN,
    )  # fmt: skip
    recount(row.pk)
    return Added(statement, masked)


def _check_taken(row: Deliberation, participant: Participant, now: datetime) -> None:
    if not row.takes_votes(now):
        raise NotTakenError(_("Voting is not open, so no statements are taken now."))
    if not row.statements_open:
        raise NotTakenError(_("In this deliberation only the office adds statements. A comment is read, too."))
    if participant.statements.count() >= row.statement_limit:
        raise NotTakenError(
            _("You have added %(n)s statements, which is all that one person may here.") % {"n": row.statement_limit}
        )
    if not take(f"statement:{participant.pk}", PACE, now=now).allowed:
        raise NotTakenError(_("That is faster than we can take it. Wait a few minutes; your text is kept."))


def _signals(words: str, participant: Participant, now: datetime) -> spam.Assessment:
    """A guest has no account whose age could speak for them."""
    user = participant.user
    days = (now - user.joined_at) / timedelta(days=1) if user else 0.5
    recent = participant.statements.filter(created_at__gt=now - timedelta(minutes=10)).count()
    return spam.assess(words, spam.Circumstances(max(0.0, days), burst=recent))
