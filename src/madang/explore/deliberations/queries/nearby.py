"""What people near a point of the map believe: never fewer than fifteen of them, so that nobody is read alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from django.db import connection

from madang.explore.deliberations import packing
from madang.explore.deliberations.models import Map
from madang.explore.deliberations.queries.showing import Bar, Line, _bar, shown

if TYPE_CHECKING:
    from madang.explore.deliberations.queries.showing import Shown

LEAST, SHARE, MOST, TOP = 15, 0.03, 300, 4
ANSWERS = """
SELECT statement.number, count(*) FILTER (WHERE vote.value = 1), count(*) FILTER (WHERE vote.value = -1),
       count(*) FILTER (WHERE vote.value = 0)
FROM explore_deliberations_vote vote
JOIN explore_deliberations_participant participant ON participant.id = vote.participant_id
JOIN explore_deliberations_statement statement ON statement.id = vote.statement_id
WHERE participant.deliberation_id = %s AND participant.number = ANY(%s)
GROUP BY statement.number
"""


@dataclass(frozen=True)
class Near:
    """n people around a point, and where they differ most from everybody: (statement, their answers)."""

    n: int
    lines: tuple[tuple[Line, Bar], ...]


def near(drawn: Map, x: float, y: float) -> Near | None:
    """What the nearest 3% (15 to 300 people) of (x, y) believe; None on a map of fewer than 15 (two queries)."""
    people = packing.people(drawn.points)
    people = people[~np.isnan(people["x"])]
    if len(people) < LEAST:
        return None
    n = int(np.clip(SHARE * len(people), LEAST, min(MOST, len(people))))
    away = (people["x"] - x) ** 2 + (people["y"] - y) ** 2
    numbers = people["number"][np.argpartition(away, n - 1)[:n]].tolist()
    with connection.cursor() as cursor:
        cursor.execute(ANSWERS, [drawn.deliberation_id, numbers])
        counts = {number: (agree, disagree, passed) for number, agree, disagree, passed in cursor.fetchall()}
    return Near(n, _told(shown(drawn), counts))


def _told(found: Shown, counts: dict[int, tuple[int, int, int]]) -> tuple[tuple[Line, Bar], ...]:
    rows = [(line, _bar("", *counts[line.number])) for line in found.lines.values() if line.number in counts]
    rows = [(line, bar) for line, bar in rows if bar.n >= 5]
    rows.sort(key=lambda row: (-_apart(*row), row[0].number))
    return tuple(rows[:TOP])


def _apart(line: Line, bar: Bar) -> float:
    """How surely these people answer unlike everybody: the gap between interval and share, else less than nothing."""
    own, all_ = bar.strong, getattr(line.everybody, bar.more)
    return own.low - all_.p
