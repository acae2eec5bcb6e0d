"""Pages of a long list by the last row shown: page 5,000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import Q

if TYPE_CHECKING:
    from django.db.models import QuerySet

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Rows in order, and the cursors of the pages around ("" where there is none)."""

    rows: list[Row]
    next: str = ""
    previous: str = ""


def page(rows: QuerySet[Any], *, by: tuple[str, str], after: str = "", size: int = 20) -> Page[Any]:
    """One page of `rows` ordered by a field and a unique tie-break (`-` descends), from the given cursor.

    A damaged or foreign cursor begins anew. One row more than shown tells whether another page follows.
    """
    names = [name.lstrip("-") for name in by]
    read = _read(after, names)
    back = bool(read and read[0])
    order = tuple(_turned(name) for name in by) if back else by
    if read:
        rows = rows.filter(_beyond(order, read[1]))
    found = list(rows.order_by(*order)[: size + 1])
    more, shown = len(found) > size, found[:size]
    if back:
        shown.reverse()
    if not shown:
        return Page([])
    has_next, has_previous = (True, more) if back else (more, read is not None)
    return Page(
        shown,
        next=_cursor(shown[-1], names, back=False) if has_next else "",
        previous=_cursor(shown[0], names, back=True) if has_previous else "",
    )


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _beyond(order: tuple[str, ...], values: list[Any]) -> Q:
    """Rows past `values`; the first condition alone bounds the index scan."""
    bound, tie = (f"{name.lstrip('-')}__{'lt' if name.startswith('-') else 'gt'}" for name in order)
    return Q(**{f"{bound}e": values[0]}) & (Q(**{bound: values[0]}) | Q(**{tie: values[1]}))


def _plain(value: object) -> object:
    return {"t": value.isoformat()} if isinstance(value, datetime) else value


def _value(plain: object) -> Any:
    return datetime.fromisoformat(plain["t"]) if isinstance(plain, dict) else plain


def _cursor(row: object, names: list[str], *, back: bool) -> str:
    text = json.dumps([back, *(_plain(getattr(row, name)) for name in names)], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, names: list[str]) -> tuple[bool, list[Any]] | None:
    """(backwards, values) of a cursor, or None."""
    if not cursor or len(cursor) > 300:
        return None
    try:
        back, *plain = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        values = [_value(one) for one in plain]
    except (ValueError, TypeError, KeyError, binascii.Error):
        return None
    return (bool(back), values) if _fit(values, names) else None


def _fit(values: list[Any], names: list[str]) -> bool:
    """Whether the values are of the kinds that the columns hold: dates with a zone, and numbers."""
    kinds = [datetime if name == "at" or name.endswith("_at") else int for name in names]
    aware = all(one.tzinfo is not None for one in values if isinstance(one, datetime))
    return len(values) == len(names) and aware and all(map(isinstance, values, kinds))
