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
    """Rows in order, and the cursor of the next page ("" on the last one)."""

    rows: list[Row]
    next: str


def _plain(value: object) -> object:
    return {"t": value.isoformat()} if isinstance(value, datetime) else value


def _value(plain: object) -> Any:
    return datetime.fromisoformat(plain["t"]) if isinstance(plain, dict) else plain


def _cursor(row: object, names: list[str]) -> str:
    text = json.dumps([_plain(getattr(row, name)) for name in names])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str, names: list[str]) -> list[Any] | None:
    """The values in a cursor, or None where it is damaged: then the list begins anew."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [_value(one) for one in values] if len(values) == len(names) else None
    except (ValueError, TypeError, KeyError, binascii.Error):
        return None


def _beyond(first: str, last: str, values: list[Any]) -> Q:
    """Rows after `values`; the first condition alone bounds the index scan."""
    bound, tie = (f"{name.lstrip('-')}__{'lt' if name.startswith('-') else 'gt'}" for name in (first, last))
    return Q(**{f"{bound}e": values[0]}) & (Q(**{bound: values[0]}) | Q(**{tie: values[1]}))


def page(rows: QuerySet[Any], *, by: tuple[str, str], after: str = "", size: int = 20) -> Page[Any]:
    """One page of `rows` ordered by a field and a unique tie-break (`-` descends), after the given cursor."""
    names = [name.lstrip("-") for name in by]
    values = _read(after, names) if after else None
    if values is not None:
        rows = rows.filter(_beyond(*by, values))
    found = list(rows.order_by(*by)[: size + 1])
    return Page(found[:size], _cursor(found[size - 1], names) if len(found) > size else "")
