"""The timelapse: everybody placed by the votes they had cast by then, on the axes of the latest map."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from madang.explore.deliberations import packing
from madang.explore.deliberations.models import Deliberation, Map, Replay
from madang.explore.deliberations.queries.votes import TAKEN_BACK, casts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from madang.engines.opinions.placing import Axes

FRAMES = 30
DRAWN = 1_500
# Not worth the reading of every cast: a map that is drawn each few seconds need not be filmed each time.
PAUSE = timedelta(minutes=10)


def draw_replay(*, deliberation: Deliberation, drawn: Map, now: datetime) -> Replay | None:
    """Draw the frames anew, unless that was done just now and voting goes on. None without a cast.

    A frame holds x and y as int16 of at most 1,500 people (-32768: not there yet), in the order of packing.drawn.
    """
    before = Replay.objects.filter(deliberation=deliberation).only("computed_at", "map_id").first()
    still = deliberation.status == Deliberation.Status.OPEN
    if before and (before.map_id == drawn.pk or (still and now - before.computed_at < PAUSE)):
        return before
    rows = casts(deliberation)
    if not len(rows):
        return None
    frames, moments = _frames(drawn, rows)
    row, _new = Replay.objects.update_or_create(
        deliberation=deliberation, defaults={"map": drawn, "moments": moments, "frames": frames, "computed_at": now}
    )
    return row


def _frames(drawn: Map, rows: NDArray[np.void]) -> tuple[bytes, list[dict[str, Any]]]:
    from madang.engines.opinions.placing import from_json

    axes = from_json(drawn.result["pages"]["axes"])
    known = np.array([int(one["id"]) for one in drawn.result["statement_scores"]], dtype=np.int64)
    everybody = packing.people(drawn.points)
    people, far = packing.drawn(everybody, most=DRAWN)["number"].astype(np.int64), packing.reach(everybody)
    frames, moments = [], []
    for at, until in _cuts(rows):
        votes = _standing(rows[:until])
        points = _places(axes, known, people, votes)
        steps = np.full((len(people), 2), -32768, dtype="<i2")
        there = ~np.isnan(points).any(axis=1)
        steps[there] = np.clip(np.rint(points[there] / far * packing.STEPS), -32767, 32767)
        frames.append(steps.T.tobytes())
        moments.append({
            "at": datetime.fromtimestamp(at / 1000, tz=UTC).isoformat(timespec="minutes"),
            "people": len(np.unique(votes["number"])), "votes": len(votes),
        })  # fmt: skip
    return b"".join(frames), moments


def _cuts(rows: NDArray[np.void]) -> Iterator[tuple[int, int]]:
    """Up to 30 moments, each after an equal share of the votes: a quiet month is no longer than a busy evening."""
    for until in np.unique(np.linspace(0, len(rows), FRAMES + 1)[1:].astype(np.int64)):
        if until:
            yield int(rows["at"][until - 1]), int(until)


def _standing(rows: NDArray[np.void]) -> NDArray[np.void]:
    """The last word of each pair; what was taken back is gone."""
    key = rows["number"].astype(np.int64) << 32 | rows["statement"].astype(np.int64)
    _pairs, last = np.unique(key[::-1], return_index=True)
    found = rows[len(rows) - 1 - last]
    return found[found["value"] != TAKEN_BACK]


def _places(
    axes: Axes, known: NDArray[np.int64], people: NDArray[np.int64], votes: NDArray[np.void]
) -> NDArray[np.float64]:
    from madang.engines.opinions.placing import place

    number, statement = votes["number"].astype(np.int64), votes["statement"].astype(np.int64)
    some = np.isin(number, people) & np.isin(statement, known)
    who = np.searchsorted(people, number[some])
    what = np.searchsorted(known, statement[some])
    return place(axes, who, what, votes["value"][some], people=len(people))
