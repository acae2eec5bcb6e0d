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
    """What places a person: loadings (m, 2) and intercepts (m,) of the statements, counted (m,) those that count.

    penalty: (2, 2), the ridge in the units of the map (honest), None where places are projections (polis).
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
    turn = np.asarray(trace["turn"], dtype=float).reshape(2, 2)
    back = np.linalg.pinv(turn)
    loadings = np.asarray(trace["loadings"], dtype=float).reshape(m, 2)
    penalty = float(trace["ridge"]) * (back @ back.T)
    intercept = np.asarray([np.nan if one is None else one for one in trace["intercept"]], dtype=float)
    return Axes(loadings, np.nan_to_num(intercept), ~np.isnan(intercept), penalty)


def as_json(axes: Axes) -> dict[str, Any]:
    """Plain numbers, to be kept beside the map."""
    return {
        "loadings": axes.loadings.tolist(), "intercept": axes.intercept.tolist(), "counted": axes.counted.tolist(),
        "penalty": None if axes.penalty is None else axes.penalty.tolist(), "width": axes.width, "zeroed": axes.zeroed,
    }  # fmt: skip


def from_json(kept: Mapping[str, Any]) -> Axes:
    """The axes that `as_json` kept."""
    penalty = kept["penalty"]
    return Axes(
        np.asarray(kept["loadings"], float).reshape(-1, 2), np.asarray(kept["intercept"], float),
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
    pull = np.stack([np.bincount(who, left * axes.loadings[what, d], people) for d in (0, 1)], axis=1)
    if axes.penalty is None:
        points = pull * np.sqrt(axes.width / np.maximum(seen + axes.zeroed, 1))[:, None]
    else:
        points = _ridge(axes, axes.penalty, who, what, pull, people)
    points[seen == 0] = np.nan
    return points


def _ridge(
    axes: Axes, penalty: Floats, who: NDArray[np.int64], what: NDArray[np.int64], pull: Floats, people: int
) -> Floats:
    """Solve (LᵀL + penalty)·p = Lᵀ(x - μ) for each person, two by two, by Cramer's rule."""
    load = axes.loadings[what]
    a = np.bincount(who, load[:, 0] ** 2, people) + penalty[0, 0]
    b = np.bincount(who, load[:, 0] * load[:, 1], people) + penalty[0, 1]
    c = np.bincount(who, load[:, 1] ** 2, people) + penalty[1, 1]
    size = a * c - b * b
    flat = size <= 1e-12 * np.maximum(a * c, 1e-300)
    size = np.where(flat, 1.0, size)
    x = np.where(flat, pull[:, 0] / np.maximum(a, 1e-300), (c * pull[:, 0] - b * pull[:, 1]) / size)
    y = np.where(flat, 0.0, (a * pull[:, 1] - b * pull[:, 0]) / size)
    return np.stack([x, y], axis=1)
