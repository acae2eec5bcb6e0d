"""What a count gives: winners in the order in which they were chosen, and the trace that explains them."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Rule = Literal[
    "greedy",
    "greedy-no-skip",
    "greedy-threshold",
    "greedy-exclusive",
    "greedy-80-percent",
    "greedy-per-cost",
    "equal-shares",
    "phragmen",
    "bounded-overspending",
    "knapsack-optimal",
]
Utility = Literal["cost", "cardinality", "sqrt-cost"]
Completion = Literal["none", "add1", "add1u", "utilitarian", "add1u+utilitarian"]
# How ties are broken: by the file's order; by a lot drawn from a seed; by lower cost, then more votes, then that lot.
Tie = Literal["file", "lot", "cost-votes-lot"]


@dataclass(frozen=True)
class Options:
    """How to count. comparison: switch to greedy if strictly more voters have more approved winners there.

    stop: of add1: as cities ran it (while it is affordable) or exhaustive. by_district: separate runs, each with its
    district's pot. utilities other than cost only matter to equal-shares and bounded-overspending.
    """

    rule: Rule
    utility: Utility = "cost"
    completion: Completion = "none"
    stop: Literal["cities", "exhaustive"] = "cities"
    tie: Tie = "file"
    seed: int = 0
    comparison: bool = False
    by_district: bool = False


@dataclass(frozen=True)
class Round:
    """One choice. rho: the exact price per unit of utility (Equal Shares, BOS), load (Phragmén) or None.

    payers: voters who paid. largest: the largest single payment in units, exact. support: votes or score at that time.
    phase: "rule" or what completed it ("add1", "utilitarian", "comparison"). tied: projects that were equally good,
    by id, of which the tie-break chose this one. part: of the cost, what the supporters could pay at the price that the
    rule looked for (BOS), rounded to 30 decimals as its rho and largest are.
    """

    project: str
    cost: int
    rho: Fraction | None
    payers: int
    largest: Fraction | None = None
    support: int = 0
    phase: str = "rule"
    part: Fraction | None = None
    tied: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """Winners with their trace. cost: of all winners, in units.

    share: e, each voter's start money (Equal Shares), exact, in units; None for rules without. steps: of add1.
    order: rank of every project in the tie-break, so that a lot can be published. stopped: why it ended, by key.
    """

    options: Options
    version: str
    digest: str
    budget: int
    cost: int
    winners: tuple[str, ...]
    rounds: tuple[Round, ...]
    share: Fraction | None = None
    steps: int = 0
    stopped: str = ""
    order: tuple[str, ...] = field(default=(), repr=False)
    trace: dict[str, object] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Ledger:
    """Who paid what, of a count with payments: the certificate of priceability. Exact, computed on demand.

    For each round r, a supporter of its project pays min(what she has left, rho_r · u). left: float64 (n,), rounded
    from the exact numbers, for figures and pictures; `engines/ballots/explain.py` gives the exact ones of one voter.
    """

    left: NDArray[np.float64] = field(repr=False)
    paid: NDArray[np.float64] = field(repr=False)
