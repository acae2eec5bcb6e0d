"""Money and its pictures. `{% load budgets %}`"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django import template

from madang.ground.footing import money as amounts
from madang.plan.budgets.blocks import Cell, cut
from madang.plan.budgets.models.budgets import Rule

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

register = template.Library()
WIDTH, HEIGHT, TONES = 360, 200, 6


@register.filter
def money(amount: int | None, currency: str = "KRW") -> str:
    """An amount in full, as people read it."""
    return amounts.said(amount, currency)


@register.filter
def short_money(amount: int, currency: str = "KRW") -> str:
    """An amount for a narrow place."""
    return amounts.short(amount, currency)


@register.filter(expects_localtime=True)
def last_day(end: datetime) -> datetime:
    """The last day of a phase, of which `ends_at` is the midnight after."""
    return end - timedelta(minutes=1)


@register.filter
def money_rounded(amount: float | None, currency: str = "KRW") -> str:
    """An amount that was reckoned, in whole units."""
    return amounts.said(None if amount is None else round(amount), currency)


@register.filter
def percent_of_one(share: float | None) -> str:
    """0.934 as 93: rounded down, so that what fell short never reads as 100."""
    return "" if share is None else str(int(100 * share))


@register.filter
def rule_name(key: str) -> str:
    """A rule of counting in the reader's language."""
    return str(dict(Rule.choices).get(key, key))


@dataclass(frozen=True)
class Block:
    """A block with its words. lines: those that fit into it."""

    cell: Cell
    label: str
    amount: int
    tone: int
    lines: tuple[str, ...]
    url: str = ""


@register.inclusion_tag("budgets/_blocks.html")
def blocks(
    rows: Iterable[dict[str, Any]], *, label: str, currency: str = "KRW", column: str = "", flat: bool = False
) -> dict[str, Any]:
    """Amounts as blocks with a table twin. rows: dicts of label, amount and maybe url, note; flat: a low picture."""
    rows, height = list(rows), HEIGHT // 2 if flat else HEIGHT
    cells = cut([row["amount"] for row in rows], WIDTH, height)
    drawn = [_block(cell, rows[cell.index], at, currency) for at, cell in enumerate(cells)]
    whole = sum(row["amount"] for row in rows)
    table = [
        {**row, "share": 100 * row["amount"] / whole, "tone": block.tone}
        for block in drawn
        for row in [rows[block.cell.index]]
    ]
    return {
        "blocks": drawn, "rows": table, "label": label, "currency": currency, "column": column, "width": WIDTH,
        "height": height, "whole": whole,
    }  # fmt: skip


def _block(cell: Cell, row: dict[str, Any], at: int, currency: str) -> Block:
    said, words = str(row["label"]), amounts.short(row["amount"], currency)
    room = cell.width / 7.2
    fits = len(said) * (1.55 if any("가" <= one <= "힣" for one in said) else 1) <= room
    lines = tuple(one for one in ((said if fits else ""), (words if len(words) * 1.2 <= room else "")) if one)
    if cell.height < 18 * len(lines) + 6:
        lines = lines[:1] if cell.height >= 20 else ()
    return Block(cell, said, row["amount"], at % TONES, lines, row.get("url", ""))
