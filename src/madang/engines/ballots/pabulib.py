"""The .pb format of Pabulib (pabulib.org/format), read as it is found in the wild, and written as it is specified.

Tolerant of everything that can only mean one thing; each such reading is a note. What can't be meant is refused with
the line and what to do. Also of ours: META keys ballot_type, units, limits, conflicts, needs, points_units and columns
funded, withdrawn, vote_strength, written only where the plain format can't say what an election says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast, get_args

from madang.engines.ballots.election import BallotType, Election, Limit, Project
from madang.engines.ballots.pabulib_cells import (
    NOTHING,
    Note,
    Notes,
    PabulibError,
    Section,
    decimals,
    items,
    number,
    rows,
    sections,
    sized,
    text_of,
)
from madang.engines.ballots.pabulib_votes import ballots

__all__ = ["Note", "PabulibError", "Parsed", "read"]

# A cost by which Pabulib takes a project out of the count after the vote.
WITHDRAWN = 999_999_999
TYPES: dict[str, BallotType] = {
    "approval": "approval", "ordinal": "ranking", "cumulative": "cumulative", "scoring": "scoring",
    "choose-1": "choose-1", "choose1": "choose-1", "choose 1": "choose-1",
    "ranking": "ranking", "k-approval": "k-approval", "knapsack": "knapsack",
}  # fmt: skip
# "projects 12, 26 and 30 were treated by the city as mutually exclusive"
_EXCLUSIVE = re.compile(r"\bprojects ([\w/.-]+(?:(?:, | and )[\w/.-]+)+)[^.#]*?\bmutually exclusive", re.IGNORECASE)
_AS_SAID = "{key} can't be read: write it as docs/methods/ballots.md says"
_ALIASES = {"target": "beneficiaries", "targets": "beneficiaries", "categories": "category"}
_FIELDS = {
    "project_id", "cost", "votes", "score", "name", "category", "beneficiaries", "selected", "latitude", "longitude",
    "district", "funded", "withdrawn",
}  # fmt: skip


@dataclass(frozen=True)
class Parsed:
    """An election with what was noted while reading it."""

    election: Election
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class _Row:
    line: int
    cells: dict[str, str]

    def text(self, name: str) -> str:
        cell = self.cells.get(name, "")
        return "" if cell.lower() in NOTHING else cell


def read(source: str | bytes | Iterable[str]) -> Parsed:
    r"""Read a .pb file from its text, its bytes or its lines. Raises PabulibError with line and mend.

    >>> read("META\nkey;value\nbudget;10\nvote_type;approval\nPROJECTS\nproject_id;cost\n1;7\n"
    ...      "VOTES\nvoter_id;vote\n1;1\n").election.budget
    10
    """
    lines, notes = text_of(source).split("\n"), Notes()
    while lines and not lines[-1].strip():
        lines.pop()
    found = sections(lines, notes)
    meta = _meta(lines, found["META"], notes)
    kind = _kind(meta)
    listed = _projects(lines, found["PROJECTS"], notes)
    amounts = [meta.amount("budget"), *(_cost(row) for row in listed), *(_funded(row) for row in listed)]
    units = max(10 ** max(map(decimals, amounts)), meta.power("units"))
    projects = tuple(_project(row, units, notes) for row in listed)
    ids = {one.id: index for index, one in enumerate(projects)}
    section = found["VOTES"]
    default = meta.rational("default_score") if kind == "scoring" else Fraction(0)
    cast_votes = ballots(lines, section.first, section.last, ids, kind, default, notes)
    scale = max(1, meta.power("points_units") // cast_votes.points_units)
    election = Election(
        projects=projects,
        budget=int(meta.amount("budget") * units),
        ballot_type=refined(meta.values, kind, len(projects)),
        start=cast_votes.start,
        project=cast_votes.project,
        points=None if cast_votes.points is None else cast_votes.points * scale,
        points_units=cast_votes.points_units * scale,
        default_score=cast_votes.default * scale,
        weights=cast_votes.weights,
        units=units,
        limits=_limits(meta, projects, units, notes),
        conflicts=_conflicts(meta, ids, notes),
        needs=tuple((one[0], one[1]) for one in _sets(meta, "needs", ids)),
        threshold=_threshold(meta),
        voters=cast_votes.voters,
        electorate=cast_votes.electorate,
        meta=meta.values,
    )
    _told(meta, election, notes)
    return Parsed(election, notes.all())


@dataclass(frozen=True)
class _Meta:
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


def _meta(lines: list[str], section: Section, notes: Notes) -> _Meta:
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
    return _Meta(values, at, section.title + 1)


def _kind(meta: _Meta) -> BallotType:
    told = meta.text("vote_type").lower().replace("_", "-")
    if told not in TYPES:
        line = meta.lines.get("vote_type", meta.title)
        what = f"vote_type is {told!r}" if told else "META has no vote_type"
        raise PabulibError(line, f"{what}: write one of approval, ordinal, cumulative, scoring, choose-1")
    return TYPES[told]


def refined(meta: Mapping[str, str], kind: BallotType, m: int) -> BallotType:
    """Tell k-approval and knapsack ballots from plain approval by the bounds in META."""
    told = meta.get("ballot_type", "")
    if told in get_args(BallotType):
        return cast("BallotType", told)
    if kind != "approval":
        return kind
    if number(meta.get("max_sum_cost", "")) is not None:
        return "knapsack"
    longest = number(meta.get("max_length", ""))
    return "k-approval" if longest is not None and 0 < longest < m else "approval"


def _projects(lines: list[str], section: Section, notes: Notes) -> list[_Row]:
    table, _ = rows(lines, section.first, section.last, section.last, notes)
    if not table:
        raise PabulibError(section.title + 1, "PROJECTS is empty: below the title goes a header like project_id;cost")
    (line, head), *body = table
    names = [_ALIASES.get(name.lower(), name.lower()) for name in head]
    for needed in ("project_id", "cost"):
        if needed not in names:
            raise PabulibError(line, f"PROJECTS has no column {needed}: name the column in the header")
    listed: dict[str, _Row] = {}
    for at, row in body:
        if any(row[len(names) :]):
            notes.add(at, "more-cells", "the row has more cells than PROJECTS has columns; the rest is left out")
        cells = dict(zip(reversed(names), reversed((row + [""] * len(names))[: len(names)]), strict=True))
        _listed(listed, _Row(at, cells), notes)
    return list(listed.values())


def _listed(listed: dict[str, _Row], row: _Row, notes: Notes) -> None:
    identity = row.cells["project_id"]
    if not identity:
        raise PabulibError(row.line, "the project has no project_id: give it one")
    if "," in identity:
        raise PabulibError(row.line, f"the id {identity!r} holds a comma, which stands between votes: rename it")
    if identity not in listed:
        listed[identity] = row
        return
    first = listed[identity]
    if _cost(first) != _cost(row):
        raise PabulibError(
            row.line, f"{identity} was listed on line {first.line} with another cost: give every project its own id"
        )
    notes.add(row.line, "project-listed-twice", f"{identity} was listed on line {first.line} already; read once")


def _cost(row: _Row) -> Fraction:
    return _money(row, "cost", "150000")


def _funded(row: _Row) -> Fraction:
    return _money(row, "funded", "0") if row.text("funded") else Fraction(0)


def _money(row: _Row, name: str, example: str) -> Fraction:
    who, text = row.cells["project_id"], row.text(name)
    value = number(text)
    if value is None or not sized(value):
        wrong = "no number" if value is None else "larger or finer than can be meant"
        what = f"{text!r}, which is {wrong}" if text else "missing"
        raise PabulibError(row.line, f"the {name} of {who} is {what}: write digits only, such as {example}")
    if value < 0:
        raise PabulibError(row.line, f"the {name} of {who} is negative: give an amount of 0 or more")
    return value


def _project(row: _Row, units: int, notes: Notes) -> Project:
    cost = _cost(row)
    told = row.text("withdrawn")
    whole = {name: _whole(row, name, notes) for name in ("votes", "selected")}
    return Project(
        id=row.cells["project_id"],
        cost=int(cost * units),
        name=row.cells.get("name", ""),
        categories=items(row.cells.get("category", "")),
        beneficiaries=items(row.cells.get("beneficiaries", "")),
        district=row.text("district"),
        latitude=_degrees(row, "latitude"),
        longitude=_degrees(row, "longitude"),
        funded=int(_funded(row) * units),
        withdrawn=told == "1" if told else cost == WITHDRAWN,
        published_votes=whole["votes"],
        published_score=row.text("score") or None,
        published_selected=whole["selected"],
        extra={name: cell for name, cell in row.cells.items() if name and name not in _FIELDS},
    )


def _whole(row: _Row, name: str, notes: Notes) -> int | None:
    text = row.text(name)
    value = number(text)
    if value is not None and value.denominator == 1:
        return int(value)
    if text:
        notes.add(row.line, f"{name}-unread", f"{name} is {text!r}, which is no whole number; left out")
    return None


def _degrees(row: _Row, name: str) -> float | None:
    value = number(row.text(name))
    return None if value is None else float(value)


def _threshold(meta: _Meta) -> int:
    key = "min_project_score_threshold"
    value = meta.rational(key)
    if value.denominator != 1 or value < 0:
        raise PabulibError(meta.lines[key], f"{key} is no whole number of 0 or more: write such a number")
    return int(value)


def _limits(meta: _Meta, projects: tuple[Project, ...], units: int, notes: Notes) -> tuple[Limit, ...]:
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
    meta: _Meta, names_key: str, budgets_key: str, member: list[tuple[str, ...]], units: int, notes: Notes
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


def _json(meta: _Meta, key: str) -> Any:
    if not meta.text(key):
        return None
    try:
        return json.loads(meta.text(key))
    except (json.JSONDecodeError, RecursionError):
        raise PabulibError(meta.lines[key], _AS_SAID.format(key=key)) from None


def _sets(meta: _Meta, key: str, ids: dict[str, int]) -> list[list[int]]:
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


def _conflicts(meta: _Meta, ids: dict[str, int], notes: Notes) -> tuple[frozenset[int], ...]:
    """Read the sets of which one can win; under greedy-exclusive a comment may tell them in words."""
    told = _sets(meta, "conflicts", ids)
    if not told and meta.text("rule").lower() == "greedy-exclusive":
        for named in _EXCLUSIVE.findall(meta.text("comment")):
            group = [ids[one] for one in re.split(r",\s*|\s+and\s+", named) if one in ids]
            if len(group) >= 2:
                told.append(group)
                notes.add(
                    meta.lines["comment"], "conflict-in-comment", f"as the comment says, {named} exclude each other"
                )
    return tuple(frozenset(one) for one in told)


def _told(meta: _Meta, election: Election, notes: Notes) -> None:
    """Note where META says something else than the file holds."""
    for key, held in (("num_projects", election.m), ("num_votes", election.n)):
        told = number(meta.text(key))
        if told is not None and told != held:
            notes.add(meta.lines[key], f"{key}-differs", f"{key} is {meta.text(key)}, the file holds {held:,}")
    if election.units > 10**4:
        notes.add(0, "many-decimals", f"amounts have {len(str(election.units)) - 1} decimals; all are counted exactly")
