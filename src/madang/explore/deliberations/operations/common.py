"""What every change of a deliberation shares."""

from __future__ import annotations

from madang.explore.deliberations.models import Deliberation


class DeliberationError(Exception):
    """A change that the deliberation's state does not allow; the message says why and what to do next."""


def locked(pk: int) -> Deliberation:
    """The deliberation's row, locked to the end of the transaction (votes still pass). Raises DoesNotExist."""
    rows = Deliberation.objects.select_for_update(of=("self",), no_key=True).select_related("place__parent")
    return rows.defer("place__boundary", "place__parent__boundary").get(pk=pk)
