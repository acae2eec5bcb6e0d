"""What the maps of deliberations add to the rest of the house, in one call of `ready()`."""

from __future__ import annotations


def register() -> None:
    """Jobs, kinds of entries, and results that the record's export carries."""
    from madang.explore.deliberations import tasks_maps  # noqa: F401
    from madang.explore.deliberations.operations import importing, publishing
    from madang.explore.deliberations.queries import published
    from madang.ground.record import kinds, results

    for key, label in (*publishing.RECORD_KINDS, *importing.RECORD_KINDS):
        kinds.register(key, label)
    results.register(published.KIND, published.rows)
