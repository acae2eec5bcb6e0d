"""When a ballot is valid. Pure: the page, the fast lane, paper entry and the API ask the same function."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

if TYPE_CHECKING:
    from collections.abc import Iterator

POINTS = "cumulative"
ORDERED = "ranking"
BASKET = "knapsack"


@dataclass(frozen=True)
class Option:
    """A project on the ballot. district: id of the place that its pot is for, None for everybody's."""

    number: int
    cost: int
    pot: int
    district: int | None = None
    title: str = ""


@dataclass(frozen=True)
class Ballots:
    """What is asked of a ballot of one budget. most: None without a limit; own_and: districts beside one's own."""

    kind: str
    least: int
    most: int | None
    points: int | None
    own_and: int | None
    options: Mapping[int, Option] = field(repr=False)
    pots: Mapping[int, int] = field(repr=False)
    names: Mapping[int, str] = field(default_factory=dict, repr=False)

    @property
    def limit(self) -> int | None:
        """How many projects a ballot may name at most."""
        return 1 if self.kind == "choose-1" else self.most


@dataclass(frozen=True)
class Problem:
    """Something that stands against a ballot. key: for programs; params: what the sentence names.

    passing: a ballot may be like this while it is being made, but not be submitted so.
    """

    key: str
    params: Mapping[str, object] = field(default_factory=dict)
    passing: bool = True

    @property
    def text(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        return WORDS[self.key](self.params)


def _few(params: Mapping[str, object]) -> str:
    n = int(str(params["n"]))
    return ngettext("Choose %(n)s more project.", "Choose %(n)s more projects.", n) % params


def _many(params: Mapping[str, object]) -> str:
    n = int(str(params["n"]))
    return ngettext("Take %(n)s project out: the ballot holds %(most)s.",
                    "Take %(n)s projects out: the ballot holds %(most)s.", n) % params  # fmt: skip


def _say(msgid: str) -> Callable[[Mapping[str, object]], str]:
    return lambda params: _(msgid) % params


WORDS: dict[str, Callable[[Mapping[str, object]], str]] = {
    "too_few": _few,
    "too_many": _many,
    "unknown": _say(gettext_noop("A project on this ballot is not put to the vote. Load the page again.")),
    "twice": _say(gettext_noop("A project stands twice on this ballot. Name each once.")),
    "over": _say(
        gettext_noop("%(pot)s: the basket is over by %(by)s. Taking out “%(remove)s” is enough.")
    ),
    "over_several": _say(gettext_noop("%(pot)s: the basket is over by %(by)s. Take projects out until it fits.")),
    "districts": _say(
        gettext_noop("Your own district and %(n)s more are open to you. Take out the projects of one district.")
    ),
    "no_points": _say(gettext_noop("Give each chosen project at least one point, or take it out.")),
    "too_many_points": _say(gettext_noop("%(by)s points too many are given: you have %(points)s to share out.")),
    "points_missing": _say(gettext_noop("Share out points to choose projects.")),
    "not_numbers": _say(gettext_noop("This ballot could not be read. Load the page again.")),
}  # fmt: skip


def problems(
    rules: Ballots, choices: Sequence[int], points: Sequence[int] | None = None, *, home: int | None = None
) -> list[Problem]:
    """Everything that stands against a ballot; empty: it is valid. A blank one is, where the least is 0.

    choices: numbers of projects; points: beside them for cumulative ballots. home: id of the voter's district.
    """
    if strange := list(_strange(rules, choices, points)):
        return strange
    return [
        *_number(rules, choices),
        *_money(rules, choices),
        *_districts(rules, choices, home),
        *_shared(rules, points),
    ]


def _strange(rules: Ballots, choices: Sequence[int], points: Sequence[int] | None) -> Iterator[Problem]:
    if len(set(choices)) != len(choices):
        yield Problem("twice", passing=False)
    if any(one not in rules.options for one in choices):
        yield Problem("unknown", passing=False)
    if rules.kind == POINTS and len(points or ()) != len(choices):
        yield Problem("points_missing", passing=False)
    if rules.kind != POINTS and points:
        yield Problem("not_numbers", passing=False)


def _number(rules: Ballots, choices: Sequence[int]) -> Iterator[Problem]:
    if len(choices) < rules.least:
        yield Problem("too_few", {"n": rules.least - len(choices)})
    if rules.limit is not None and len(choices) > rules.limit:
        yield Problem("too_many", {"n": len(choices) - rules.limit, "most": rules.limit})


def _money(rules: Ballots, choices: Sequence[int]) -> Iterator[Problem]:
    if rules.kind != BASKET:
        return
    spent: Counter[int] = Counter()
    for one in choices:
        spent[rules.options[one].pot] += rules.options[one].cost
    for pot, used in sorted(spent.items()):
        if (by := used - rules.pots[pot]) > 0:
            yield _too_much(rules, choices, pot, by)


def _too_much(rules: Ballots, choices: Sequence[int], pot: int, by: int) -> Problem:
    """What to take out: the cheapest single project that is enough."""
    inside = [rules.options[one] for one in choices if rules.options[one].pot == pot]
    enough = sorted((one.cost, one.number) for one in inside if one.cost >= by)
    params = {"pot": rules.names.get(pot, ""), "by": f"{by:,}", "pot_id": pot, "amount": by}
    if not enough:
        return Problem("over_several", params)
    number = enough[0][1]
    return Problem("over", params | {"remove": rules.options[number].title, "number": number})


def _districts(rules: Ballots, choices: Sequence[int], home: int | None) -> Iterator[Problem]:
    if rules.own_and is None:
        return
    others = {rules.options[one].district for one in choices} - {None, home}
    if len(others) > rules.own_and:
        yield Problem("districts", {"n": rules.own_and})


def _shared(rules: Ballots, points: Sequence[int] | None) -> Iterator[Problem]:
    if rules.kind != POINTS or points is None:
        return
    if any(one < 1 for one in points):
        yield Problem("no_points")
    if (by := sum(points) - (rules.points or 0)) > 0:
        yield Problem("too_many_points", {"by": by, "points": rules.points})


def normal(kind: str, choices: Sequence[int], points: Sequence[int] | None) -> tuple[list[int], list[int] | None]:
    """The one way in which a ballot is kept: ascending, but for rankings; projects without points are left out."""
    if kind == POINTS:
        given = sorted((number, value) for number, value in zip(choices, points or (), strict=False) if value != 0)
        return [number for number, _value in given], [value for _number, value in given]
    return (list(choices) if kind == ORDERED else sorted(choices)), None
