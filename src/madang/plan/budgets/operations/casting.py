"""Saving and submitting ballots: one at a time from a form, by the hundred from the fast lane; the same rules.

The casting of ballots and their count exclude each other by an advisory lock of the budget, so that no ballot slips in
behind a count that has begun.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.utils.translation import gettext as _

from madang.plan.budgets.models import Ballot, Budget, Count, Phase, Voter
from madang.plan.budgets.models.budgets import Kind
from madang.plan.budgets.queries.ballot_rules import frozen_ballots
from madang.plan.budgets.queries.eligibility import voting_hurdle
from madang.plan.budgets.voting import receipts
from madang.plan.budgets.voting.validity import normal, problems

if TYPE_CHECKING:
    import uuid
    from datetime import datetime

LOCK = 0x6275646765740000  # "budget": with the budget's number the key of its advisory lock


class BallotRefusedError(Exception):
    """A ballot that was not taken; nothing was lost: the page still holds it. `outcome`: why, in full."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(" ".join(outcome.texts))
        self.outcome = outcome


@dataclass(frozen=True)
class Mark:
    """A ballot as a voter sends it.

    submit: cast it, or only save it. seen: the version that the voter's page stood on (None: whichever). key: of this
    change; the same key again is the same change.
    """

    voter: int
    budget: int
    choices: tuple[int, ...]
    points: tuple[int, ...] | None
    key: uuid.UUID | None
    submit: bool
    at: datetime
    seen: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What became of a mark. state: submitted, saved, refused (texts say why), stale (changed elsewhere), closed."""

    state: str
    version: int = 0
    receipt: str = ""
    texts: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()

    @property
    def taken(self) -> bool:
        return self.state in {"submitted", "saved"}


def cast(
    *, voter: Voter, choices: Sequence[int], points: Sequence[int] | None, now: datetime, submit: bool = True,
    key: uuid.UUID | None = None, seen: int | None = None,
) -> Outcome:  # fmt: skip
    """Save or submit the ballot of one voter. Raises BallotRefusedError."""
    told = tuple(points) if points is not None else None
    outcome = write([Mark(voter.pk, voter.budget_id, tuple(choices), told, key, submit, now, seen)])[0]
    if not outcome.taken:
        raise BallotRefusedError(outcome)
    return outcome


def write(marks: Sequence[Mark]) -> list[Outcome]:
    """One transaction for many marks; an outcome each, in order. Safe to call again with the same marks."""
    with transaction.atomic():
        open_budgets = _opened(marks)
        standing = _lock({one.voter for one in marks})
        outcomes: list[Outcome] = []
        changed: dict[int, _Standing] = {}
        for one in marks:
            outcomes.append(_judge(one, open_budgets.get(one.budget), standing.get(one.voter)))
            if outcomes[-1].taken and standing[one.voter].dirty:
                changed[one.voter] = standing[one.voter]
        _save(changed)
    return outcomes


@dataclass
class _Standing:
    """A voter's ballot while a batch is judged: a second mark of the batch stands on the first."""

    voter: int
    budget: int
    home: int | None
    paper: bool
    version: int
    key: uuid.UUID | None
    receipt: str
    submitted_at: datetime | None
    choices: list[int]
    points: list[int] | None
    draft: list[int] | None
    draft_points: list[int] | None
    at: datetime | None = None
    dirty: bool = False


@dataclass(frozen=True)
class _Open:
    budget: Budget
    phase: Phase | None
    counted: bool


def lock_budget(pk: int, *, alone: bool) -> None:
    """Until the end of the transaction: shared by those who cast, alone for who counts."""
    name = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name}(%s)", [LOCK + pk])


def _opened(marks: Iterable[Mark]) -> dict[int, _Open]:
    wanted = sorted({one.budget for one in marks})
    for pk in wanted:
        lock_budget(pk, alone=False)
    phases = {one.budget_id: one for one in Phase.objects.filter(budget__in=wanted, kind=Kind.VOTE)}
    counted = set(Count.objects.filter(budget__in=wanted, official=True).values_list("budget_id", flat=True))
    rows = Budget.objects.filter(pk__in=wanted)
    return {one.pk: _Open(one, phases.get(one.pk), one.pk in counted) for one in rows}


STANDING = """
SELECT v.id, v.budget_id, v.district_id, v.channel = 'paper', coalesce(b.version, 0), b.client_key,
       coalesce(b.receipt, ''), b.submitted_at, coalesce(b.choices, '{}'), b.points, b.draft_choices, b.draft_points
FROM plan_budgets_voter v LEFT JOIN plan_budgets_ballot b ON b.voter_id = v.id
WHERE v.id = ANY(%s)
"""
# First the locks, then the reading: what was read in the locking statement may be older than the lock.
LOCKING = "SELECT id FROM plan_budgets_voter WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE"


def _lock(voters: set[int]) -> dict[int, _Standing]:
    with connection.cursor() as cursor:
        cursor.execute(LOCKING, [sorted(voters)])
        cursor.execute(STANDING, [sorted(voters)])
        return {row[0]: _Standing(*row) for row in cursor.fetchall()}


def _judge(mark: Mark, opened: _Open | None, standing: _Standing | None) -> Outcome:
    if opened is None or standing is None or standing.budget != mark.budget or standing.paper:
        return Outcome(
            "refused", texts=(_("This ballot belongs to nobody here. Load the page again."),), keys=("nobody",)
        )
    if mark.key is not None and standing.key == mark.key:
        return Outcome(
            "submitted" if mark.submit else "saved", standing.version, standing.receipt if mark.submit else ""
        )
    hurdle = voting_hurdle(opened.budget, opened.phase, mark.at)
    if hurdle or opened.counted:
        text = hurdle.text if hurdle else _("The vote is over.")
        return Outcome("closed", standing.version, texts=(text,), keys=(hurdle.key if hurdle else "late",))
    if mark.seen is not None and mark.seen != standing.version:
        text = _("This ballot was changed on another device meanwhile. Load the page to see how it stands now.")
        return Outcome("stale", standing.version, texts=(text,), keys=("stale",))
    return _enter(mark, opened.budget, standing)


def _enter(mark: Mark, budget: Budget, standing: _Standing) -> Outcome:
    rules = frozen_ballots(budget)
    choices, points = normal(budget.ballot_type, mark.choices, mark.points)
    found = problems(rules, choices, points, home=standing.home)
    wrong = [one for one in found if mark.submit or not one.passing]
    if wrong:
        return Outcome(
            "refused", standing.version, texts=tuple(one.text for one in wrong), keys=tuple(one.key for one in wrong)
        )
    standing.version, standing.key, standing.dirty, standing.at = standing.version + 1, mark.key, True, mark.at
    if mark.submit:
        standing.choices, standing.points, standing.submitted_at = choices, points, mark.at
        standing.draft = standing.draft_points = None
        standing.receipt = receipts.code()
        return Outcome("submitted", standing.version, standing.receipt)
    standing.draft, standing.draft_points = choices, points
    standing.receipt = standing.receipt or receipts.code()
    return Outcome("saved", standing.version)


def _save(changed: dict[int, _Standing]) -> None:
    rows = [
        Ballot(
            voter_id=one.voter, budget_id=one.budget, choices=one.choices, points=one.points, version=one.version,
            draft_choices=one.draft, draft_points=one.draft_points, client_key=one.key, receipt=one.receipt,
            cast_at=one.at,  # type: ignore[misc] # set by whatever made it dirty
            submitted_at=one.submitted_at,
        )
        for one in changed.values()
    ]  # fmt: skip
    fields = [
        "choices", "points", "version", "draft_choices", "draft_points", "client_key", "receipt", "cast_at",
        "submitted_at",
    ]  # fmt: skip
    if rows:
        Ballot.objects.bulk_create(rows, update_conflicts=True, unique_fields=["voter"], update_fields=fields)
