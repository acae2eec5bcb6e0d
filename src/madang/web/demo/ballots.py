"""Ballots for the budgets of the demo, drawn from made-up preferences; the finished one is counted and published.

Each voter lives somewhere, cares more for some themes than for others, likes what is near and shies away from what is
dear; all of it drawn by a seeded generator, so that the demo is the same each time.
"""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.ballots.election import ElectionError
from madang.ground.places.models import Place
from madang.plan.budgets.models import Ballot, Budget, Project, Voter
from madang.plan.budgets.operations.counting import CountError, count, count_imported
from madang.plan.budgets.operations.publishing import publish
from madang.plan.budgets.operations.registering import AGE_BANDS
from madang.plan.budgets.voting import receipts
from madang.web.demo.measures import carry_out

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from madang.ground.people.models import User

    Say = Callable[[str], None]

VOTERS = {"gg": 2_400, "su": 1_800}
AGES = (0.04, 0.15, 0.18, 0.2, 0.19, 0.15, 0.09)
ON_PAPER = 0.06


def load(*, budgets: Mapping[str, Budget], people: Mapping[str, User], now: datetime, say: Say) -> None:
    """Ballots of both; those of the finished one are counted and its result is public."""
    began = time.process_time()
    for key, budget in budgets.items():
        cast(budget, VOTERS[key], now)
    done = budgets["su"]
    officer = people["of-suwon"]
    closed = done.phases.get(kind="vote").ends_at
    count(budget=done, by=officer, now=closed + timedelta(hours=2))
    publish(budget=done, by=officer, now=closed + timedelta(hours=20))
    carry_out(budget=done, by=officer, since=closed + timedelta(hours=20))
    told = sum(VOTERS[key] for key in budgets)
    say(f"{told:,} made-up ballots, one budget counted ({time.process_time() - began:.1f} CPU seconds)")


def count_real(budget: Budget, *, now: datetime, say: Say) -> None:
    """Count an imported election by its file's rule; one that this program can't count stays without."""
    try:
        count_imported(budget=budget, now=now)
    except (CountError, ElectionError) as why:
        say(f"{budget.title}: not counted ({why})")


def cast(budget: Budget, voters: int, now: datetime) -> None:
    """Draw voters and their ballots."""
    chance = np.random.default_rng(budget.seed)
    projects = list(budget.projects.filter(status__in=Project.ON_BALLOT).select_related("place").order_by("number"))
    liking = _liking(chance, projects, voters)
    districts = _districts(budget)
    rows = _voters(chance, budget, districts, voters, now)
    most = budget.most_choices or 8
    near = np.array([[one.place_id == row.district_id for one in projects] for row in rows])
    liking = liking + 1.2 * near
    number = chance.integers(2, most + 1, voters)
    Voter.objects.bulk_create(rows, batch_size=1000)
    Ballot.objects.bulk_create(
        [
            _ballot(budget, row, [projects[int(at)].number for at in np.argsort(-liking[n])[: number[n]]], n)
            for n, row in enumerate(rows)
        ],
        batch_size=1000,
    )


def _liking(chance: np.random.Generator, projects: Sequence[Project], voters: int) -> np.ndarray:
    themes = sorted({one.field for one in projects})
    of = np.array([themes.index(one.field) for one in projects])
    taste = chance.dirichlet(np.full(len(themes), 0.6), voters) * 4
    common = chance.normal(0, 0.7, len(projects))
    dear = np.log10([float(one.cost or 1) for one in projects])
    return taste[:, of] + common - 0.4 * (dear - dear.mean()) + chance.gumbel(0, 0.6, (voters, len(projects)))


def _districts(budget: Budget) -> list[Place]:
    inside = list(Place.objects.filter(parent=budget.place, valid_to=None).defer("boundary").order_by("code"))
    return inside or [budget.place]


def _voters(
    chance: np.random.Generator, budget: Budget, districts: Sequence[Place], voters: int, now: datetime
) -> list[Voter]:
    weight = chance.gamma(1.5, 1.0, len(districts))
    where = chance.choice(len(districts), voters, p=weight / weight.sum())
    ages = chance.choice(len(AGE_BANDS), voters, p=AGES)
    told, paper = chance.random(voters) < 0.8, chance.random(voters) < ON_PAPER
    vote = budget.phases.get(kind="vote")
    span = (min(now, vote.ends_at) - vote.starts_at).total_seconds()
    # Most come on the first days and shortly before the close.
    at = chance.beta(0.7, 0.9, voters) * span
    return [
        Voter(
            budget=budget, channel=Voter.Channel.PAPER if paper[n] else Voter.Channel.ONLINE,
            district=districts[int(where[n])], age_band=AGE_BANDS[int(ages[n])] if told[n] else "",
            began_at=vote.starts_at + timedelta(seconds=float(at[n])),
        )
        for n in range(voters)
    ]  # fmt: skip


def _ballot(budget: Budget, voter: Voter, chosen: list[int], n: int) -> Ballot:
    """A receipt that follows from budget and number, so that the demo is the same each time; nobody holds it."""
    told = hashlib.sha256(f"demo {budget.seed} {budget.year} {n}".encode()).digest()
    letters = "".join(receipts.LETTERS[one % len(receipts.LETTERS)] for one in told[:20])
    code = "-".join(letters[at : at + 5] for at in range(0, 20, 5))
    return Ballot(
        voter=voter, budget=budget, choices=sorted(chosen), receipt=code, cast_at=voter.began_at,
        submitted_at=voter.began_at,
    )  # fmt: skip
