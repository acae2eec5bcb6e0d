"""What the maps of deliberations add to the rest of the house, in one call of `ready()`."""

from __future__ import annotations


def register() -> None:
    """Jobs, kinds of entries and notices, the agenda's panel, and results that the record's export carries."""
    from madang.explore.deliberations import tasks_maps  # noqa: F401
    from madang.explore.deliberations.operations import importing, publishing, taking
    from madang.explore.deliberations.panels_maps import TAKEN
    from madang.explore.deliberations.queries import published
    from madang.ground.agenda import panels
    from madang.ground.participation import kinds as notices
    from madang.ground.record import kinds, results

    for key, label in (*publishing.RECORD_KINDS, *importing.RECORD_KINDS, *taking.RECORD_KINDS):
        kinds.register(key, label)
    for kind in taking.NOTICES:
        notices.register(kind)
    panels.register(TAKEN)
    results.register(published.KIND, published.rows)
