r"""One door to all rules: an election and options in, an outcome out; its published form, and recounting that.

>>> from madang.engines.ballots.pabulib import read
>>> election = read("META\nkey;value\nbudget;10\nvote_type;approval\nrule;greedy\n"
...                 "PROJECTS\nproject_id;cost\na;7\nb;4\nc;3\nVOTES\nvoter_id;vote\n1;b\n2;a,b\n3;c").election
>>> count(election, as_meta(election)).winners
('b', 'c')
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from fractions import Fraction
from typing import Any, cast, get_args, get_type_hints

from madang.engines.ballots import ENGINE_VERSION, districts, fairness, greedy
from madang.engines.ballots.conversion import base, tally, voters
from madang.engines.ballots.election import Election, ElectionError
from madang.engines.ballots.outcome import Completion, Options, Outcome, Round, Rule
from madang.engines.ballots.pabulib import read
from madang.engines.ballots.room import Room
from madang.engines.ballots.ties import order

KIND = "budget-count"
_COMPLETED = {"phragmen", "bounded-overspending"}


def count(election: Election, options: Options) -> Outcome:
    """Count the ballots. Raises ElectionError where election and options don't go together."""
    if options.by_district:
        return districts.count(election, options, count)
    if options.rule == "equal-shares":
        from madang.engines.ballots import equal_shares

        return equal_shares.count(election, options)
    _possible(options)
    rounds, stopped = _run(election, options)
    if options.completion == "utilitarian":
        ids = {one.id: index for index, one in enumerate(election.projects)}
        room = Room(election, (ids[one.project] for one in rounds))
        rounds = [*rounds, *greedy.fill(room, options)]
    return _outcome(election, options, rounds, stopped)


def _possible(options: Options) -> None:
    if options.comparison:
        raise ElectionError("The comparison with greedy belongs to equal-shares: leave it away or choose that rule.")
    allowed = {"none", "utilitarian"} if options.rule in _COMPLETED else {"none"}
    if options.completion not in allowed:
        raise ElectionError(
            f"The rule {options.rule} has no completion {options.completion}: choose {' or '.join(sorted(allowed))}."
        )


def _run(election: Election, options: Options) -> tuple[list[Round], str]:
    # Each is loaded when it is first used: some compile, one brings a solver.
    if options.rule == "phragmen":
        from madang.engines.ballots import phragmen

        return phragmen.run(election, options)
    if options.rule == "bounded-overspending":
        from madang.engines.ballots import overspending

        return overspending.run(election, options)
    if options.rule == "knapsack-optimal":
        from madang.engines.ballots import knapsack

        return knapsack.run(election, options)
    if options.rule in get_args(Rule):
        return greedy.run(election, options)
    raise ElectionError(f"There is no rule {options.rule}: choose one of {', '.join(get_args(Rule))}.")


def _outcome(election: Election, options: Options, rounds: list[Round], stopped: str) -> Outcome:
    return Outcome(
        options=options,
        version=ENGINE_VERSION,
        digest=election.digest(),
        budget=election.budget,
        cost=sum(one.cost for one in rounds),
        winners=tuple(one.project for one in rounds),
        rounds=tuple(rounds),
        stopped=stopped,
        order=tuple(election.projects[p].id for p in order(election, options)),
    )


def as_meta(election: Election) -> Options:
    """Return the options with which, as its META says, the city counted. Raises ElectionError where it does not say.

    Ties: file order for greedy rules; cost, votes, lot for Equal Shares, as equalshares.net does.
    """
    told = election.meta.get("rule", "").strip().lower()
    comment = election.meta.get("comment", "")
    if told.startswith("greedy") and _eighty_percent(told, comment, election.meta.get("unit", "")):
        return Options("greedy-80-percent")
    if told == "greedy-custom":
        raise ElectionError("META says greedy-custom, a rule that only its comment tells: choose a rule by name.")
    method, _, rest = told.replace("equal-shares", "equalshares").partition("/")
    method, _, compared = method.partition("-comparison") if method.startswith("equalshares") else (method, "", "")
    if method in {"equalshares", "mes"} and not compared:
        completion = rest.removesuffix("-comparison") or "none"
        options = Options("equal-shares", tie="cost-votes-lot", comparison="comparison" in told)
        if completion in get_args(get_type_hints(Options)["completion"]):
            return replace(options, completion=cast("Completion", completion))
    elif told in get_args(Rule):
        return Options(rule=told)  # type: ignore[arg-type]
    what = f"META names the rule {told}" if told not in {"", "unknown"} else "META names no rule"
    raise ElectionError(f"{what}: choose one by name.")


def _eighty_percent(told: str, comment: str, unit: str) -> bool:
    """Poznań's rule is told in the comment: what doesn't fit is funded if four fifths of its cost are left."""
    named = re.search(r"\b80\s*%", comment)
    if told == "greedy-custom":
        return bool(named) or unit.strip().lower() in {"poznań", "poznan"}
    return bool(named) and "reserve funds" in comment.lower()


def published(outcome: Outcome, election: Election) -> dict[str, Any]:
    """Return the outcome as `madang ballots count --json` gives it. Money in the currency, exact where floats can.

    rho: the price of one unit of utility (cost in the currency, projects, or √cost), or Phragmén's load; rounded to the
    nearest float. paid_by: voters whose share paid, 0 for rules that charge nobody. tally: votes and score recounted.
    """
    options, counted = outcome.options, tally(election)
    _, scale = base(election, options.utility)
    price = Fraction(1 if options.rule == "phragmen" else scale, election.units)
    return {
        "rule": options.rule,
        "utility": options.utility,
        "completion": options.completion,
        "budget": _money(outcome.budget, election),
        "cost": _money(outcome.cost, election),
        "winners": list(outcome.winners),
        "rounds": [
            {
                "project": one.project,
                "rho": None if one.rho is None else float(one.rho * price),
                "paid_by": one.payers,
                "cost": _money(one.cost, election),
                "phase": one.phase,
                "tied": list(one.tied),
            }
            for one in outcome.rounds
        ],
        "voters": voters(election),
        "projects": election.m,
        "fairness": fairness.summary(election, outcome),
        "tie_break": options.tie if options.tie == "file" else f"{options.tie}:{options.seed}",
        "comparison": options.comparison,
        "compared": outcome.trace.get("comparison"),
        "add1_stop": options.stop,
        "by_district": options.by_district,
        "share": None if outcome.share is None else float(outcome.share / election.units),
        "steps": outcome.steps,
        "stopped": outcome.stopped,
        "tally": [
            {"project": one.id, "votes": int(votes), "score": _points(int(score), election)}
            for one, votes, score in zip(election.projects, counted.votes, counted.score, strict=True)
        ],
        "pots": _pots(outcome, election),
        "order": list(outcome.order),
        "version": outcome.version,
        "digest": outcome.digest,
    }


def _pots(outcome: Outcome, election: Election) -> list[dict[str, Any]]:
    """Return what each pot of a count by district gave."""
    return [
        {
            **one,
            "budget": _money(one["budget"], election),
            "cost": _money(one["cost"], election),
            "share": None if one["share"] is None else float(one["share"] / election.units),
        }
        for one in cast("list[dict[str, Any]]", outcome.trace.get("pots", []))
    ]


def _money(units: int, election: Election) -> int | float:
    return units // election.units if units % election.units == 0 else units / election.units


def _points(units: int, election: Election) -> int | float:
    whole = units % election.points_units == 0
    return units // election.points_units if whole else units / election.points_units


@dataclass(frozen=True)
class Comparison:
    """Several ways to count one election. unanimous: winners of all, in file order; shared[i][j]: how many winners the
    outcomes i and j have in common.
    """

    outcomes: tuple[Outcome, ...]
    unanimous: tuple[str, ...]
    shared: tuple[tuple[int, ...], ...]


def compare(election: Election, ways: Sequence[Options]) -> Comparison:
    """Count in each of these ways. Raises ElectionError."""
    outcomes = tuple(count(election, options) for options in ways)
    sets = [set(one.winners) for one in outcomes]
    common = set.intersection(*sets) if sets else set()
    return Comparison(
        outcomes,
        tuple(one.id for one in election.projects if one.id in common),
        tuple(tuple(len(a & b) for b in sets) for a in sets),
    )


def label(options: Options) -> str:
    """Return a short name that tells apart ways to count, such as equal-shares/cardinality/add1-comparison.

    >>> label(Options("equal-shares", completion="add1", comparison=True)), label(Options("greedy"))
    ('equal-shares/add1-comparison', 'greedy')
    """
    parts: list[str] = [options.rule]
    if options.utility != "cost":
        parts.append(options.utility)
    if options.completion != "none":
        parts.append(options.completion)
    if options.stop != "cities" and "add1" in options.completion:
        parts.append(options.stop)
    return "/".join(parts) + ("-comparison" if options.comparison else "")


def compared(comparison: Comparison, election: Election) -> dict[str, Any]:
    """Return a comparison as `madang ballots compare --json` gives it."""
    labels = [label(one.options) for one in comparison.outcomes]
    return {
        "results": [
            {"label": name, **published(one, election)} for name, one in zip(labels, comparison.outcomes, strict=True)
        ],
        "projects": [
            {
                "id": one.id,
                "name": one.name,
                "cost": _money(one.cost, election),
                "won_by": [
                    name
                    for name, outcome in zip(labels, comparison.outcomes, strict=True)
                    if one.id in set(outcome.winners)
                ],
            }
            for one in election.projects
        ],
        "unanimous": list(comparison.unanimous),
        "shared": [list(row) for row in comparison.shared],
    }


def result_line(election: Election, options: Options) -> dict[str, Any]:
    """Return a count as one line of an exported record, which `madang record verify` recounts: open data, options,
    result. See recompute. Raises ElectionError.
    """
    from madang.engines.ballots.pabulib_write import write

    text = write(election)
    election = read(text).election
    outcome = count(election, options)
    return {
        "result": KIND,
        "pb": text,
        "options": asdict(options),
        "version": outcome.version,
        "digest": outcome.digest,
        "published": published(outcome, election),
    }


def recompute(line: dict[str, Any]) -> None:
    """Recount a published result from its open data. Raises ValueError where it does not follow.

    line: pb (the text of a .pb file), options, digest, published (what `published` gave), version.
    """
    try:
        election, options = read(line["pb"]).election, options_from(line["options"])
        expected = line["published"]
        expected = {**{key: expected[key] for key in ("winners", "cost", "rounds")}, **expected}
    except (KeyError, TypeError) as error:
        raise ValueError(f"the line of this count is not complete: {error}") from None
    if line.get("digest") != election.digest():
        raise ValueError("the ballots are not those whose digest was published")
    again = json.loads(json.dumps(published(count(election, options), election)))
    for key, value in expected.items():
        # A later version may say more, and has another name.
        if key != "version" and again.get(key) != value:
            raise ValueError(_otherwise(key, line, again))


def _otherwise(key: str, line: dict[str, Any], again: dict[str, Any]) -> str:
    counted = f"counted by {line.get('version')}, recounted by {again['version']}"
    return f"{key} of the published count differ from the recount ({counted})"


def options_from(told: dict[str, Any]) -> Options:
    """Return the options that a published result names. Raises ValueError for such that don't exist."""
    known = {one.name: one for one in fields(Options)}
    hints = get_type_hints(Options)
    for name, value in told.items():
        if name not in known:
            raise ValueError(f"there is no option {name} in this version of the program: update it")
        allowed = get_args(hints[name])
        if (allowed and value not in allowed) or (not allowed and not isinstance(value, hints[name])):
            raise ValueError(f"the option {name} can't be {value!r}")
    return Options(**told)
