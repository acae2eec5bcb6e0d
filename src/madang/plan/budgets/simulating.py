"""Ballots drawn by chance, and what rules give on ballots: winners side by side, money by district, who got nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from madang.engines.ballots.election import Election, Limit, Project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from madang.engines.ballots.outcome import Outcome


def drawn(
    *, projects: Sequence[Project], budget: int, voters: int, seed: int, limits: tuple[Limit, ...] = ()
) -> Election:
    """Approval ballots of made-up voters who mostly support what lies near them.

    Each voter lives in the district of some project, likes each project there with a probability between 0.15 and
    0.55 by its popularity, and elsewhere a quarter of that. Not a forecast: a set of ballots on which rules differ.
    """
    chance = np.random.default_rng(seed)
    districts = sorted({one.district for one in projects})
    of_project = np.array([districts.index(one.district) for one in projects])
    weights = np.bincount(of_project, minlength=len(districts)).astype(float)
    home = chance.choice(len(districts), size=voters, p=weights / weights.sum())
    popular = chance.uniform(0.15, 0.55, size=len(projects))
    near = home[:, None] == of_project[None, :]
    marked = chance.random((voters, len(projects))) < np.where(near, popular, popular / 4)
    start = np.concatenate(([0], np.cumsum(marked.sum(axis=1)))).astype(np.int64)
    chosen = np.nonzero(marked)[1].astype(np.int32)
    return Election(tuple(projects), budget, "approval", start, chosen, limits=limits)


def invented(*, count: int, budget: int, districts: Sequence[str], seed: int) -> list[Project]:
    """Projects whose costs spread as real ones do: most of them small, some a quarter of the budget."""
    chance = np.random.default_rng(seed)
    shares = np.clip(chance.lognormal(mean=-3.2, sigma=0.8, size=count), 0.005, 0.25)
    names = list(districts) or [""]
    return [
        Project(id=str(at + 1), cost=max(1, int(share * budget)), name=f"#{at + 1}", district=names[at % len(names)])
        for at, share in enumerate(shares)
    ]


def told(election: Election, outcomes: Sequence[Outcome], labels: Sequence[str]) -> dict[str, Any]:
    """The comparison as the page shows it; plain values, amounts in whole units of the currency."""
    won = [frozenset(one.winners) for one in outcomes]
    return {
        "voters": election.n,
        "budget": election.budget // election.units,
        "rules": [
            {
                "label": label, "winners": len(one.winners), "cost": one.cost // election.units,
                "without": without_winner(election, won[at]),
                "districts": _by_district(election, won[at]),
            }
            for at, (label, one) in enumerate(zip(labels, outcomes, strict=True))
        ],
        "projects": [
            {
                "id": one.id, "name": one.name or one.id, "cost": one.cost // election.units,
                "district": one.district, "votes": int(votes), "won": [one.id in ids for ids in won],
            }
            for one, votes in zip(election.projects, _votes(election), strict=True)
        ],
    }  # fmt: skip


def _votes(election: Election) -> Any:
    return np.bincount(election.project, minlength=election.m)


def without_winner(election: Election, winners: frozenset[str]) -> int:
    """How many voters marked something and got nothing of it."""
    mask = np.array([one.id in winners for one in election.projects], dtype=np.int64)
    hits = np.concatenate(([0], np.cumsum(mask[election.project])))
    got = hits[election.start[1:]] - hits[election.start[:-1]]
    marked = np.diff(election.start)
    return int(((got == 0) & (marked > 0)).sum())


def _by_district(election: Election, winners: frozenset[str]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for one in election.projects:
        sums.setdefault(one.district, 0)
        if one.id in winners:
            sums[one.district] += one.cost // election.units
    return sums
