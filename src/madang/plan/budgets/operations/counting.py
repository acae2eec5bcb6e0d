"""Counting: once, after the close, by a job. What it gives is official, and public once an official publishes it."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.engines.ballots import counting as engine
from madang.engines.ballots import pabulib
from madang.engines.ballots.election import ElectionError
from madang.engines.ballots.pabulib_write import write
from madang.ground.footing import jobs
from madang.ground.people.permissions import require
from madang.ground.record.operations import record
from madang.plan.budgets.models import Budget, Count, PaperEntry, Phase
from madang.plan.budgets.models.budgets import Kind
from madang.plan.budgets.operations.casting import lock_budget
from madang.plan.budgets.permissions_voting import COUNT
from madang.plan.budgets.queries.election import Cast, cast_ballots, election_of, options_of
from madang.plan.budgets.queries.paper import reconciliation
from madang.plan.budgets.queries.proving import listing
from madang.plan.budgets.queries.turnout import turnout
from madang.plan.budgets.voting import privacy

if TYPE_CHECKING:
    from datetime import datetime

    from madang.engines.ballots.election import Election
    from madang.engines.ballots.outcome import Options, Outcome
    from madang.ground.people.models import User

TASK = "madang.plan.budgets.tasks.count"
STEPS = 5


class CountError(Exception):
    """The ballots can't be counted now; the message says why and what to do."""


@dataclass(frozen=True)
class _Counted:
    text: str
    election: Election
    outcome: Outcome
    checked: privacy.Checked


def may_be_counted(budget: Budget, now: datetime) -> str:
    """Why the ballots can't be counted yet, "" if they can."""
    phase = Phase.objects.filter(budget=budget, kind=Kind.VOTE).first()
    if phase is None or not budget.frozen_at:
        return _("No vote was held.")
    if now < phase.ends_at:
        return _("The vote is still open. Ballots are counted after the close.")
    if Count.objects.filter(budget=budget, official=True).exists():
        return _("The ballots were counted already.")
    if PaperEntry.objects.filter(budget=budget, reading=1, status=PaperEntry.Status.DIFFERENT).exists():
        return _("Some sheets were read in two ways. Decide on them first.")
    if reconciliation(budget).once:
        return _("Some sheets were read only once. Let somebody else read them first.")
    return ""


@transaction.atomic
def start_count(*, budget: Budget, by: User, now: datetime) -> jobs.Started:
    """Have the ballots counted in the background. Raises CountError, PermissionDenied."""
    require(by, COUNT, budget)
    if why := may_be_counted(budget, now):
        raise CountError(why)
    return jobs.start(
        task=TASK, key=f"count:{budget.pk}", label=gettext_noop("Count of “%(title)s”"), params={"title": budget.title},
        by_id=by.pk, place_id=budget.place_id, now=now, budget=budget.pk, by=by.pk,
    )  # fmt: skip


@transaction.atomic
def count(*, budget: Budget, by: User | None, now: datetime, job: jobs.Job = jobs.SILENT) -> Count:
    """Count and keep it as the official count, unpublished. Twice gives the first one. Raises CountError."""
    lock_budget(budget.pk, alone=True)
    if found := Count.objects.filter(budget=budget, official=True).first():
        return found
    if why := may_be_counted(budget, now):
        raise CountError(why)
    job.advance(0, STEPS, message=gettext_noop("Ballots are shuffled"))
    draw_pseudonyms(budget)
    made = _counted(budget, options_of(budget), job)
    job.advance(3, STEPS, message=gettext_noop("Reasons are worked out"))
    kept = _keep(budget, made, by, now)
    data = {
        "rule": kept.options["rule"], "voters": kept.voters, "digest": kept.input_digest,
        "open_data": kept.open_data_digest, "receipts": kept.details["receipts"], "engine": kept.engine_version,
    }  # fmt: skip
    record(kind="budget_counted", subject=budget.record_key, place=budget.place, by=by, now=now, data=data)
    job.finish(url=reverse("budgets:count", args=[budget.pk]))
    return kept


PSEUDONYMS = """
UPDATE plan_budgets_ballot b SET pseudonym = drawn.place
FROM (SELECT voter_id, row_number() OVER (ORDER BY gen_random_uuid()) AS place FROM plan_budgets_ballot
      WHERE budget_id = %s AND submitted_at IS NOT NULL) drawn
WHERE b.voter_id = drawn.voter_id
"""


def draw_pseudonyms(budget: Budget) -> None:
    """Number the submitted ballots in an order drawn by chance: nothing of when or how they came is left in it."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE plan_budgets_ballot SET pseudonym = NULL WHERE budget_id = %s", [budget.pk])
        cursor.execute(PSEUDONYMS, [budget.pk])


def _counted(budget: Budget, options: Options, job: jobs.Job) -> _Counted:
    """Count what is published: the engine reads the open data back, so that it and everybody else count the same."""
    cast = cast_ballots(budget)
    job.advance(1, STEPS, message=gettext_noop("Open data are made safe"))
    checked = privacy.check(cast.hashable, cast.attributes)
    try:
        text = write(election_of(budget, cast, checked.columns))
        election = pabulib.read(text).election
        job.advance(2, STEPS, message=gettext_noop("Ballots are counted"))
        return _Counted(text, election, engine.count(election, options), checked)
    except ElectionError as wrong:
        raise CountError(str(wrong)) from wrong


def _keep(budget: Budget, made: _Counted, by: User | None, now: datetime) -> Count:
    from madang.plan.budgets import explaining  # it compiles; no page needs it before a count

    sums = reconciliation(budget)
    details = explaining.details(made.election, made.outcome, true_groups=_groups(budget))
    details |= {
        "paper": sums.told(), "receipts": hashlib.sha256("".join(listing(budget)).encode()).hexdigest(),
        "turnout": turnout(budget).total,
    }  # fmt: skip
    return Count.objects.create(
        budget=budget, official=True, options=asdict(made.outcome.options), engine_version=made.outcome.version,
        input_digest=made.outcome.digest, voters=made.election.n, outcome=engine.published(made.outcome, made.election),
        details=details, open_data=made.text, open_data_digest=hashlib.sha256(made.text.encode()).hexdigest(),
        privacy=made.checked.told(), counted_by=by, counted_at=now,
    )  # fmt: skip


@transaction.atomic
def count_imported(*, budget: Budget, now: datetime) -> Count:
    """Count the ballots of an imported election by the rule that its file names, public at once and labeled so.

    What the file says of each project stays as it is: the page shows this count beside it. Raises CountError.
    """
    if found := Count.objects.filter(budget=budget, official=True).first():
        return found
    if budget.source != Budget.Source.IMPORTED:
        raise CountError(_("Only an imported election is counted without its officials."))
    draw_pseudonyms(budget)
    kept = _keep(budget, _counted(budget, options_of(budget), jobs.SILENT), None, now)
    kept.published_at = now
    kept.save(update_fields=["published_at"])
    return kept


def _groups(budget: Budget) -> dict[str, Any]:
    """District and age of each ballot as they were told, for figures of groups that are large enough; not kept."""
    cast: Cast = cast_ballots(budget)
    return {name: cast.attributes[name] for name in ("district", "age")}


def what_if(*, budget: Budget, rule: str, by: User, now: datetime) -> Count:
    """Count the published ballots by another rule; it decides nothing and says so. Raises CountError."""
    require(by, COUNT, budget)
    official = Count.objects.filter(budget=budget, official=True).first()
    if official is None or official.published_at is None:
        raise CountError(_("Other rules can be tried once the result is published, so that they decide nothing."))
    options = options_of(budget, rule=rule)
    election = pabulib.read(official.open_data).election
    try:
        outcome = engine.count(election, options)
    except ElectionError as wrong:
        raise CountError(str(wrong)) from wrong
    Count.objects.filter(budget=budget, official=False, options__rule=rule).delete()
    return Count.objects.create(
        budget=budget, official=False, options=asdict(options), engine_version=outcome.version,
        input_digest=outcome.digest, voters=election.n, outcome=engine.published(outcome, election), counted_by=by,
        counted_at=now,
    )  # fmt: skip
