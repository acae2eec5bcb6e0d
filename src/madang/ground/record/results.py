"""Published results that the export carries with their inputs, so that anybody can recompute them.

An app registers in its `ready()`: `results.register("budget-count", rows)`, where `rows()` yields JSON objects with all
that the result follows from. The command `madang record verify` knows the function that recomputes a kind
(web/commands/record.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from madang.ground.footing.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Iterator

Rows = Callable[[], Iterable[dict[str, object]]]


@dataclass(frozen=True)
class Results:
    """key: the kind, kept in every export; rows: the results of that kind with their inputs."""

    key: str
    rows: Rows = field(repr=False)


_results: Registry[Results] = Registry("kind of results")


def register(key: str, rows: Rows) -> Results:
    """Add a kind of results to the export."""
    return _results.register(Results(key, rows))


def published() -> Iterator[dict[str, object]]:
    """Every result of every kind, as its line in the export."""
    for kind in _results:
        for row in kind.rows():
            yield {"result": kind.key, **row}
