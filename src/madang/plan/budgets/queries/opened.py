"""Open data in other shapes: the table of ballots, and the line of the public record that anybody recounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from madang.engines.ballots import pabulib
from madang.ground.footing import cells
from madang.plan.budgets.models import Count

if TYPE_CHECKING:
    from collections.abc import Iterator


def ballots_csv(count: Count) -> bytes:
    """One row a ballot: its pseudonym, what it holds, and the columns that the privacy check left."""
    election = pabulib.read(count.open_data).election
    names = sorted(election.electorate)
    head = ["voter", "projects", *(["points"] if election.points is not None else []), *names]
    return cells.table(head, _rows(election, names))


def _rows(election: Any, names: list[str]) -> Iterator[list[object]]:
    ids = [one.id for one in election.projects]
    for at in range(election.n):
        low, high = int(election.start[at]), int(election.start[at + 1])
        chosen = " ".join(ids[int(one)] for one in election.project[low:high])
        given = [] if election.points is None else [" ".join(map(str, election.points[low:high].tolist()))]
        yield [int(election.voters[at]), chosen, *given, *(election.electorate[name][at] for name in names)]


def published_counts() -> Iterator[dict[str, object]]:
    """Every published count with its ballots, as lines of the record's export that `madang record verify` recounts."""
    rows = Count.objects.filter(official=True, published_at__isnull=False).select_related("budget").order_by("pk")
    for one in rows.iterator(chunk_size=1):
        yield {
            "subject": one.budget.record_key, "pb": one.open_data, "options": one.options,
            "version": one.engine_version, "digest": one.input_digest, "published": one.outcome,
        }  # fmt: skip
