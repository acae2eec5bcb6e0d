"""META of a .pb file: its values, and the conditions of an election that it tells."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from madang.engines.ballots.election import Limit, Project
from madang.engines.ballots.pabulib_cells import NOTHING, Notes, PabulibError, Section, items, number, rows, sized

_AS_SAID = "{key} can't be read: write it as docs/methods/ballots.md says"
# "projects 12, 26 and 30 were treated by the city as mutually exclusive"
_EXCLUSIVE = re.compile(r"\bprojects ([\w/.-]+(?:(?:, | and )[\w/.-]+)+)[^.#]*?\bmutually exclusive", re.IGNORECASE)


@dataclass(frozen=True)
class Meta:
    """META: values by key, and the line of each."""

    values: dict[str, str]
    lines: dict[str, int]
    title: int

    def text(self, key: str) -> str:
        value = self.values.get(key, "")
        return "" if value.lower() in NOTHING else value

    def rational(self, key: str) -> Fraction:
        """Return a number, 0 where there is none."""
        if not self.text(key):
            return Fraction(0)
        value = number(self.text(key))
        if value is None or not sized(value):
            raise PabulibError(
                self.lines[key], f"{key} is {self.values[key]!r}, which is no number: write digits only, such as 150000"
            )
        return value

    def power(self, key: str) -> int:
        """Return a power of ten, 1 where there is none."""
        value = self.text(key) or "1"
        if not re.fullmatch(r"10{0,18}", value):
            raise PabulibError(self.lines[key], f"{key} is {value!r}: write 1, 10, 100 and so on")
        return int(value)

    def amount(self, key: str) -> Fraction:
        """Return money. Raises PabulibError where it is missing or negative."""
        if not self.text(key):
            raise PabulibError(self.lines.get(key, self.title), f"META has no {key}: add a line {key};150000")
        value = self.rational(key)
        if value < 0:
            raise PabulibError(self.lines[key], f"{key} is negative: give an amount of 0 or more")
        return value


def meta_of(lines: list[str], section: Section, notes: Notes) -> Meta:
    values: dict[str, str] = {}
    at: dict[str, int] = {}
    for line, row in rows(lines, section.first, section.last, section.last, notes)[0]:
        cells = row
        if len(cells) == 1 and ":" in cells[0]:
            cells = [cell.strip() for cell in cells[0].split(":", 1)]
            notes.add(line, "colon", f"{cells[0]} is set apart by a colon; read as {cells[0]};{cells[1]}")
        key = cells[0].lower()
        value = ";".join(cells[1:]).rstrip("; ")
        if not key or (not values and key == "key" and value.lower() in {"value", ""}):
            continue
        if key in values:
            if values[key] != value:
                notes.add(line, "key-twice", f"META gives {key} twice; the first holds")
            continue
        values[key], at[key] = value, line
    return Meta(values, at, section.title + 1)


def threshold(meta: Meta) -> int:
    key = "min_project_score_threshold"
    value = meta.rational(key)
    if value.denominator != 1 or value < 0:
        raise PabulibError(meta.lines[key], f"{key} is no whole number of 0 or more: write such a number")
    return int(value)


def limits(meta: Meta, projects: tuple[Project, ...], units: int, notes: Notes) -> tuple[Limit, ...]:
    own = _json(meta, "limits")
    if own is not None:
        ids = {one.id: index for index, one in enumerate(projects)}
        try:
            return tuple(
                Limit(
                    key=one["key"],
                    projects=frozenset(ids[p] for p in one["projects"]),
                    most=one.get("most"),
                    most_projects=one.get("most_projects"),
                    least=one.get("least", 0),
                )
                for one in own
            )
        except (KeyError, TypeError, AttributeError):
            raise PabulibError(meta.lines["limits"], _AS_SAID.format(key="limits")) from None
    return (
        *_pots(meta, "categories", "budget_per_category", [one.categories for one in projects], units, notes),
        *_pots(
            meta, "neighborhoods", "budget_per_neighborhood",
            [items(one.extra.get("neighborhood", "")) for one in projects], units, notes,
        ),
    )  # fmt: skip


def _pots(
    meta: Meta, names_key: str, budgets_key: str, member: list[tuple[str, ...]], units: int, notes: Notes
) -> tuple[Limit, ...]:
    """Read the budgets of categories or neighborhoods as limits, where they are as many as those."""
    if not meta.text(budgets_key):
        return ()
    strip = str.maketrans(dict.fromkeys("[]'\""))
    names = items(meta.text(names_key).translate(strip))
    budgets = [number(one) for one in items(meta.text(budgets_key).translate(strip))]
    if len(names) != len(budgets) or any(b is None or b < 0 or (b * units).denominator != 1 for b in budgets):
        notes.add(meta.lines[budgets_key], "pots-unread", f"{budgets_key} does not match {names_key}; not used")
        return ()
    return tuple(
        Limit(f"{names_key}: {name}", frozenset(p for p, of in enumerate(member) if name in of), most=int(most * units))
        for name, most in zip(names, budgets, strict=True)
        if most is not None
    )


def _json(meta: Meta, key: str) -> Any:
    if not meta.text(key):
        return None
    try:
        return json.loads(meta.text(key))
    except (json.JSONDecodeError, RecursionError):
        raise PabulibError(meta.lines[key], _AS_SAID.format(key=key)) from None


def sets(meta: Meta, key: str, ids: dict[str, int]) -> list[list[int]]:
    """Read lists of projects, such as [["12","26"]]."""
    told = _json(meta, key)
    if told is None:
        return []
    try:
        sets = [[ids[one] for one in group] for group in told]
    except (KeyError, TypeError):
        raise PabulibError(meta.lines[key], f'{key} names no listed projects: write such as [["12","26"]]') from None
    if any(len(group) < 2 or (key == "needs" and len(group) != 2) for group in sets):
        raise PabulibError(
            meta.lines[key], f'{key} has a group that is too small or large: write such as [["12","26"]]'
        )
    return sets


def conflicts(meta: Meta, ids: dict[str, int], notes: Notes) -> tuple[frozenset[int], ...]:
    """Read the sets of which one can win; under greedy-exclusive a comment may tell them in words."""
    told = sets(meta, "conflicts", ids)
    if not told and meta.text("rule").lower() == "greedy-exclusive":
        for named in _EXCLUSIVE.findall(meta.text("comment")):
            group = [ids[one] for one in re.split(r",\s*|\s+and\s+", named) if one in ids]
            if len(group) >= 2:
                told.append(group)
                notes.add(
                    meta.lines["comment"], "conflict-in-comment", f"as the comment says, {named} exclude each other"
                )
    return tuple(frozenset(one) for one in told)
