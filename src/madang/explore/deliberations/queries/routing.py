"""Which statements a participant sees next: drawn by the engine from what the map and the votes know."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from madang.explore.deliberations.models import Map, Statement, Vote

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from madang.explore.deliberations.models import Deliberation, Participant

# Counts of a deliberation that no map has counted yet are remembered for so long: they steer, they decide nothing.
STALE = 20.0
KEPT = 500
_kept: dict[int, tuple[float, dict[int, tuple[int, int]]]] = {}


def draw(
    deliberation: Deliberation, participant: Participant, *, size: int, besides: Collection[int] = ()
) -> tuple[list[Statement], int, int]:
    """The next statements of a participant, in order; how many they have answered, and how many are shown in all.

    besides: ids of statements that the browser holds already. Reproducible from the deliberation's seed, the
    participant's number and the number of votes, for given counts.
    """
    shown = list(deliberation.statements.filter(status=Statement.Status.SHOWN).order_by("number"))
    answered = set(Vote.objects.filter(participant=participant).values_list("statement_id", flat=True))
    mine = [one.pk in answered for one in shown]
    open_ = [not done and one.pk not in besides for one, done in zip(shown, mine, strict=True)]
    picked = _drawn(deliberation, participant, shown, open_, mine, min(size, sum(open_))) if any(open_) else []
    return [shown[at] for at in picked], sum(mine), len(shown)


def _drawn(
    deliberation: Deliberation, participant: Participant, shown: Sequence[Statement], open_: list[bool],
    mine: list[bool], size: int,
) -> list[int]:  # fmt: skip
    import numpy as np

    from madang.engines.opinions import routing

    counts = _counts(deliberation)
    seen = np.array([counts.get(one.pk, (0, 0))[0] for one in shown], np.int64)
    passed = np.array([counts.get(one.pk, (0, 0))[1] for one in shown], np.int64)
    state = routing.State(seen, passed, np.zeros((len(shown), 2)))
    unvoted, count, found = np.array(open_), sum(mine), []
    for step in range(size):
        choice = routing.next_statement(
            state, unvoted, seed=deliberation.seed, person=str(participant.number), count=count + step
        )
        found.append(choice.statement)
        unvoted[choice.statement] = False
    return found


def _counts(deliberation: Deliberation) -> dict[int, tuple[int, int]]:
    """Seen and passed by statement id: of the current map, else counted, at most so old as STALE."""
    at, found = _kept.get(deliberation.pk, (0.0, {}))
    if time.monotonic() - at < STALE:
        return found
    found = _counted_by_map(deliberation) or _counted(deliberation)
    if len(_kept) > KEPT:
        _kept.clear()
    _kept[deliberation.pk] = (time.monotonic(), found)
    return found


def _counted_by_map(deliberation: Deliberation) -> dict[int, tuple[int, int]]:
    row = Map.objects.filter(deliberation=deliberation, current=True).values_list("result", flat=True).first()
    if not row:
        return {}
    numbers = dict(deliberation.statements.values_list("number", "pk"))
    found: dict[int, tuple[int, int]] = {}
    for one in row.get("statement_scores", ()):
        if (pk := numbers.get(_number(one))) is not None:
            found[pk] = (int(one.get("seen", 0)), int(one.get("pass", 0)))
    return found


def _number(score: dict[str, Any]) -> int:
    text = str(score.get("id", ""))
    return int(text) if text.isdecimal() else -1


def _counted(deliberation: Deliberation) -> dict[int, tuple[int, int]]:
    rows = Vote.objects.filter(statement__deliberation=deliberation).values_list("statement_id")
    counted = rows.annotate(seen=Count("pk"), passed=Count("pk", filter=Q(value=0)))
    return {pk: (seen, passed) for pk, seen, passed in counted}


def forget_counts() -> None:
    """For tests."""
    _kept.clear()
