"""The section VOTES, which is nearly all of a file: read by columns, not by ballots."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.ballots.pabulib_cells import NOTHING, Notes, PabulibError, decimals, number, rows, sized

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from madang.engines.ballots.election import BallotType

_CHUNK = 50_000
_UNKNOWN = -1
# Where one of these stands, rows are read cell by cell: quotes, blanks around cells, blank rows.
_CAREFUL = ('"', "\t", "\xa0", "\r", " ;", "; ", "\n ", " \n", "\n\n", "\n;")
WEIGHT = ("vote_strength", "weight")
# Points are counted in billionths at most.
_FINEST = 10**9
WITH_POINTS = {"cumulative", "scoring", "ranking"}


@dataclass
class Ballots:
    """What VOTES holds, in the shapes of Election. default: default_score in points_units-ths."""

    start: NDArray[np.int64]
    project: NDArray[np.int32]
    points: NDArray[np.int64] | None
    points_units: int
    default: int
    weights: NDArray[np.int64] | None
    voters: tuple[str, ...]
    electorate: dict[str, tuple[str, ...]]


@dataclass
class _Written:
    """Choices as written: project −1 where nobody knows it; each with its ballot; points exactly as given, or None."""

    lengths: NDArray[np.int64]
    project: NDArray[np.int32]
    points: list[str] | None
    blank_points: NDArray[np.bool_] | None

    @property
    def ballot(self) -> NDArray[np.int64]:
        return np.repeat(np.arange(len(self.lengths)), self.lengths)

    @property
    def ranks(self) -> NDArray[np.int64]:
        """K − position for each choice, as written."""
        ends = np.repeat(np.cumsum(self.lengths), self.lengths)
        return ends - np.arange(len(self.project), dtype=np.int64)


def ballots(
    lines: list[str],
    first: int,
    last: int,
    ids: Mapping[str, int],
    kind: BallotType,
    default: Fraction,
    notes: Notes,
) -> Ballots:
    """Read the lines of VOTES. ids: index of each project. Raises PabulibError."""
    columns, numbers = _columns(lines, first, last, notes)
    if "vote" not in columns:
        raise PabulibError(first + 1, "VOTES has no column vote: name the column that holds the projects chosen vote")
    if kind in {"cumulative", "scoring"} and "points" not in columns:
        raise PabulibError(
            first + 1, f"the ballots are {kind} but VOTES has no column points: add it, or say vote_type;approval"
        )
    n = len(numbers)
    points = columns.get("points") if kind in WITH_POINTS else None
    if "points" in columns and points is None:
        notes.add(first + 1, "points-unused", f"VOTES has points, which ballots of type {kind} do not use; left out")
    written = _choices(columns["vote"], points, ids, numbers, notes)
    weights = next((_weights(columns[name], numbers) for name in WEIGHT if name in columns), None)
    given, units = _points(written, kind, default, numbers, notes)
    start, project, value = _distinct(written, given, kind, len(ids), numbers, notes)
    if kind == "ranking" and value is not None and _is_borda(start, value, units):
        value, units = None, 1
    voters = _voters(columns.get("voter_id"), n, first, notes)
    rest = {
        name: tuple(cells) for name, cells in columns.items() if name not in {"vote", "points", "voter_id", *WEIGHT}
    }
    return Ballots(start, project, value, units, int(default * units), weights, voters, rest)


def _columns(lines: list[str], first: int, last: int, notes: Notes) -> tuple[dict[str, list[str]], Sequence[int]]:
    """Return the cells by name of column, and the number of each row's line."""
    while first < last and not lines[first].strip(" \t;"):
        first += 1
    head, _ = rows(lines, first, min(first + 1, last), last, notes)
    if not head:
        raise PabulibError(first, "VOTES is empty: below the title goes a header, such as voter_id;vote")
    names = [name.lower() for name in head[0][1]]
    for name in {name for name in names if name and names.count(name) > 1}:
        notes.add(first + 1, "column-twice", f"VOTES has the column {name} twice; the first is read")
    columns: dict[str, list[str]] = {name: [] for name in names if name}
    places = {name: names.index(name) for name in columns}
    numbers: list[int] = []
    # One text for each different cell: ages and districts repeat a million times.
    memo: dict[str, str] = {}
    index = first + 1
    while index < last:
        table, at, index = _table(lines, index, last, len(names), notes)
        numbers.extend(at)
        for name, place in places.items():
            cells = table[place] if table else ()
            if name not in {"vote", "voter_id", "points"}:
                cells = [memo.setdefault(cell, cell) for cell in cells]
            columns[name].extend(cells)
    return columns, numbers


def _table(
    lines: list[str], begin: int, last: int, width: int, notes: Notes
) -> tuple[list[Sequence[str]], Sequence[int], int]:
    """Return a chunk of rows as columns, the numbers of its lines, and the line after it."""
    end = min(begin + _CHUNK, last)
    chunk = lines[begin:end]
    text = "\n".join(["", *chunk, ""])
    if not any(mark in text for mark in _CAREFUL):
        at: Sequence[int] = range(begin + 1, end + 1)
        if all(line.count(";") == width - 1 for line in chunk):
            cells = ";".join(chunk).split(";")
            return [cells[place::width] for place in range(width)], at, end
        table = [line.split(";") for line in chunk]
    else:
        found, end = rows(lines, begin, end, last, notes)
        table, at = [cells for _, cells in found], [line for line, _ in found]
    for index, row in enumerate(table):
        if len(row) > width and any(row[width:]):
            notes.add(at[index], "more-cells", "the row has more cells than VOTES has columns; left out")
        if len(row) != width:
            table[index] = (row + [""] * width)[:width]
    return list(zip(*table, strict=True)), at, end


def _choices(
    votes: list[str], points: list[str] | None, ids: Mapping[str, int], numbers: Sequence[int], notes: Notes
) -> _Written:
    """Read the cells of vote, and those of points beside them."""
    lengths = np.array([cell.count(",") + 1 if cell else 0 for cell in votes], dtype=np.int64)
    tokens = ",".join(filter(None, votes)).split(",") if lengths.any() else []
    known: Sequence[int | None] = list(map(ids.get, tokens))
    if None in known:
        lengths, known = _careful(votes, ids, numbers, notes)
    project = np.array(known, dtype=np.int32) if known else np.zeros(0, dtype=np.int32)
    if points is None:
        return _Written(lengths, project, None, None)
    cells = ["" if cell.lower() in NOTHING else cell for cell in points]
    given = np.array([cell.count(",") + 1 if cell else 0 for cell in cells], dtype=np.int64)
    if (given == lengths).all():
        values = ",".join(filter(None, cells)).split(",") if given.any() else []
    else:
        values = _aligned(cells, lengths.tolist(), numbers, notes)
    return _Written(lengths, project, values, (given == 0) & (lengths > 0))


def _careful(
    votes: list[str], ids: Mapping[str, int], numbers: Sequence[int], notes: Notes
) -> tuple[NDArray[np.int64], list[int]]:
    """Read cell by cell: blanks between, blank entries, `none`, and projects that are not listed."""
    lengths: list[int] = []
    known: list[int] = []
    for at, cell in enumerate(votes):
        parts = [part for part in (one.strip() for one in cell.split(",")) if part]
        if len(parts) == 1 and parts[0] not in ids and parts[0].lower() in NOTHING:
            parts = []
        for part in parts:
            index = ids.get(part, _UNKNOWN)
            if index == _UNKNOWN:
                notes.add(
                    numbers[at], "unknown-project", f"the ballot names {part}, which PROJECTS does not list; left out"
                )
            known.append(index)
        lengths.append(len(parts))
    return np.array(lengths, dtype=np.int64), known


def _aligned(cells: list[str], lengths: list[int], numbers: Sequence[int], notes: Notes) -> list[str]:
    """Give each choice its points: "" where a ballot has fewer points than projects."""
    values: list[str] = []
    for at, (cell, length) in enumerate(zip(cells, lengths, strict=True)):
        parts = [one.strip() for one in cell.split(",")] if cell else []
        if len(parts) < length:
            notes.add(numbers[at], "fewer-points", "the ballot gives fewer points than projects; the rest get none")
        elif len(parts) > length and any(parts[length:]):
            notes.add(numbers[at], "more-points", "the ballot gives more points than projects; the rest is left out")
        values.extend((parts + [""] * length)[:length])
    return values


def _points(
    written: _Written, kind: BallotType, default: Fraction, numbers: Sequence[int], notes: Notes
) -> tuple[NDArray[np.int64] | None, int]:
    """Return the points of each choice in units, and how many units make a point. Rankings: None where Borda holds."""
    ranks = written.ranks if kind == "ranking" else None
    irregular = ranks is not None and bool((written.project == _UNKNOWN).any())
    if written.points is None:
        return (ranks if irregular else None), 1
    nothing = default if kind == "scoring" else Fraction(0)
    worth = {text: _worth(text, nothing) for text in dict.fromkeys(written.points)}
    if any(value is not None and (_FINEST * value).denominator != 1 for value in worth.values()):
        notes.add(0, "points-rounded", "points have more than nine decimals; rounded to nine")
        worth = {text: value and Fraction(round(value * _FINEST), _FINEST) for text, value in worth.items()}
    for text, value in worth.items():
        if value is None or not sized(value) or (value < 0 and kind == "cumulative"):
            at = int(written.ballot[written.points.index(text)])
            why = (
                "is below 0, which cumulative ballots can't give" if value is not None and value < 0 else "is no number"
            )
            raise PabulibError(numbers[at], f"the points {text.strip()!r}: {why}: write numbers between commas")
    known = {text: value for text, value in worth.items() if value is not None}
    units = 10 ** max(map(decimals, [*known.values(), default]))
    scaled = {text: int(value * units) for text, value in known.items()}
    if max(map(abs, scaled.values()), default=0) * max(len(written.points), 1) >= 2**62:
        raise PabulibError(0, "the points are too large to be added up: write smaller numbers, or fewer decimals")
    values = np.array([scaled[text] for text in written.points], dtype=np.int64)
    if ranks is None or written.blank_points is None:
        return values, units
    blank = np.repeat(written.blank_points, written.lengths)
    values[blank] = ranks[blank] * units
    return values, units


def _worth(text: str, nothing: Fraction) -> Fraction | None:
    return nothing if text.strip().lower() in NOTHING else number(text)


def _distinct(
    written: _Written,
    points: NDArray[np.int64] | None,
    kind: BallotType,
    m: int,
    numbers: Sequence[int],
    notes: Notes,
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64] | None]:
    """Drop unknown projects, and count each project once a ballot: where it stands first; points are added up."""
    ballot, project = written.ballot, written.project
    key = ballot * np.int64(m + 1) + project + 1
    order = None
    if not bool((key[1:] > key[:-1]).all()):
        order = np.argsort(key, kind="stable")
        again = np.zeros(len(key), dtype=bool)
        again[order[1:]] = key[order[1:]] == key[order[:-1]]
        again &= project != _UNKNOWN
        if again.any():
            line = numbers[int(ballot[again.argmax()])]
            many = int(again.sum())
            notes.add(line, "project-twice", "the ballot names a project twice; it counts once", many)
        if again.any() and kind == "ranking" and points is None:
            points = written.ranks
        if again.any() and points is not None and kind != "ranking":
            points = _summed(points, key)
        keep = ~again & (project != _UNKNOWN)
        chosen = np.flatnonzero(keep) if kind == "ranking" else order[keep[order]]
    else:
        chosen = np.flatnonzero(project != _UNKNOWN)
    lengths = np.bincount(ballot[chosen], minlength=len(written.lengths))
    start = np.zeros(len(lengths) + 1, dtype=np.int64)
    np.cumsum(lengths, out=start[1:])
    return start, project[chosen], None if points is None else points[chosen]


def _is_borda(start: NDArray[np.int64], points: NDArray[np.int64], units: int) -> bool:
    """Whether the points say no more than the order does."""
    ranks = np.repeat(start[1:], np.diff(start)) - np.arange(len(points), dtype=np.int64)
    return bool((points == ranks * units).all())


def _summed(points: NDArray[np.int64], key: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return each choice's points with those of the same project in the same ballot added."""
    _, same = np.unique(key, return_inverse=True)
    total = np.zeros(int(same.max()) + 1, dtype=np.int64)
    np.add.at(total, same, points)
    return total[same]


def _weights(cells: list[str], numbers: Sequence[int]) -> NDArray[np.int64] | None:
    memo: dict[str, int] = {}
    for text in dict.fromkeys(cells):
        value = number(text) if text.lower() not in NOTHING else Fraction(1)
        if value is None or value < 0 or value.denominator != 1:
            raise PabulibError(
                numbers[cells.index(text)],
                f"the weight {text!r} is no whole number of 0 or more: write how often it counts",
            )
        memo[text] = int(value)
    weights = np.array([memo[text] for text in cells], dtype=np.int64)
    return None if bool((weights == 1).all()) else weights


def _voters(cells: list[str] | None, n: int, line: int, notes: Notes) -> tuple[str, ...]:
    if cells is None:
        notes.add(line + 1, "no-voter-ids", "VOTES has no column voter_id; the ballots are numbered")
        return tuple(map(str, range(1, n + 1)))
    if len(set(cells)) < n:
        twice = n - len(set(cells))
        notes.add(0, "voter-twice", f"{twice:,} ballots have the voter_id of another one; every ballot counts")
    return tuple(cells)
