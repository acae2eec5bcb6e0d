"""The Method of Equal Shares: everybody gets the same share of the budget; a project wins if its supporters can pay.

ρ_p is the least ρ with Σ_{i∈N(p)} min(left_i, ρ·u_i(p)) = cost_p; the project of least ρ is bought, its supporters pay.
Peters, Pierczyński & Skowron (2021), arXiv 2008.13276; equalshares.net. See docs/methods/ballots.md.

>>> from madang.engines.ballots.election import Project
>>> from madang.engines.ballots.outcome import Options
>>> projects = (Project("a", 6), Project("b", 4), Project("c", 4))
>>> start, choices = np.array([0, 2, 4, 5, 6]), np.array([0, 1, 0, 2, 1, 2], dtype=np.int32)
>>> election = Election(projects, 10, "approval", start, choices)
>>> [(one.project, str(one.rho), one.payers) for one in count(election, Options("equal-shares")).rounds]
[('b', '1/2', 2), ('c', '1/2', 2)]
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from madang.engines.ballots import ENGINE_VERSION, completing, greedy
from madang.engines.ballots.completing import Completed
from madang.engines.ballots.election import Election, ElectionError
from madang.engines.ballots.equal_run import run
from madang.engines.ballots.market import Market
from madang.engines.ballots.outcome import Options, Outcome, Round
from madang.engines.ballots.room import Room

if TYPE_CHECKING:
    from madang.engines.ballots.equal_run import Purchase


def count(election: Election, options: Options) -> Outcome:
    """Count by Equal Shares. Raises ElectionError where election and options don't go together."""
    if options.rule != "equal-shares":
        raise ElectionError(f"The rule is {options.rule}: count that with `counting.count`.")
    market = Market(election, options)
    completed = _complete(market)
    rounds = _rounds(market, completed)
    if "utilitarian" in options.completion or options.completion == "add1u":
        rounds += completing.filled(market, completed.run)
    compared = _compared(market, rounds) if options.comparison else None
    return _outcome(market, completed, rounds, compared)


def _complete(market: Market) -> Completed:
    if market.options.completion.startswith("add1"):
        return completing.add1(market)
    ballots = market.ballots
    share = Fraction(market.election.budget, ballots) if ballots else Fraction(0)
    return Completed(run(market, share), 0, "share")


def _rounds(market: Market, completed: Completed) -> list[Round]:
    phase = "add1" if market.options.completion.startswith("add1") else "rule"
    return [_round(market, one, phase) for one in completed.run.purchases]


def _round(market: Market, one: Purchase, phase: str) -> Round:
    projects = market.election.projects
    return Round(
        project=projects[one.project].id,
        cost=projects[one.project].cost,
        rho=one.price / market.base[one.project] if market.base[one.project] else Fraction(0),
        payers=one.payers,
        largest=one.largest,
        support=int(market.room.tally.score[one.project]),
        phase=phase,
        tied=tuple(projects[p].id for p in one.tied),
    )


class _Compared(NamedTuple):
    """What greedy would give, and how many ballots have more approved winners by either rule."""

    rounds: list[Round]
    greedy: int
    equal_shares: int

    @property
    def switched(self) -> bool:
        """Only strictly more voters switch the result."""
        return self.greedy > self.equal_shares


def _compared(market: Market, rounds: list[Round]) -> _Compared:
    index = {one.id: p for p, one in enumerate(market.election.projects)}
    other = greedy.fill(Room(market.election), market.options, phase="comparison")
    mine = completing.approved(market, {index[one.project] for one in rounds})
    theirs = completing.approved(market, {index[one.project] for one in other})
    weight = market.weight if len(market.weight) else np.ones(market.election.n, dtype=np.int64)
    return _Compared(other, int(weight[theirs > mine].sum()), int(weight[theirs < mine].sum()))


def _outcome(market: Market, completed: Completed, rounds: list[Round], compared: _Compared | None) -> Outcome:
    election = market.election
    trace: dict[str, object] = {"short": [election.projects[p].id for p in completed.run.short]}
    if compared is not None:
        figures = {"greedy": compared.greedy, "equal_shares": compared.equal_shares, "switched": compared.switched}
        trace["comparison"] = figures
        if compared.switched:
            trace["rejected"], rounds = rounds, compared.rounds
    order = sorted(range(election.m), key=lambda p: market.places[p])
    return Outcome(
        options=market.options,
        version=ENGINE_VERSION,
        digest=election.digest(),
        budget=election.budget,
        cost=sum(one.cost for one in rounds),
        winners=tuple(one.project for one in rounds),
        rounds=tuple(rounds),
        share=completed.run.share,
        steps=completed.steps,
        stopped=completed.stopped,
        order=tuple(election.projects[p].id for p in order),
        trace=trace,
    )
