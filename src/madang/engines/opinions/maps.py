"""One door to both methods, what is published of a map, and whether a published map follows from its votes."""

from __future__ import annotations

import math
from importlib import import_module
from typing import TYPE_CHECKING, Any, get_args

from madang.engines.opinions import ENGINE_VERSION
from madang.engines.opinions.results import Method
from madang.engines.opinions.votes import Votes, VotesError, collect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from madang.engines.opinions.results import Group, OpinionMap, Scored, Share, StatementScore

METHODS: tuple[Method, ...] = get_args(Method)
DIGITS = 10
_MAKERS = {"honest": ("honest", "honest_map"), "polis": ("polis", "polis_map")}


def opinion_map(votes: Votes, *, method: Method = "honest", seed: int = 0) -> OpinionMap:
    """Draw a map. method: "honest" shows groups only where the votes support them, "polis" always does, as Polis.

    Raises VotesError for a method that there is not.
    """
    if method not in _MAKERS:
        raise VotesError(f"There is no method {method}: choose {' or '.join(METHODS)}.")
    module, name = _MAKERS[method]
    made: OpinionMap = getattr(import_module(f"madang.engines.opinions.{module}"), name)(votes, seed=seed)
    return made


def published(told: OpinionMap) -> dict[str, Any]:
    """What `madang opinions map` writes: plain numbers and text, ids as text, null where there is no number.

    Numbers have ten significant digits. A person without a vote, or in no group, keeps a row with nulls.
    """
    return {
        "method": told.method,
        "seed": told.seed,
        "version": told.version,
        "digest": told.digest,
        "participants": len(told.people),
        "statements": len(told.statements),
        "votes": told.votes,
        "points": _points(told),
        "groups": [_group(one) for one in told.groups],
        "stability": _stability(told),
        "consensus": [
            {
                "id": one.statement,
                "direction": one.direction,
                "score": number(one.score),
                "low": number(one.low),
                "p": number(one.p),
                "n": one.n,
            }
            for one in told.consensus
        ],
        "bridges": [_scored(one) for one in told.bridges],
        "divisive": [_scored(one) for one in told.divisive],
        "statement_scores": [_statement(one) for one in told.statement_scores],
    }


def number(value: float | None) -> float | None:
    """Ten significant digits; None for what is no number.

    >>> number(1 / 3), number(float("nan"))
    (0.3333333333, None)
    """
    if value is None or not math.isfinite(value):
        return None
    return float(f"{value:.{DIGITS}g}") + 0.0


def line(votes: Votes, told: OpinionMap) -> dict[str, Any]:
    """A line of the exported record: the votes as open data and what was published of them."""
    return {
        "result": "opinion-map",
        "method": told.method,
        "seed": told.seed,
        "version": told.version,
        "digest": told.digest,
        "votes": {
            "people": list(votes.people),
            "statements": list(votes.statements),
            "person": votes.person.tolist(),
            "statement": votes.statement.tolist(),
            "value": votes.value.tolist(),
            "hidden": sorted(votes.hidden),
            "meta": sorted(votes.meta),
        },
        "published": published(told),
    }


def recompute(told: Mapping[str, Any]) -> None:
    """Draw the map of a line again. Raises ValueError where what was published does not follow from the votes.

    Numbers may differ in the seventh digit: another processor adds in another order.
    """
    votes = _votes(told)
    if votes.digest() != told.get("digest"):
        raise ValueError("the votes are not those whose digest was published")
    drawn = published(opinion_map(votes, method=told["method"], seed=int(told.get("seed", 0))))
    for part in ("version", "digest"):
        drawn.pop(part)
    shown = {name: value for name, value in dict(told.get("published", {})).items() if name in drawn}
    where = _differs(drawn, shown, "")
    if where:
        version = told.get("version")
        since = "" if version == ENGINE_VERSION else f" (drawn by {version}; this program is {ENGINE_VERSION})"
        raise ValueError(f"{where} of the map is another{since}")


def _votes(told: Mapping[str, Any]) -> Votes:
    try:
        open_data = told["votes"]
        names = [[str(one) for one in open_data[part]] for part in ("people", "statements")]
        columns = [open_data[part] for part in ("person", "statement", "value")]
        hidden, meta = (frozenset(int(one) for one in open_data.get(part, ())) for part in ("hidden", "meta"))
        return collect(names[0], names[1], *columns, hidden=hidden, meta=meta)
    except (KeyError, TypeError) as error:
        raise ValueError(f"the votes can't be read: {error!r}") from None


def _differs(drawn: Any, shown: Any, where: str) -> str:
    """The first place in which both differ, or nothing."""
    if isinstance(drawn, dict) and isinstance(shown, dict):
        missing = [name for name in drawn if name not in shown]
        if missing:
            return f"{where}{missing[0]}"
        return _first((drawn[name], shown[name], f"{where}{name} ") for name in drawn)
    if isinstance(drawn, list) and isinstance(shown, list) and len(drawn) == len(shown):
        return _first((one, other, f"{where}{i} ") for i, (one, other) in enumerate(zip(drawn, shown, strict=True)))
    if isinstance(drawn, float) and isinstance(shown, float | int):
        return "" if math.isclose(drawn, shown, rel_tol=1e-6, abs_tol=1e-9) else where.strip()
    return "" if drawn == shown else where.strip()


def _first(parts: Iterable[tuple[Any, Any, str]]) -> str:
    return next(filter(None, (_differs(*part) for part in parts)), "")


def _points(told: OpinionMap) -> list[dict[str, Any]]:
    rows = zip(told.people, told.points.tolist(), told.group.tolist(), told.counted.tolist(), strict=True)
    return [
        {"id": name, "x": number(x), "y": number(y), "group": None if group < 0 else group, "votes": votes}
        for name, (x, y), group, votes in rows
    ]


def _group(one: Group) -> dict[str, Any]:
    return {
        "id": one.id,
        "size": one.size,
        "center": [number(one.center[0]), number(one.center[1])],
        "statements": [
            {
                "id": found.statement,
                "direction": found.direction,
                "p_group": number(found.p_group),
                "p_rest": number(found.p_rest),
                "p_value": number(found.p_value),
                "q_value": number(found.q_value),
                "n_group": found.n_group,
                "n_rest": found.n_rest,
                "score": number(found.score),
            }
            for found in one.findings
        ],
        "shared": list(one.shared),
    }


def _stability(told: OpinionMap) -> dict[str, Any]:
    one = told.stability
    return {
        "k": one.k,
        "ari": number(one.ari),
        "null_ari_95": number(one.null_ari_95),
        "verdict": one.verdict,
        "needed": {name: number(value) for name, value in sorted(one.needed.items())},
        "tried": [{"k": k, "ari": number(ari), "null_ari_95": number(null)} for k, ari, null in one.tried],
    }


def _scored(one: Scored) -> dict[str, Any]:
    found = {"id": one.statement, "score": number(one.score)}
    if one.low is not None:
        found |= {"low": number(one.low), "high": number(one.high)}
    return found


def _statement(one: StatementScore) -> dict[str, Any]:
    return {
        "id": one.statement,
        "agree": one.agree,
        "disagree": one.disagree,
        "pass": one.passed,
        "seen": one.seen,
        "extremity": number(one.extremity),
        "priority": number(one.priority),
        "group_aware": number(one.group_aware),
        **{
            f"{name}_share": _interval(part)
            for name, part in (("agree", one.agree_share), ("disagree", one.disagree_share), ("pass", one.pass_share))
        },
    }


def _interval(part: Share) -> list[float | None]:
    return [number(part.p), number(part.low), number(part.high)]
