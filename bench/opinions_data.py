"""Votes for the benches of the opinions engine: a real conversation, and invented ones of any size."""

import sys
from pathlib import Path

import numpy as np
from numba import njit

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

OPINIONS = Path(__file__).parents[2] / "shared/data/opinions"


def real(name):
    """The votes of a real conversation. Exits when the folder is not there."""
    from madang.engines.opinions.reading import read_statements, read_votes

    folder = OPINIONS / name
    if not folder.is_dir():
        sys.exit(f"{folder} is not there: this bench needs the real data in ../shared/data")
    with (folder / "comments.csv").open("rb") as comments, (folder / "votes.csv").open("rb") as votes:
        return read_votes(votes, read_statements(comments))


def invented(people, statements, votes, seed=0):
    """About so many votes of three camps with a common leaning; some people vote on much, most on little."""
    from madang.engines.opinions.votes import Votes

    person, statement, value = _cast(people, statements, votes / people, int(votes * 1.3) + statements, seed)
    person, statement, value = person[:votes], statement[:votes], value[:votes]
    return Votes(tuple(map(str, range(people))), tuple(map(str, range(statements))), person, statement, value)


@njit
def _cast(people, statements, each, room, seed):
    np.random.seed(seed)  # noqa: NPY002 - the compiler knows no other generator
    person, statement = np.empty(room, np.int32), np.empty(room, np.int32)
    value = np.empty(room, np.int8)
    leaning = np.random.normal(0, 1, (3, statements))  # noqa: NPY002
    shared = np.random.normal(0, 0.5, statements)  # noqa: NPY002
    count = 0
    for i in range(people):
        camp = np.random.randint(0, 3)  # noqa: NPY002
        gap = statements / (each * (0.3 + np.random.exponential(0.75)))  # noqa: NPY002
        j = int(np.random.exponential(gap))  # noqa: NPY002
        while j < statements and count < room:
            felt = shared[j] + leaning[camp, j] + np.random.normal()  # noqa: NPY002
            person[count], statement[count] = i, j
            value[count] = 1 if felt > 0.4 else (-1 if felt < -0.4 else 0)
            count += 1
            j += 1 + int(np.random.exponential(gap))  # noqa: NPY002
    return person[:count].copy(), statement[:count].copy(), value[:count].copy()
