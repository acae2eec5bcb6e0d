"""What the forms of ballots send, as numbers. Whether a ballot is valid is asked by the operation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.plan.budgets.voting.validity import ORDERED, POINTS

if TYPE_CHECKING:
    from django.http import QueryDict

    from madang.plan.budgets.models import Budget

MOST = 1_000


def marks_of(sent: QueryDict, budget: Budget) -> tuple[list[int], list[int] | None]:
    """Choices, and points beside them: from `choice`, `rank-<number>` or `points-<number>`."""
    if budget.ballot_type == ORDERED:
        return _ranked(_numbered(sent, "rank-")), None
    if budget.ballot_type == POINTS:
        given = [(number, value) for number, value in _numbered(sent, "points-") if value]
        return [number for number, _value in given], [value for _number, value in given]
    return [number for one in sent.getlist("choice")[:MOST] if (number := whole(one)) is not None], None


def _ranked(given: list[tuple[int, int]]) -> list[int]:
    """Best first; what has the same place stands in the order of the ballot. A gap closes."""
    return [number for number, place in sorted(given, key=lambda one: one[1]) if place]


def _numbered(sent: QueryDict, prefix: str) -> list[tuple[int, int]]:
    found = []
    for name in list(sent)[: 2 * MOST]:
        number = whole(name.removeprefix(prefix)) if name.startswith(prefix) else None
        if number is not None:
            found.append((number, whole(str(sent[name])) or 0))
    return found


def whole(text: str) -> int | None:
    """A whole number that a column holds, None for anything else."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else None
