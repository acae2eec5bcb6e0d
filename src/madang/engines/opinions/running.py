"""A map that runs along: a vote, another vote, one withdrawn, a moderation, each at a cost that no crowd increases.

Kept are whole numbers only: the rows of votes, counts, and the sums of `sums.Sums`, from which the components follow.
A vote changes one row of these. Whole numbers forget in which order they came, so that a replay gives the same bytes.
"""

from __future__ import annotations

import hashlib
from array import array
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from madang.engines.opinions.components import Components, components, followed, leading, oriented
from madang.engines.opinions.residual import residual
from madang.engines.opinions.sums import Sums
from madang.engines.opinions.votes import AGREE, DISAGREE, PASS, Votes, VotesError, collect, ordered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Row = tuple[array[int], array[int]]

SUMMED = 4000
BLOCK = 4
STEPS = 8
SETTLED = 1e-4
SHOWN_FROM = 3
NONE = 3
# Where a vote is counted, by its code: disagree, pass, agree.
_COLUMN = (1, 2, 0)


@dataclass(frozen=True)
class Snapshot:
    """The state of a running map, the same bytes in whatever order its events came.

    statements: m ids in their order; tallies: int64 (m, 3), agree, disagree, pass; hidden, meta: bool (m,); mean: (m,);
    components: exact, found from these numbers alone. people: how many have a vote. votes: how many there are.
    """

    statements: tuple[str, ...]
    tallies: NDArray[np.int64] = field(repr=False)
    hidden: NDArray[np.bool_] = field(repr=False)
    meta: NDArray[np.bool_] = field(repr=False)
    mean: Floats = field(repr=False)
    components: Components
    people: int
    votes: int

    def digest(self) -> str:
        """SHA-256 of everything above."""
        told = hashlib.sha256("\n".join(self.statements).encode())
        told.update(f"\n{self.people},{self.votes}".encode())
        for part in (self.tallies, self.hidden, self.meta, self.mean, self.components.axes, self.components.values):
            told.update(np.ascontiguousarray(part).data)
        return told.hexdigest()


class RunningMap:
    """Votes as they come. Every event has its own number; the highest number of a pair, or of a statement, decides.

    An event that comes late, or twice, changes nothing. Statements are known by their id from their first event on.
    summed: up to how many statements the sums are kept; above, components are found by walking over all votes, on
    demand.

    >>> running = RunningMap()
    >>> [running.vote(1, "kim", "bus", 1), running.vote(2, "kim", "bus", -1), running.vote(1, "kim", "bus", 1)]
    [True, True, False]
    >>> running.votes_of("kim")
    {'bus': -1}
    """

    def __init__(self, statements: Sequence[str] = (), *, summed: int = SUMMED) -> None:
        self._most = summed
        self._names: list[str] = []
        self._at: dict[str, int] = {}
        self._rows: dict[str, Row] = {}
        self._people = 0
        self._floor = -1
        room = max(len(statements), 16)
        self._tallies = np.zeros((room, 3), np.int64)
        self._hidden, self._meta, self._live = (np.zeros(room, np.bool_) for _ in range(3))
        self._live[:] = True
        self._moderated = np.full(room, -1, np.int64)
        self._sums: Sums | None = Sums(room) if room <= summed else None
        self._block: Floats | None = None
        self._axes: Floats = np.zeros((0, 2))
        self._settled = False
        for name in statements:
            self.add(name)

    @classmethod
    def of(cls, votes: Votes, *, number: int = 0, summed: int = SUMMED) -> RunningMap:
        """Go on from votes that hold every event up to `number`: events up to there are ignored from now on."""
        running = cls(votes.statements, summed=summed)
        running._floor = number
        table, m = residual(votes), len(votes.statements)
        packed = votes.value.astype(np.int64) + 1 + 4 * number
        for i, person in enumerate(votes.people):
            span = slice(table.start[i], table.start[i + 1])
            running._rows[person] = array("i", votes.statement[span].tobytes()), array("q", packed[span].tobytes())
        running._people = int((table.counted > 0).sum())
        for value in (DISAGREE, PASS, AGREE):
            found = votes.statement[votes.value == value]
            running._tallies[:m, _COLUMN[value + 1]] = np.bincount(found, minlength=m)
        running._hidden[sorted(votes.hidden)] = True
        running._meta[sorted(votes.meta)] = True
        running._live = ~(running._hidden | running._meta)
        if running._sums is not None:
            running._sums.gather(table)
            for j in range(m):
                running._sums.refresh(j, running._live, m)
        return running

    @property
    def statements(self) -> tuple[str, ...]:
        """Ids in the order in which they came, which is that of `axes`."""
        return tuple(self._names)

    def add(self, statement: str) -> int:
        """Open a column, or find the one that is open."""
        if statement not in self._at:
            self._at[statement] = len(self._names)
            self._names.append(statement)
            self._make_room(len(self._names))
        return self._at[statement]

    def vote(self, number: int, person: str, statement: str, value: int | None) -> bool:
        """A vote, another one of the same pair, or (None) its withdrawal. True if it changed the map.

        Costs the person's votes plus one row of statements. Raises VotesError for another value, or
        for a number used twice for different votes.
        """
        if value not in {AGREE, PASS, DISAGREE, None}:
            raise VotesError("A vote is 1 (agree), 0 (pass) or -1 (disagree), or None: withdrawn.")
        if number <= self._floor:
            return False
        j, new = self.add(statement), NONE if value is None else value + 1
        statements, events = self._rows.setdefault(person, (array("i"), array("q")))
        at = _position(statements, j)
        if at == len(statements):
            statements.append(j)
            events.append(NONE - 4)
        last, old = events[at] >> 2, events[at] & 3
        if number == last and old != new:
            raise VotesError(f"Two different votes have the number {number}: give every event its own.")
        if number <= last:
            return False
        if old == new:
            events[at] = 4 * number + new
            return False
        before = _any(events)
        self._replace(statements, events, at, old, new)
        events[at] = 4 * number + new
        self._people += _any(events) - before
        return True

    def moderate(self, number: int, statement: str, *, hidden: bool, meta: bool = False) -> bool:
        """Reject a statement, call it one about the process, or take that back. True if it changed the map."""
        j = self.add(statement)
        if number <= max(int(self._moderated[j]), self._floor):
            return False
        self._moderated[j] = number
        changed = bool(self._hidden[j] != hidden or self._meta[j] != meta)
        self._hidden[j], self._meta[j], self._live[j] = hidden, meta, not (hidden or meta)
        if changed:
            self._changed(j)
        return changed

    def place(self, votes: Mapping[str, int]) -> tuple[float, float] | None:
        """Where somebody with these votes stands now; None before the third vote on statements that are shown."""
        known = [(self._at[name], value) for name, value in votes.items() if name in self._at]
        shown = [(j, value) for j, value in known if self._live[j]]
        if len(shown) < SHOWN_FROM:
            return None
        m = len(self._names)
        axes, mean, column = self.axes, self._mean(), self._tallies[:m].any(axis=1)
        at, cells = np.array([j for j, _ in shown]), np.array([value for _, value in shown], dtype=np.float64)
        zeroed = int((column & ~self._live[:m]).sum())
        x, y = np.sqrt(column.sum() / (len(shown) + zeroed)) * ((cells - mean[at]) @ axes[at])
        return float(x), float(y)

    def votes_of(self, person: str) -> dict[str, int]:
        """A person's votes as they stand."""
        row = self._rows.get(person)
        if row is None:
            return {}
        return {self._names[j]: (code & 3) - 1 for j, code in zip(*row, strict=True) if code & 3 != NONE}

    @property
    def axes(self) -> Floats:
        """The components, (m, 2) in the order of `statements`, followed up to the last vote when they are asked for.

        A step costs a multiplication by RᵀR, whatever the number of people. `snapshot` gives them exact.
        """
        if not self._settled or len(self._axes) != len(self._names):
            if self._sums is None:
                self._axes = self._walk()
            else:
                self._follow(self._sums)
            self._settled = True
        return self._axes

    def votes(self) -> Votes:
        """The votes as they stand, people and statements in the order of their ids. Walks over all of them."""
        people = [person for person, (_, codes) in self._rows.items() if _any(codes)]
        rows, columns = ordered(people), ordered(self._names)
        place = np.argsort(columns) if columns else np.zeros(0, np.int64)
        cells = [np.array(self._rows[people[i]], dtype=np.int64) for i in rows]
        told = np.concatenate(cells, axis=1) if cells else np.zeros((2, 0), np.int64)
        who = np.repeat(np.arange(len(rows)), [cell.shape[1] for cell in cells]) if cells else np.zeros(0, np.int64)
        held = told[1] & 3 != NONE
        return collect(
            [people[i] for i in rows],
            [self._names[j] for j in columns],
            who[held],
            place[told[0][held]],
            (told[1][held] & 3) - 1,
            hidden=frozenset(int(place[j]) for j in np.flatnonzero(self._hidden)),
            meta=frozenset(int(place[j]) for j in np.flatnonzero(self._meta)),
        )

    def snapshot(self, votes: Votes | None = None) -> Snapshot:
        """Everything but the people's places, exact. Costs no more for more people, where the sums are kept."""
        columns = np.array(ordered(self._names), dtype=np.int64)
        m = len(columns)
        if self._sums is not None:
            gram = np.ascontiguousarray(self._sums.gram[np.ix_(columns, columns)])
            found = leading(lambda vector: gram @ vector, m, float(np.trace(gram)))
        else:
            found = components(residual(votes if votes is not None else self.votes()))
        tallies = self._tallies[columns]
        return Snapshot(
            statements=tuple(self._names[j] for j in columns),
            tallies=tallies,
            hidden=self._hidden[columns],
            meta=self._meta[columns],
            mean=self._mean()[columns],
            components=found,
            people=self._people,
            votes=int(tallies.sum()),
        )

    def _replace(self, statements: array[int], codes: array[int], at: int, old: int, new: int) -> None:
        j = statements[at]
        for code, by in ((old, -1), (new, 1)):
            if code != NONE:
                self._tallies[j, _COLUMN[code]] += by
        if self._sums is not None:
            self._sums.change(np.frombuffer(statements, np.int32), np.frombuffer(codes, np.int64), at, old, new)
        self._changed(j)

    def _changed(self, j: int) -> None:
        if self._sums is not None:
            self._sums.refresh(j, self._live, len(self._names))
        self._settled = False

    def _follow(self, sums: Sums) -> None:
        """Let the components follow the votes since they were last asked for: a step or two, at most STEPS."""
        m = len(self._names)
        gram = sums.gram[:m, :m]
        if self._block is None:
            self._restart(gram)
            return
        block = np.vstack([self._block, np.zeros((m - len(self._block), self._block.shape[1]))])
        before = np.vstack([self._axes, np.zeros((m - len(self._axes), 2))])
        for _ in range(STEPS):
            block = followed(gram, block)
            axes = oriented(block[:, :2].copy(), before)
            moved, before = float(np.abs(axes - before).max()), axes
            if moved < SETTLED:
                break
        self._block, self._axes = block, before

    def _restart(self, gram: Floats) -> None:
        m = len(gram)
        found = leading(lambda vector: gram @ vector, m, float(np.trace(gram)))
        self._axes = oriented(found.axes, None)
        if found.values[1] > 0 and m > BLOCK:
            others = np.random.default_rng(0).standard_normal((m, BLOCK - 2))
            self._block = np.linalg.qr(np.hstack([found.axes, others]))[0]

    def _walk(self) -> Floats:
        """The components of all votes, in the order of `statements`."""
        votes = self.votes()
        found = components(residual(votes)).axes
        at = {name: j for j, name in enumerate(votes.statements)}
        return oriented(found[[at[name] for name in self._names]], None)

    def _mean(self) -> Floats:
        tallies = self._tallies[: len(self._names)]
        seen = tallies.sum(axis=1)
        sums = np.where(self._live[: len(seen)], tallies[:, 0] - tallies[:, 1], 0)
        return np.asarray(sums / np.maximum(seen, 1))

    def _make_room(self, m: int) -> None:
        room = len(self._live)
        if m > room:
            more = room // 2
            self._tallies = np.vstack([self._tallies, np.zeros((more, 3), np.int64)])
            self._hidden, self._meta = (np.append(one, np.zeros(more, np.bool_)) for one in (self._hidden, self._meta))
            self._live = np.append(self._live, np.ones(more, np.bool_))
            self._moderated = np.append(self._moderated, np.full(more, -1, np.int64))
        if self._sums is not None and m > self._sums.room:
            self._sums = self._sums.grown(min(len(self._live), self._most)) if m <= self._most else None


def _position(statements: array[int], j: int) -> int:
    """Where j is in a row, or its end."""
    try:
        return statements.index(j)
    except ValueError:
        return len(statements)


def _any(codes: array[int]) -> bool:
    """Whether a row holds a vote."""
    return any(code & 3 != NONE for code in codes)
