"""What Equal Shares does with money that is left: Add1, greedy filling, and the comparison with greedy.

Add1 lets every voter have one more of the currency as long as what is bought stays within the budget, and keeps the
last that does. As cities ran it: from ⌊B/n⌋, until more would be too much. exhaustive (pabutools): from B/n, and also
stop as soon as no project fits what is left.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from madang.engines.ballots import greedy
from madang.engines.ballots.equal_run import Run, run
from madang.engines.ballots.jumps import Stretches
from madang.engines.ballots.room import Room

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madang.engines.ballots.market import Market
    from madang.engines.ballots.outcome import Round


# Steps that are tried to be skipped at first.
FIRST_WIDTH = 8
# A proof costs about as much as two or three counts: for fewer steps it isn't tried.
LEAST_WIDTH = 3
# Single steps at most until the next try.
MOST_SINGLE = 16


class Completed(NamedTuple):
    """The run that counts; steps: how many times the share was raised; stopped: why no more.

    unaffordable: the next step costs more than the budget. complete: nothing was left out for want of money.
    exhaustive: no project fits what is left. share: there is no completion.
    """

    run: Run
    steps: int
    stopped: str


def start(market: Market) -> Fraction:
    """Return the first share of Add1, in units."""
    election, units = market.election, market.election.units
    if not market.ballots:
        return Fraction(0)
    if market.options.stop == "exhaustive":
        return Fraction(election.budget, market.ballots)
    return Fraction(election.budget // (market.ballots * units) * units)


def ended(market: Market, run: Run) -> str:
    """Return why Add1 stops at a run that is affordable, or ''."""
    if not run.short:
        return "complete"
    if market.options.stop == "exhaustive":
        left = market.election.budget - run.cost
        if all(market.costs[p] > left for p in market.priced if p not in run.projects):
            return "exhaustive"
    return ""


def add1(market: Market) -> Completed:
    """Raise the share by one of the currency as long as the budget holds; stretches proven harmless are skipped."""
    unit, width, steps, single = market.election.units, FIRST_WIDTH, 0, 0
    last = run(market, start(market))
    if stopped := ended(market, last):
        return Completed(last, 0, stopped)
    share, stretches, failures = last.share, Stretches(market), 0
    while True:
        if not single:
            if stretches.harmless(share + unit, share + unit * width):
                share, steps, width, failures = share + unit * width, steps + width, width * 2, 0
            elif width > LEAST_WIDTH:
                width = max(width // 4, LEAST_WIDTH)
            else:
                # Where every step changes something, proofs are not worth their time: try more and more rarely.
                single, failures = min(2 ** (failures + 1), MOST_SINGLE), failures + 1
            continue
        following = run(market, share + unit)
        if following.cost > market.election.budget:
            return Completed(last if last.share == share else run(market, share), steps, "unaffordable")
        last, share, steps, single = following, following.share, steps + 1, single - 1
        if stopped := ended(market, last):
            return Completed(last, steps, stopped)


def filled(market: Market, run: Run) -> list[Round]:
    """Take greedily, by votes or score, what fits beside the winners of a run."""
    return greedy.fill(Room(market.election, run.projects), market.options)


def approved(market: Market, winners: set[int]) -> NDArray[np.int64]:
    """Return per voter how many winners she supports, int64 (n,)."""
    won = np.zeros(market.election.m, dtype=np.int64)
    won[list(winners)] = 1
    total = np.concatenate(([0], np.cumsum(won[market.found.project])))
    supported: NDArray[np.int64] = total[market.found.start[1:]] - total[market.found.start[:-1]]
    return supported
