"""The .pb format of Pabulib (pabulib.org/format), read as it is found in the wild, and written as it is specified.

Tolerant of everything that can only mean one thing; each such reading is a note. What can't be meant is refused with
the line and what to do. Also of ours: META keys ballot_type, units, limits, conflicts, needs, points_units and columns
funded, withdrawn, vote_strength, written only where the plain format can't say what an election says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import cast, get_args

from madang.engines.ballots.election import BallotType, Election, Project
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
from madang.engines.ballots.pabulib_meta import Meta, conflicts, limits, meta_of, sets, threshold
from madang.engines.ballots.pabulib_votes import ballots

__all__ = ["Note", "PabulibError", "Parsed", "read"]

# A cost by which Pabulib takes a project out of the count after the vote.
WITHDRAWN = 999_999_999
TYPES: dict[str, BallotType] = {
    "approval": "approval", "ordinal": "ranking", "cumulative": "cumulative", "scoring": "scoring",
    "choose-1": "choose-1", "choose1": "choose-1", "choose 1": "choose-1",
    "ranking": "ranking", "k-approval": "k-approval", "knapsack": "knapsack",
}  # fmt: skip
# Thousands to some, decimals to the tools of Pabulib and here.
_AMBIGUOUS = re.compile(r"\d{1,3},\d{3}")
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
    meta = meta_of(lines, found["META"], notes)
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
        limits=limits(meta, projects, units, notes),
        conflicts=conflicts(meta, ids, notes),
        needs=tuple((one[0], one[1]) for one in sets(meta, "needs", ids)),
        threshold=threshold(meta),
        voters=cast_votes.voters,
        electorate=cast_votes.electorate,
        meta=meta.values,
    )
    _told(meta, election, notes)
    return Parsed(election, notes.all())


def _kind(meta: Meta) -> BallotType:
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
    if _AMBIGUOUS.fullmatch(row.text("cost")):
        notes.add(
            row.line, "decimal-comma", f"the cost {row.text('cost')} is read with a decimal comma: {float(cost):g}"
        )
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


def _told(meta: Meta, election: Election, notes: Notes) -> None:
    """Note where META says something else than the file holds."""
    for key, held in (("num_projects", election.m), ("num_votes", election.n)):
        told = number(meta.text(key))
        if told is not None and told != held:
            notes.add(meta.lines[key], f"{key}-differs", f"{key} is {meta.text(key)}, the file holds {held:,}")
    if election.units > 10**4:
        notes.add(0, "many-decimals", f"amounts have {len(str(election.units)) - 1} decimals; all are counted exactly")
