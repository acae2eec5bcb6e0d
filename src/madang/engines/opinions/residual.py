"""The sparse residual of votes: what Polis calls the mean-imputed, centered matrix, without its zeros.

A cell that nobody voted in is filled with its column's mean and is therefore exactly 0 once centered. What is left is
R[i, j] = x[i, j] - mean[j] at the votes: everything below walks over the votes and never over n times m cells.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.opinions import kernels
from madang.engines.opinions.votes import Votes

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Residual:
    """n people, m statements, as rows of votes.

    start: int64 of shape (n + 1,), where the votes of each person begin in `statement` and `value`. mean: float64 (m,),
    of observed votes, passes included; 0 in a zeroed column. column: bool (m,), statements with a vote, which is what
    Polis counts as statements. zeroed: bool (m,), columns that moderation set to 0 for everybody. counted: int32 (n,),
    votes of each person. seen: int32 (n,), the same with zeroed columns counted as voted by everybody.
    """

    start: NDArray[np.int64] = field(repr=False)
    statement: NDArray[np.int32] = field(repr=False)
    value: NDArray[np.int8] = field(repr=False)
    mean: NDArray[np.float64] = field(repr=False)
    column: NDArray[np.bool_] = field(repr=False)
    zeroed: NDArray[np.bool_] = field(repr=False)
    counted: NDArray[np.int32] = field(repr=False)
    seen: NDArray[np.int32] = field(repr=False)

    @property
    def width(self) -> int:
        """How many statements Polis counts: those with a vote."""
        return int(self.column.sum())

    def gram(self, vector: NDArray[np.float64]) -> NDArray[np.float64]:
        """RᵀR times a vector of shape (m,): one walk over the votes."""
        held = np.where(self.zeroed, 0.0, vector)
        product = kernels.gram(self.start, self.statement, self.value, self.mean, held)
        product[self.zeroed] = 0.0
        return product

    def onto(self, components: NDArray[np.float64]) -> NDArray[np.float64]:
        """R times (m, 2) components: shape (n, 2)."""
        held = np.where(self.zeroed[:, None], 0.0, components)
        return kernels.onto(self.start, self.statement, self.value, self.mean, held)

    def spread(self) -> float:
        """The sum of squares of R: 0 where nobody differs."""
        return kernels.spread(self.statement, self.value, self.mean, self.zeroed)


def residual(votes: Votes) -> Residual:
    """Tabulate votes; rejected statements and those about the process become 0 for everybody.

    >>> from madang.engines.opinions.votes import collect
    >>> residual(collect("ab", "s", [0, 1], [0, 0], [1, 0])).mean.tolist()
    [0.5]
    """
    n, m = len(votes.people), len(votes.statements)
    # Arrays that may not be written to (from a database, a file) would have the loops compiled once more for them.
    person, statement, value = (
        np.require(part, kind, ["C", "W"])
        for part, kind in ((votes.person, np.int32), (votes.statement, np.int32), (votes.value, np.int8))
    )
    counted = kernels.counted(person, n)
    start = np.zeros(n + 1, dtype=np.int64)
    np.cumsum(counted, out=start[1:])
    total, number = kernels.sums(statement, value, m)
    column = number > 0
    zeroed = np.zeros(m, dtype=np.bool_)
    zeroed[sorted(votes.hidden | votes.meta)] = True
    zeroed &= column
    mean = np.where(column & ~zeroed, total / np.maximum(number, 1), 0.0)
    seen = (kernels.voted_on(start, statement, ~zeroed) + int(zeroed.sum())).astype(np.int32)
    seen[counted == 0] = 0
    return Residual(start, statement, value, mean, column, zeroed, counted, seen)


def tallies(table: Residual, group: NDArray[np.int32], groups: int) -> NDArray[np.int64]:
    """Counts of shape (groups, m, 3): agree, disagree, pass of the people of each group (-1: in none)."""
    return kernels.tallies(table.start, table.statement, table.value, group, groups, len(table.column))
