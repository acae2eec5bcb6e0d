"""What would last year have given? The rules of a budget, and their rivals, on ballots of the past."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.engines.ballots import ENGINE_VERSION
from madang.engines.ballots.counting import compare, label, options_from
from madang.engines.ballots.election import Election, ElectionError
from madang.engines.ballots.pabulib import PabulibError, read
from madang.ground.footing import jobs
from madang.ground.people.permissions import require
from madang.plan.budgets import simulating
from madang.plan.budgets.models import Budget, Simulation
from madang.plan.budgets.operations.common import BudgetError
from madang.plan.budgets.queries.election import (
    candidate,
    election_of,
    limits_of,
    options_of,
    projects_on,
    submitted_ballots,
)

if TYPE_CHECKING:
    from datetime import datetime

    from madang.engines.ballots.outcome import Options
    from madang.ground.people.models import User

TASK = "madang.plan.budgets.simulate"
# More ballots than these are counted by a background job; so many take about half a second.
AT_ONCE = 20_000
LARGEST_FILE = 60_000_000
RIVALS = ("equal-shares", "greedy", "phragmen")


def ways(budget: Budget) -> list[Options]:
    """The budget's own way to count, and those with which it is compared."""
    own = options_of(budget)
    found = [own]
    for rule in RIVALS:
        completion = "add1u" if rule == "equal-shares" else "utilitarian" if rule == "phragmen" else "none"
        other = replace(own, rule=rule, completion=completion, comparison=False, utility="cost", stop=budget.stop)  # type: ignore[arg-type]
        if label(other) not in {label(one) for one in found}:
            found.append(other)
    return found


@transaction.atomic
def begin(
    *, budget: Budget, by: User, now: datetime, earlier: Budget | None = None, text: str = "", name: str = "",
    voters: int = 3000, seed: int = 0,
) -> tuple[Simulation, str]:  # fmt: skip
    """Ask for a run: on an earlier budget's ballots, on a .pb text, or on ballots drawn by chance.

    Small ones are computed at once; a large one becomes a job, whose page is returned ("" else). Raises BudgetError.
    """
    require(by, "budgets.set_up", budget)
    basis = "file" if text else "earlier" if earlier else "generated"
    size = voters
    if earlier:
        size, name = earlier.ballots.count(), earlier.title
        if not size:
            raise BudgetError(_("That budget has no ballots to count."))
    elif text:
        size = _parsed(text).n
    else:
        name = _("%(n)s voters drawn by chance") % {"n": f"{voters:,}"}
    row = Simulation.objects.create(
        budget=budget, basis=basis, earlier=earlier, name=name[:200], text=text, seed=seed, made_by=by, made_at=now,
        rules=[{**asdict(one), "voters": voters} for one in ways(budget)],
    )  # fmt: skip
    if size <= AT_ONCE:
        return compute(simulation_id=row.pk, now=now), ""
    started = jobs.start(
        task=TASK, key=f"simulation:{row.pk}", label=gettext_noop("What rules would have given: %(name)s"),
        params={"name": row.name}, by_id=by.pk, place_id=budget.place_id, now=now, simulation=row.pk,
    )  # fmt: skip
    return row, started.page


def _parsed(text: str) -> Election:
    try:
        return read(text).election
    except (PabulibError, ElectionError) as broken:
        raise BudgetError(_("The file cannot be read: %(why)s") % {"why": broken}) from broken


def compute(*, simulation_id: int, now: datetime, job: jobs.Job = jobs.SILENT) -> Simulation:
    """Count in each way and keep what they give. Computed once; again changes nothing."""
    row = Simulation.objects.select_related("budget__place", "earlier").get(pk=simulation_id)
    if row.computed_at:
        return row
    options = [options_from({key: value for key, value in one.items() if key != "voters"}) for one in row.rules]
    job.advance(0, len(options))
    try:
        election = _election(row)
        counted = compare(election, options)
        row.result = simulating.told(election, counted.outcomes, [label(one) for one in options])
        row.input_digest = election.digest()
    except ElectionError as broken:
        row.result, row.trouble = {}, str(broken)[:500]
    row.engine_version, row.computed_at = ENGINE_VERSION, now
    with transaction.atomic():
        row.save(update_fields=["result", "trouble", "engine_version", "input_digest", "computed_at"])
        job.finish(url=page_of(row))
    return row


def page_of(row: Simulation) -> str:
    from django.urls import reverse

    return reverse("budgets:simulation", args=[row.budget_id, row.pk])


def _election(row: Simulation) -> Election:
    if row.basis == Simulation.Basis.FILE:
        return _parsed(row.text)
    if row.earlier is not None:
        return election_of(row.earlier, submitted_ballots(row.earlier), by_place=True)
    budget, voters = row.budget, int(row.rules[0].get("voters", 3000))
    amount = sum(budget.pots.values_list("amount", flat=True))
    if not amount:
        raise ElectionError(_("Give the budget a pot with money first."))
    known = projects_on(budget)
    limits = limits_of(known, list(budget.pots.all())) if len(known) >= 3 else ()
    if len(known) >= 3:
        choices = [candidate(one, one.place.name_ko) for one in known]
    else:
        names = [one.name for one in budget.pots.all()]
        choices = simulating.invented(count=30, budget=amount, districts=names, seed=row.seed)
    return simulating.drawn(projects=choices, budget=amount, voters=voters, seed=row.seed, limits=limits)


def run(*, simulation_id: int, job: jobs.Job) -> None:
    """The same, as a job."""
    compute(simulation_id=simulation_id, now=timezone.now(), job=job)
