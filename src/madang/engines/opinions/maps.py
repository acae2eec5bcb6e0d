"""One door to both methods, what is published of a map, and whether a published map follows from its votes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, get_args

from madang.engines.opinions import ENGINE_VERSION
from madang.engines.opinions.results import Method
from madang.engines.opinions.votes import Votes, VotesError, collect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from madang.engines.opinions.results import Agreement, Finding, Group, OpinionMap, Scored, Share, StatementScore

METHODS: tuple[Method, ...] = get_args(Method)
DIGITS = 10


def opinion_map(votes: Votes, *, method: Method = "honest", seed: int = 0) -> OpinionMap:
    """Draw a map. method: "honest" shows groups only where the votes support them, "polis" always does, as Polis.

    Raises VotesError for a method that there is not.
    """
    if method == "honest":
        from madang.engines.opinions.honest import honest_map

        return honest_map(votes, seed=seed)
    if method == "polis":
        from madang.engines.opinions.polis import polis_map

        return polis_map(votes, seed=seed)
    raise VotesError(f"There is no method {method}: choose {' or '.join(METHODS)}.")


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
        "consensus": [_agreement(one) for one in told.consensus],
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
    method, seed = told.get("method"), told.get("seed", 0)
    if method not in METHODS or not isinstance(seed, int):
        raise ValueError(f"no map is drawn by {method!r} with the seed {seed!r}")
    drawn = published(opinion_map(votes, method=method, seed=seed))
    drawn["version"] = told.get("version")
    where = _differs(drawn, told.get("published"))
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


def _differs(drawn: Any, shown: Any, where: str = "") -> str:
    """The first place in which both differ, or nothing."""
    here = where.strip() or "everything"
    if isinstance(drawn, dict) and isinstance(shown, dict):
        unlike = sorted(drawn.keys() ^ shown.keys())
        if unlike:
            return f"{where}{unlike[0]}"
        return _first((drawn[name], shown[name], f"{where}{name} ") for name in drawn)
    if isinstance(drawn, list) and isinstance(shown, list):
        pairs = enumerate(zip(drawn, shown, strict=False))
        found = _first((one, other, f"{where}{i} ") for i, (one, other) in pairs)
        return found or ("" if len(drawn) == len(shown) else here)
    if isinstance(drawn, float) and type(shown) in {float, int}:
        return "" if math.isclose(drawn, shown, rel_tol=1e-6, abs_tol=1e-9) else here
    return "" if type(drawn) is type(shown) and drawn == shown else here


def _first(parts: Iterable[tuple[Any, Any, str]]) -> str:
    return next(filter(None, (_differs(*part) for part in parts)), "")


def _points(told: OpinionMap) -> list[dict[str, Any]]:
    parts = (told.points, told.group, told.counted, told.uncertainty)
    rows = zip(told.people, *(part.tolist() for part in parts), strict=True)
    return [
        {
            "id": name,
            "x": number(x),
            "y": number(y),
            "group": None if group < 0 else group,
            "votes": votes,
            "uncertainty": number(unsure),
        }
        for name, (x, y), group, votes, unsure in rows
    ]


def _agreement(one: Agreement) -> dict[str, Any]:
    return {
        "id": one.statement,
        "direction": one.direction,
        "score": number(one.score),
        "low": number(one.low),
        "p": number(one.p),
        "n": one.n,
        "few": one.few,
    }


def _group(one: Group) -> dict[str, Any]:
    return {
        "id": one.id,
        "size": one.size,
        "center": [number(one.center[0]), number(one.center[1])],
        "statements": [_finding(found) for found in one.findings],
        "shared": list(one.shared),
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "id": one.statement,
        "direction": one.direction,
        "p_group": number(one.p_group),
        "p_rest": number(one.p_rest),
        "p_value": number(one.p_value),
        "q_value": number(one.q_value),
        "n_group": one.n_group,
        "n_rest": one.n_rest,
        "score": number(one.score),
        "held_out": None if one.held_out is None else [number(part) for part in one.held_out],
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
