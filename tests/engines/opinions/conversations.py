"""Real conversations in ../shared/data, and invented ones."""

import json
from functools import lru_cache
from pathlib import Path

import numpy as np

from madang.engines.opinions.reading import read_votes
from madang.engines.opinions.votes import collect
from tests.needs import require

DATA = Path(__file__).parents[4] / "shared/data"
KNOWN = ("50ptpt-3gp-strict-no-meta", "above-100-ptpts", "below-100-ptpts")
# Whatever lies there is tested: other conversations may be added.
WITH_MATH = tuple(sorted(one.parent.name for one in DATA.glob("opinions-with-polis-math/*/math-pca2.json"))) or KNOWN
EXPORTED = ("15-per-hour-seattle", "brexit-consensus", "vtaiwan.uberx")


def folder(*parts):
    path = DATA.joinpath(*parts)
    if not path.is_dir():
        require(f"the real conversations are not in {path}", "MADANG_REQUIRE_SHARED")
    return path


@lru_cache
def with_math(name):
    """(votes, Polis' own result) of a conversation; +1 is agree, as in the dumps' comments (agree_count)."""
    path = folder("opinions-with-polis-math", name)
    cast, math = (json.loads((path / f"{part}.json").read_text()) for part in ("votes", "math-pca2"))
    comments = json.loads((path / "comments.json").read_text())
    person, statement = ("pid", "tid") if "pid" in cast[0] else ("participant_id", "statement_id")
    cast.sort(key=lambda vote: float(vote["modified"]))
    agrees = {one.get("tid", one.get("statement_id")): one["agree_count"] for one in comments}
    sign = _sign(cast, statement, agrees)
    people, tids = sorted({vote[person] for vote in cast}), math["tids"]
    at = {tid: j for j, tid in enumerate(tids)}
    row = {pid: i for i, pid in enumerate(people)}
    meta = frozenset(at[tid] for tid in math["meta-tids"] if tid in at)
    votes = collect(
        [str(pid) for pid in people],
        [str(tid) for tid in tids],
        [row[vote[person]] for vote in cast],
        [at[vote[statement]] for vote in cast],
        [sign * vote["vote"] for vote in cast],
        hidden=frozenset(at[tid] for tid in math["mod-out"] if tid in at) - meta,
        meta=meta,
    )
    return votes, math


def _sign(cast, statement, agrees):
    fits = {
        sign: sum(
            sum(vote["vote"] == sign for vote in cast if vote[statement] == tid) == count
            for tid, count in agrees.items()
        )
        for sign in (1, -1)
    }
    return max(fits, key=fits.get)


def whole(votes, math):
    """Whether the dump holds all votes that Polis counted: some are short."""
    return sum(math["user-vote-counts"].values()) == len(votes)


def invented(seed, people=120, statements=40, rate=0.5, camps=2):
    """Votes of people in camps that answer each statement with their own odds."""
    rng = np.random.default_rng(seed)
    camp = rng.integers(0, camps, people)
    odds = rng.dirichlet([0.6, 0.6, 0.6], size=(camps, statements))
    person, statement = np.nonzero(rng.random((people, statements)) < rate)
    roll = rng.random(len(person))
    edge = odds[camp[person], statement].cumsum(axis=1)
    value = (roll[:, None] > edge).sum(axis=1).clip(0, 2) - 1
    return collect([f"p{i}" for i in range(people)], [f"s{j}" for j in range(statements)], person, statement, value)


def dense(votes):
    """(n, m) matrix with NaN where nobody voted."""
    cells = np.full((len(votes.people), len(votes.statements)), np.nan)
    cells[votes.person, votes.statement] = votes.value
    return cells


@lru_cache
def exported(name):
    """The votes of a conversation as Polis exports it."""
    return read_votes((folder("opinions", name) / "votes.csv").read_bytes().splitlines())
