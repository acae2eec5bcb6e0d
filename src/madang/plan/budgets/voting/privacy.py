"""What of the ballots can be published without pointing at a person.

A row of open data holds a ballot and what is known of its voter (district, age, channel …). Two dangers: somebody who
knows a neighbor's district and age finds a *small cell* (fewer than k voters are alike) and reads the ballot; or a
ballot is *unique* in its cell, so that whoever knows part of it learns the rest. The check coarsens attributes until no
cell is small, and says what is left of the second danger, which only dropping attributes can mend.

Method: k-anonymity (Sweeney 2002) by global recoding; homogeneity as in l-diversity (Machanavajjhala et al. 2007).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    # Steps of an attribute, from fine to coarse, each with its name.
    Recodings = tuple[tuple[str, Callable[[str], str]], ...]
    Cells = dict[tuple[str, ...], Counter[object]]

K = 10


@dataclass(frozen=True)
class Step:
    """One thing that was done. what: "coarsen" or "drop"; how: key of the step."""

    attribute: str
    what: str
    how: str = ""


@dataclass(frozen=True)
class Checked:
    """What may be published. columns: by attribute, in the order of the ballots, "" where nothing is told.

    k: the smallest cell now; small_before, unique_before: voters in small cells and with ballots unique in their cell
    before; unique_after, unique_ballots: alone in their cell after, alone among all; uniform: cells of more than one
    voter in which every ballot is the same (who knows the cell knows the ballot).
    """

    columns: Mapping[str, tuple[str, ...]] = field(repr=False)
    steps: tuple[Step, ...]
    k: int
    voters: int
    small_before: int
    unique_before: int
    unique_after: int
    unique_ballots: int
    uniform: int

    def told(self) -> dict[str, object]:
        """As kept beside the count."""
        return {
            "k": self.k, "asked": K, "voters": self.voters, "attributes": sorted(self.columns),
            "steps": [{"attribute": one.attribute, "what": one.what, "how": one.how} for one in self.steps],
            "small_before": self.small_before, "unique_before": self.unique_before, "unique_after": self.unique_after,
            "unique_ballots": self.unique_ballots, "uniform": self.uniform,
        }  # fmt: skip


def tens(band: str) -> str:
    """An age band of at most ten years: 34 → 30-39, 30-34 → 30-39."""
    low = band.partition("-")[0].rstrip("+")
    return f"{int(low) // 10 * 10}-{int(low) // 10 * 10 + 9}" if low.isdigit() else ""


def thirds(band: str) -> str:
    """Young, middle, old: -39, 40-59, 60+."""
    low = band.partition("-")[0].rstrip("+")
    if not low.isdigit():
        return ""
    age = int(low)
    return "-39" if age < 40 else "40-59" if age < 60 else "60+"


RECODINGS: dict[str, Recodings] = {
    "age": (("tens", tens), ("thirds", thirds)),
}


def check(
    ballots: Sequence[object], attributes: Mapping[str, Sequence[str]], *, k: int = K,
    recodings: Mapping[str, Recodings] = RECODINGS,
) -> Checked:  # fmt: skip
    """Coarsen, then drop attributes until every cell has at least k voters and none is uniform.

    ballots: (n,) hashable; attributes: name → (n,) texts. The attribute that has most different values is coarsened
    first, and dropped first once nothing can be coarsened: it tells most. An empty attribute is dropped at once.
    """
    columns = {name: tuple(values) for name, values in attributes.items() if any(values)}
    steps = [Step(name, "drop", "empty") for name in sorted(set(attributes) - set(columns))]
    before = _cells(ballots, columns)
    left = {name: list(recodings.get(name, ())) for name in columns}
    while columns and not _safe(_cells(ballots, columns), k):
        steps.append(_next(columns, left))
    after, alone = _cells(ballots, columns), Counter(ballots)
    return Checked(
        columns=columns, steps=tuple(steps), k=min((sum(one.values()) for one in after.values()), default=0),
        voters=len(ballots), small_before=sum(n for one in before.values() if (n := sum(one.values())) < k),
        unique_before=_unique(before), unique_after=_unique(after),
        unique_ballots=sum(1 for n in alone.values() if n == 1),
        uniform=sum(1 for one in after.values() if _is_uniform(one)) if columns else 0,
    )  # fmt: skip


def _cells(ballots: Sequence[object], columns: Mapping[str, Sequence[str]]) -> Cells:
    found: Cells = defaultdict(Counter)
    names = sorted(columns)
    for at, ballot in enumerate(ballots):
        found[tuple(columns[name][at] for name in names)][ballot] += 1
    return found


def _is_uniform(cell: Counter[object]) -> bool:
    return len(cell) == 1


def _safe(cells: Cells, k: int) -> bool:
    return all(sum(one.values()) >= k and not _is_uniform(one) for one in cells.values())


def _unique(cells: Cells) -> int:
    return sum(1 for one in cells.values() for n in one.values() if n == 1)


def _next(columns: dict[str, tuple[str, ...]], left: dict[str, list[tuple[str, Callable[[str], str]]]]) -> Step:
    """Coarsen the attribute with most values that can be; where none can, drop the one with most."""
    by_detail = sorted(columns, key=lambda name: (-len(set(columns[name])), name))
    for name in by_detail:
        while left[name]:
            key, recode = left[name].pop(0)
            coarser = tuple(map(recode, columns[name]))
            if len(set(coarser)) < len(set(columns[name])):
                columns[name] = coarser
                return Step(name, "coarsen", key)
    del columns[by_detail[0]]
    return Step(by_detail[0], "drop", "small cells")
