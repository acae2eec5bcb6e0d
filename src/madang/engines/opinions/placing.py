"""Where somebody stands on a map that was drawn already: from their votes of this moment and the map's own axes.

The same formula as the map's, so that a person whose votes have not changed stands exactly where they stood; nobody
else moves. Also what a timelapse is made of: everybody placed by the votes they had cast by then, on the latest axes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from madang.engines.opinions.results import OpinionMap

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Axes:
    """What places a person: loadings (m, r) and intercepts (m,) of the statements, counted (m,) those that count.

    The map shows the first two of r axes. penalty: (r, r), the ridge
    in the units of the map (honest), None where places are projections (polis).
    width: statements that Polis counts; zeroed: how many of them moderation set to 0, which everybody "saw".
    """

    loadings: Floats = field(repr=False)
    intercept: Floats = field(repr=False)
    counted: NDArray[np.bool_] = field(repr=False)
    penalty: Floats | None = None
    width: int = 0
    zeroed: int = 0


def axes_of(told: OpinionMap) -> Axes:
    """The axes of a map, out of its trace. Raises KeyError where its method leaves none."""
    trace: Mapping[str, Any] = told.trace
    m = len(told.statements)
    if told.method == "polis":
        out = set(trace["zeroed"])
        counted = np.array([name not in out for name in told.statements], dtype=bool)
        loadings = np.asarray(trace["components"], dtype=float).T.reshape(m, 2)
        width = int(trace["statements_with_votes"])
        return Axes(loadings, np.asarray(trace["center"], float), counted, None, width, len(out))
    turn = np.asarray(trace["turn"], dtype=float)
    back = np.linalg.pinv(turn)
    at = np.asarray(trace["statements"], dtype=np.int64)
    loadings, intercept, counted = np.zeros((m, len(turn))), np.zeros(m), np.zeros(m, dtype=bool)
    loadings[at] = np.asarray(trace["all_loadings"], dtype=float).reshape(-1, len(turn))
    intercept[at], counted[at] = trace["intercept"], True
    return Axes(loadings, intercept, counted, float(trace["ridge"]) * (back @ back.T))


def as_json(axes: Axes) -> dict[str, Any]:
    """Plain numbers, to be kept beside the map."""
    return {
        "rank": axes.loadings.shape[1],
        "loadings": axes.loadings.tolist(), "intercept": axes.intercept.tolist(), "counted": axes.counted.tolist(),
        "penalty": None if axes.penalty is None else axes.penalty.tolist(), "width": axes.width, "zeroed": axes.zeroed,
    }  # fmt: skip


def from_json(kept: Mapping[str, Any]) -> Axes:
    """The axes that `as_json` kept."""
    penalty = kept["penalty"]
    return Axes(
        np.asarray(kept["loadings"], float).reshape(-1, int(kept["rank"])), np.asarray(kept["intercept"], float),
        np.asarray(kept["counted"], bool), None if penalty is None else np.asarray(penalty, float),
        int(kept["width"]), int(kept["zeroed"]),
    )  # fmt: skip


def place(axes: Axes, person: ArrayLike, statement: ArrayLike, value: ArrayLike, *, people: int) -> Floats:
    """Places (people, 2) of votes given as three columns; NaN where nobody's vote counts. O(votes + people).

    person: 0 … people - 1; statement: index into the map's statements; value: -1, 0, 1; one vote per pair.
    """
    who, what = np.asarray(person, np.int64), np.asarray(statement, np.int64)
    said = np.asarray(value, np.float64)
    some = axes.counted[what]
    who, what, said = who[some], what[some], said[some]
    seen = np.bincount(who, minlength=people)
    left = said - axes.intercept[what]
    rank = axes.loadings.shape[1]
    parts = [np.bincount(who, left * axes.loadings[what, d], people) for d in range(rank)]
    pull: Floats = np.stack(parts, axis=1).astype(np.float64)
    if axes.penalty is None:
        points: Floats = pull * np.sqrt(axes.width / np.maximum(seen + axes.zeroed, 1))[:, None]
    else:
        points = _ridge(axes, axes.penalty, who, what, pull)
    points[seen == 0] = np.nan
    return points[:, :2]


def _ridge(axes: Axes, penalty: Floats, who: NDArray[np.int64], what: NDArray[np.int64], pull: Floats) -> Floats:
    """Solve (LᵀL + penalty)·p = Lᵀ(x - μ) for each person."""
    people, rank = pull.shape
    load, left = axes.loadings[what], np.empty((people, rank, rank))
    for p in range(rank):
        for q in range(p + 1):
            left[:, p, q] = left[:, q, p] = np.bincount(who, load[:, p] * load[:, q], people) + penalty[p, q]
    # An axis that holds nothing has no penalty and no pull: it stays at 0.
    left[:, range(rank), range(rank)] += 1e-12
    return np.asarray(np.linalg.solve(left, pull[:, :, None])[:, :, 0])
