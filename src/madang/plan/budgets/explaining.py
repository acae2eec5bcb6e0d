"""What is kept beside a count so that pages can explain it: reasons per project, figures, and the exact prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from madang.engines.ballots import counting, explain, fairness
from madang.engines.ballots.election import Election, ElectionError
from madang.engines.ballots.outcome import Options, Outcome, Round

if TYPE_CHECKING:
    from madang.engines.ballots.explain import Standing
    from madang.engines.ballots.fairness import Satisfaction

# Of fewer voters than these no figure is told.
LEAST = 10
MOST_TAKEN = 5


def details(
    election: Election, outcome: Outcome, *, true_groups: Mapping[str, Sequence[str]] | None = None
) -> dict[str, Any]:
    """Everything that the result's pages show beyond the outcome itself, as JSON."""
    figures = fairness.fairness(election, outcome)
    return {
        "projects": {one.project: standing(one) for one in explain.projects(election, outcome)},
        "excluded": figures.everybody.excluded, "gini": figures.gini_of_power, "histogram": list(figures.histogram),
        "ejr_plus": list(figures.ejr_plus), "everybody": satisfaction(figures.everybody),
        "categories": {name: list(both) for name, both in figures.categories.items()},
        "groups": groups(election, outcome, true_groups or {}), "other": other_rule(election, outcome),
        "certificate": certificate(election, outcome), "exact": exact(outcome),
    }  # fmt: skip


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def standing(one: Standing) -> dict[str, Any]:
    """Why a project is in or out."""
    return {
        "reason": one.reason, "phase": one.phase, "round": one.round, "votes": one.votes, "score": one.score,
        "payers": one.payers, "effective": _number(one.effective), "money": _number(one.money),
        "left": _number(one.left), "covered": one.covered, "missing": _number(one.missing), "price": one.price,
        "reduction": one.reduction, "approvals": one.approvals,
        "taken": [{"project": each.project, "amount": each.amount} for each in one.taken[:MOST_TAKEN]],
    }  # fmt: skip


def satisfaction(one: Satisfaction) -> dict[str, Any]:
    return {
        "ballots": one.ballots, "excluded": one.excluded, "winners": one.winners, "influence": one.influence,
        "spent": one.spent,
    }  # fmt: skip


def groups(election: Election, outcome: Outcome, known: Mapping[str, Sequence[str]]) -> dict[str, list[dict[str, Any]]]:
    """Satisfaction by district and age. Small groups are put together; if that is small too, nothing is told of it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for name, values in known.items():
        if not any(values):
            continue
        large = replace(election, electorate={name: _merged(values)})
        rows = fairness.by_group(large, outcome, name)
        found[name] = [
            {"name": key, **satisfaction(one)} for key, one in sorted(rows.items()) if key and one.ballots >= LEAST
        ]
    return found


OTHERS = "*"


def _merged(values: Sequence[str]) -> tuple[str, ...]:
    names, counts = np.unique(np.array(values, dtype=object).astype(str), return_counts=True)
    small = {str(name) for name, n in zip(names, counts, strict=True) if n < LEAST}
    if 0 < sum(int(n) for n in counts[np.isin(names, list(small))]) < LEAST and len(names) > len(small):
        # Alone it could be worked out from the sum: the smallest of the others goes with it.
        rest = [(int(n), str(name)) for name, n in zip(names, counts, strict=True) if str(name) not in small]
        small.add(min(rest)[1])
    return tuple(OTHERS if one in small else one for one in values)


def other_rule(election: Election, outcome: Outcome) -> dict[str, Any]:
    """The same ballots by most votes first (or by Equal Shares, where most votes first decided), side by side."""
    seed, tie = outcome.options.seed, outcome.options.tie
    shares = Options("equal-shares", completion="add1u", tie=tie, seed=seed)
    options = shares if outcome.options.rule.startswith("greedy") else Options("greedy", tie=tie, seed=seed)
    other = counting.count(election, options)
    both = fairness.side_by_side(election, outcome, other)
    return {
        "rule": options.rule, "winners": list(other.winners), "cost": other.cost, "both": list(both.both),
        "only_here": list(both.only_left), "only_there": list(both.only_right), "prefer_here": both.prefer_left,
        "prefer_there": both.prefer_right, "indifferent": both.indifferent,
        "there": satisfaction(both.right.everybody), "gini_there": both.right.gini_of_power,
        "ejr_plus_there": len(both.right.ejr_plus),
    }  # fmt: skip


def certificate(election: Election, outcome: Outcome) -> dict[str, Any] | None:
    """Whether the prices prove that nobody was passed over; None for rules without."""
    try:
        found = fairness.certificate(election, outcome)
    except ElectionError:
        return None
    return {"priced": found.priced, "unpaid": list(found.unpaid), "affordable": list(found.affordable)}


def exact(outcome: Outcome) -> dict[str, Any]:
    """The prices in full, from which what one voter's share paid for can be read off later."""
    return {
        "share": None if outcome.share is None else str(outcome.share), "switched": "rejected" in outcome.trace,
        "rho": [None if one.rho is None else str(one.rho) for one in outcome.rounds],
        "largest": [None if one.largest is None else str(one.largest) for one in outcome.rounds],
    }  # fmt: skip


def restored(options: Options, outcome: Mapping[str, Any], kept: Mapping[str, Any]) -> Outcome:
    """The outcome as the engine gave it, as far as a voter's share needs it."""
    rounds = tuple(
        Round(
            project=one["project"], cost=one["cost"], rho=None if rho is None else Fraction(rho), payers=one["paid_by"],
            phase=one["phase"],
        )
        for one, rho in zip(outcome["rounds"], kept["rho"], strict=True)
    )  # fmt: skip
    return Outcome(
        options=options, version=outcome["version"], digest=outcome["digest"], budget=outcome["budget"],
        cost=outcome["cost"], winners=tuple(outcome["winners"]), rounds=rounds,
        share=None if kept["share"] is None else Fraction(kept["share"]),
        trace={"rejected": []} if kept["switched"] else {},
    )  # fmt: skip
