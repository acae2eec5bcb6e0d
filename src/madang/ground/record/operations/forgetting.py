"""Emptying what a person may have forgotten. The entry stays in the log and verifies; only the link is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from madang.ground.people.permissions import require
from madang.ground.record.models import Entry
from madang.ground.record.operations.entries import record
from madang.ground.record.permissions import WITHHOLD

if TYPE_CHECKING:
    from datetime import datetime

    from madang.ground.people.models import User

EMPTIED_REASON: dict[str, object] = {"reason": "", "reason_salt": None}
EMPTIED_DATA: dict[str, object] = {"data": {}, "data_salt": None}


class ForgettingError(Exception):
    """Nothing was withheld; the message says why."""


@transaction.atomic
def forget(*, person: User) -> int:
    """Unlink a person from the record for good, before their account goes; how many entries this touched.

    Their decisions stay, without the actor. Entries about the person (subject `user:<id>`, or a `user` or `person` in
    the data) lose subject, reason and data. What was committed to can't be told any more, since the salts go too.
    """
    named = Q(subject__in=[f"user:{person.pk}", f"person:{person.pk}"])
    named |= Q(data__user=person.pk) | Q(data__person=person.pk)
    about = Entry.objects.filter(named)
    touched = 0
    for prefix in ("user", "person"):
        rows = about.filter(subject=f"{prefix}:{person.pk}")
        touched += rows.update(subject=prefix, subject_salt=None, **EMPTIED_REASON, **EMPTIED_DATA)
    touched += about.update(**EMPTIED_REASON, **EMPTIED_DATA)
    return touched + Entry.objects.filter(actor=person).update(actor=None, actor_salt=None)


@transaction.atomic
def withhold(*, entry: Entry, why: str, by: User, now: datetime) -> Entry:
    """Take an entry's reason and data out of sight for good, because they hold what must not be public.

    That this was done, by which office and why, is itself recorded; the new entry is returned. Raises PermissionDenied,
    ForgettingError.
    """
    require(by, WITHHOLD, entry)
    if not why.strip():
        raise ForgettingError(_("Say why: the record keeps the reason in place of the words."))
    if not Entry.objects.filter(pk=entry.pk, reason_salt__isnull=False).update(**EMPTIED_REASON, **EMPTIED_DATA):
        raise ForgettingError(_("The words of this entry have been withheld already."))
    return record(
        kind=Entry.Kind.WITHHELD, subject=entry.subject, place=entry.place, office=entry.office, by=by, now=now,
        reason=why.strip(), data={"entry": entry.pk},
    )  # fmt: skip
