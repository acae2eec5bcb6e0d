"""Writing to the public record, always inside the transaction of the decision itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection

from madang.ground.record import kinds
from madang.ground.record.models import Entry

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from madang.ground.people.models import User
    from madang.ground.places.models import Office, Place


class OutsideTransactionError(RuntimeError):
    """A decision was about to be recorded apart from the change that it records."""


class UnknownKindError(LookupError):
    """A decision of a kind that nobody has named."""


def record(
    *,
    kind: str,
    subject: str,
    place: Place,
    by: User | None,
    now: datetime,
    reason: str = "",
    office: Office | None = None,
    data: Mapping[str, object] | None = None,
) -> Entry:
    """Append one entry. Raises OutsideTransactionError unless a transaction is open, UnknownKindError.

    kind, subject, place, office and time are public for good; `by`, reason and data may be forgotten later. An entry
    about a person has the subject `user:<id>`, and names persons in its data as `user` or `person` only: see `forget`.
    """
    if not kinds.is_known(kind):
        raise UnknownKindError(f"Register the kind {kind!r} in your app's ready(): madang.ground.record.kinds.register")
    if not connection.in_atomic_block:
        raise OutsideTransactionError("Open a transaction around the decision and its record.")
    return Entry.objects.create(
        kind=kind,
        subject=subject,
        place=place,
        actor=by,
        at=now,
        reason=reason,
        office=office,
        data=dict(data or {}),
    )
