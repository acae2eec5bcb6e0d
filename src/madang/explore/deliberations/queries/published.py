"""Published maps with their votes, as lines of the record's export: anybody can draw them again."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from madang.explore.deliberations import packing
from madang.explore.deliberations.models import Deliberation, Map, Statement

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

KIND = "opinion-map"


def rows() -> Iterator[dict[str, object]]:
    """Every published map, by id, unless its deliberation was hidden since; two queries each."""
    shown = Map.objects.filter(published_at__isnull=False, deliberation__status=Deliberation.Status.CLOSED)
    for pk in shown.order_by("id").values_list("pk", flat=True):
        yield _line(Map.objects.select_related("deliberation").get(pk=pk))


def _line(row: Map) -> dict[str, object]:
    people, result = packing.people(row.points), row.result
    votes = packing.unpack_votes(row.open_votes or b"")
    names = [int(one["id"]) for one in result["statement_scores"]]
    status = _status(row.deliberation_id)
    published = {name: value for name, value in result.items() if name != "pages"}
    return {
        "deliberation": row.deliberation_id, "title": row.deliberation.title, "method": row.method, "seed": row.seed,
        "version": row.engine_version, "digest": row.input_digest, "published_at": row.published_at.isoformat()
        if row.published_at else None,
        "votes": {
            "people": [str(number) for number in people["number"]],
            "statements": [str(name) for name in names],
            "person": np.searchsorted(people["number"], votes["number"]).tolist(),
            "statement": np.searchsorted(np.array(names), votes["statement"]).tolist(),
            "value": votes["value"].tolist(),
            "hidden": [i for i, name in enumerate(names) if name in result["pages"]["hidden"]],
            "meta": [i for i, name in enumerate(names) if name in result["pages"]["meta"]],
        },
        "texts": {str(name): status[name] for name in names if name in status},
        "published": {**published, "points": list(_points(people))},
    }  # fmt: skip


def _status(deliberation: int) -> dict[int, str]:
    """The words of statements that are shown."""
    shown = Statement.objects.filter(deliberation=deliberation, status=Statement.Status.SHOWN)
    return dict(shown.values_list("number", "text"))


def _points(people: NDArray[np.void]) -> Iterator[dict[str, Any]]:
    """As the engine publishes points; kept as float32, whose seven digits are those that a recomputation compares."""
    for number, x, y, group, votes, unsure in people.tolist():
        yield {
            "id": str(number), "x": _digits(x), "y": _digits(y), "group": None if group < 0 else group,
            "votes": votes, "uncertainty": _digits(unsure),
        }  # fmt: skip


def _digits(value: float) -> float | None:
    """As the engine rounds; None where somebody has no vote."""
    return float(f"{value:.10g}") if math.isfinite(value) else None
