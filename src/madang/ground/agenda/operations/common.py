"""What every decision about an item shares: the row locked, its clock, its reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from madang.ground.agenda.models import AgendaItem

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime


class AgendaError(Exception):
    """An agenda item could not be changed; the message says why and what to do next."""


class ReasonMissingError(AgendaError):
    """A public decision without a reason."""


class ItemClosedError(AgendaError):
    """A closed item takes no scores, evidence, partners or referrals."""


def locked(item: AgendaItem) -> AgendaItem:
    """The item's row as it stands now, held to the end of the transaction."""
    return locked_all([item])[0]


def locked_all(items: Iterable[AgendaItem]) -> list[AgendaItem]:
    """Several rows in the order given, locked in the order of their ids so that nobody waits in a circle."""
    wanted = [item.pk for item in items]
    # Locked first and read afterwards: a join in the locking query would lose a row whose place has just changed.
    rows = AgendaItem.objects.filter(pk__in=wanted)
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    found = {row.pk: row for row in rows.select_related("place__parent")}
    if missing := next((pk for pk in wanted if pk not in found), None):
        raise AgendaItem.DoesNotExist(missing)
    return [found[pk] for pk in wanted]


def save(item: AgendaItem, *, now: datetime, **values: object) -> None:
    """Change an item. A job may carry an earlier clock than the row; time never runs back on an item."""
    values["updated_at"] = max(now, item.updated_at)
    for name, value in values.items():
        setattr(item, name, value)
    item.save(update_fields=list(values))


def reason_of(text: str) -> str:
    """The reason without blanks around it. Raises ReasonMissingError."""
    if not text.strip():
        raise ReasonMissingError(_("Write a reason: it stands in the public record beside the decision."))
    return text.strip()


def refuse_closed(item: AgendaItem) -> None:
    """Raises ItemClosedError for an item that is closed or merged into another."""
    if item.merged_into_id:
        raise ItemClosedError(_("This item is merged into another. Do it there, or undo the merger first."))
    if item.stage == "closed":
        raise ItemClosedError(_("This item is closed. Open it again first."))
