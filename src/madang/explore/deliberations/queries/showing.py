"""A map as pages, reports and panels show it: statements with their words, groups by what they believe."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from madang.engines.opinions.intervals import share
from madang.explore.deliberations.models import Deliberation, Map, Statement

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from madang.engines.opinions.results import Share

METHODS = ("honest", "polis")
LETTERS = "ABCDEFGHIJ"
# From this share of passes on people did not know, or the statement was unclear.
UNSURE = 0.3
FEW = 10
TOP = 5


@dataclass(frozen=True)
class Bar:
    """How some people answered a statement: shares of those who saw it, with intervals. letter "" is everybody."""

    letter: str
    agree: Share
    disagree: Share
    passed: Share

    @property
    def n(self) -> int:
        return self.agree.n

    @property
    def few(self) -> bool:
        """So few that nobody should conclude anything."""
        return self.n < FEW

    @property
    def more(self) -> str:
        return "agree" if self.agree.count >= self.disagree.count else "disagree"

    @property
    def strong(self) -> Share:
        """The share of the answer that more people gave."""
        return self.agree if self.more == "agree" else self.disagree


@dataclass(frozen=True)
class Line:
    """A statement on the map. bars: everybody first, then each group. scores: by what was asked (bridge, divisive)."""

    number: int
    text: str
    language: str
    everybody: Bar
    groups: tuple[Bar, ...]
    extremity: float = 0.0
    group_aware: float | None = None
    statement: Statement | None = field(default=None, repr=False)

    @property
    def unsure(self) -> bool:
        return self.everybody.passed.p > UNSURE and not self.everybody.few


@dataclass(frozen=True)
class Belief:
    """A statement that a group answers unlike the rest. q: after Benjamini-Hochberg, None where not tested."""

    line: Line
    direction: str
    own: float
    rest: float
    n: int
    n_rest: int
    q: float | None


@dataclass(frozen=True)
class Group:
    """People who answer alike. share: of all who are in a group; shape: of its points, beside its color."""

    id: int
    letter: str
    size: int
    of: int
    center: tuple[float, float]
    beliefs: tuple[Belief, ...]
    shared: tuple[Line, ...]

    @property
    def percent(self) -> int:
        return round(100 * self.size / self.of) if self.of else 0


@dataclass(frozen=True)
class Ranked:
    """A statement in one of the lists. low, high: 95% interval of the score, None where the method gives none."""

    line: Line
    direction: str = "agree"
    score: float = 0.0
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Shown:
    """Everything that a page says of a map."""

    map: Map
    lines: Mapping[int, Line] = field(repr=False)
    groups: tuple[Group, ...]
    consensus: tuple[Ranked, ...]
    bridges: tuple[Ranked, ...]
    divisive: tuple[Ranked, ...]

    @property
    def verdict(self) -> str:
        return str(self.map.result["stability"]["verdict"])

    @property
    def needed(self) -> dict[str, float]:
        return dict(self.map.result["stability"]["needed"])

    @property
    def unsure(self) -> list[Line]:
        """Where more than three in ten passed, the most unsure first."""
        return sorted((x for x in self.lines.values() if x.unsure), key=lambda x: (-x.everybody.passed.p, x.number))

    @property
    def ungrouped(self) -> int:
        return self.map.participants - sum(group.size for group in self.groups)

    @property
    def by_votes(self) -> list[Line]:
        return sorted(self.lines.values(), key=lambda x: (-x.everybody.n, x.number))

    @property
    def by_division(self) -> list[Line]:
        return sorted(self.lines.values(), key=lambda x: (-x.extremity, x.number))


def current(deliberation: Deliberation, method: str = "honest") -> Map | None:
    """The map that pages show: of this method, else of the other; without its points (one query)."""
    rows = {row.method: row for row in deliberation.maps.filter(current=True).defer("points", "open_votes")}
    return rows.get(method) or rows.get("honest") or rows.get("polis")


def shown(drawn: Map) -> Shown:
    """A map with the words of its statements (one query); what is not shown any more is left out."""
    rows = Statement.objects.filter(deliberation=drawn.deliberation_id, status=Statement.Status.SHOWN)
    statements = {row.number: row for row in rows}
    result = drawn.result
    lines = _lines(result, statements)
    groups = _groups(result, lines)
    return Shown(
        map=drawn, lines=lines, groups=groups,
        consensus=tuple(
            Ranked(lines[number], one["direction"], one["score"], one["low"])
            for one in result["consensus"] if (number := int(one["id"])) in lines
        ),
        bridges=_ranked(result["bridges"], lines), divisive=_ranked(result["divisive"], lines),
    )  # fmt: skip


def _ranked(rows: Sequence[Mapping[str, Any]], lines: Mapping[int, Line]) -> tuple[Ranked, ...]:
    known = (one for one in rows if int(one["id"]) in lines)
    return tuple(
        Ranked(
            lines[int(one["id"])], lines[int(one["id"])].everybody.more, one["score"], one.get("low"), one.get("high")
        )
        for one in known
    )


def _lines(result: Mapping[str, Any], statements: Mapping[int, Statement]) -> dict[int, Line]:
    from django.utils.translation import get_language

    own, tallies, lines = (get_language() or "ko").split("-")[0], result["pages"]["tallies"], {}
    for index, one in enumerate(result["statement_scores"]):
        row = statements.get(int(one["id"]))
        if row is None or row.is_meta:
            continue
        translated = row.translations.get(own) if own != row.language else ""
        lines[row.number] = Line(
            row.number, translated or row.text, own if translated else row.language,
            _bar("", one["agree"], one["disagree"], one["pass"]),
            tuple(_bar(LETTERS[g], *counts[index]) for g, counts in enumerate(tallies)),
            one["extremity"] or 0.0, one["group_aware"], row,
        )  # fmt: skip
    return lines


def _bar(letter: str, agree: int, disagree: int, passed: int) -> Bar:
    n = agree + disagree + passed
    return Bar(letter, share(agree, n), share(disagree, n), share(passed, n))


def _groups(result: Mapping[str, Any], lines: Mapping[int, Line]) -> tuple[Group, ...]:
    of = sum(one["size"] for one in result["groups"])
    return tuple(
        Group(
            one["id"], LETTERS[one["id"]], one["size"], of, (one["center"][0] or 0.0, one["center"][1] or 0.0),
            tuple(
                Belief(
                    lines[int(found["id"])], found["direction"], found["p_group"] or 0.0, found["p_rest"] or 0.0,
                    found["n_group"], found["n_rest"], found["q_value"],
                )
                for found in one["statements"] if int(found["id"]) in lines
            ),
            tuple(lines[int(name)] for name in one["shared"] if int(name) in lines),
        )
        for one in result["groups"]
    )  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """Where one person stands. votes: how many count so far; place: None below three; group: the letter, or ""."""

    votes: int
    place: tuple[float, float] | None = None
    group: str = ""
    at: datetime | None = None


LEAST = 3


def standing(drawn: Map, participant_id: int) -> Standing:
    """One's own point, from one's votes of this moment and the map's axes; private (one query)."""
    import numpy as np

    from madang.engines.opinions.placing import from_json, place
    from madang.explore.deliberations.queries.votes import own_votes

    index = {int(one["id"]): at for at, one in enumerate(drawn.result["statement_scores"])}
    votes = [(index[number], value) for number, value in own_votes(participant_id) if number in index]
    if len(votes) < LEAST:
        return Standing(len(votes))
    what, said = zip(*votes, strict=True)
    x, y = place(from_json(drawn.result["pages"]["axes"]), np.zeros(len(votes), int), what, said, people=1)[0]
    if np.isnan(x):
        return Standing(len(votes))
    centers = [one["center"] for one in drawn.result["groups"]]
    near = min(range(len(centers)), key=lambda g: (centers[g][0] - x) ** 2 + (centers[g][1] - y) ** 2, default=None)
    return Standing(len(votes), (float(x), float(y)), "" if near is None else LETTERS[near])
