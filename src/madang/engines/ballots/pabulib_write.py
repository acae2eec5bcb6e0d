"""Writing .pb files: what Pabulib specifies, and more only where an election says more than that."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

from madang.engines.ballots.election import Election, ElectionError, Limit, Project
from madang.engines.ballots.pabulib import TYPES, WITHDRAWN, refined
from madang.engines.ballots.pabulib_cells import NOTHING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Obligatory first, in the order of the specification.
_FIRST = (
    "description", "country", "unit", "district", "subunit", "instance", "num_projects", "num_votes", "budget",
    "vote_type", "rule", "date_begin", "date_end",
)  # fmt: skip
_OBLIGATORY = {"description", "country", "unit", "instance", "date_begin", "date_end"}
# Follow from the election, whatever its meta says.
_OURS = {
    "num_projects", "num_votes", "budget", "vote_type", "ballot_type", "units", "limits", "conflicts", "needs",
    "points_units", "default_score", "min_project_score_threshold",
}  # fmt: skip
_VOTE_COLUMNS = {"voter_id", "vote", "points", "vote_strength", "weight"}
_VOTE_TYPES = {"ranking": "ordinal", "k-approval": "approval", "knapsack": "approval"}


def write(election: Election) -> str:
    """Return the election as the text of a .pb file, which reads back to the same digest.

    Raises ElectionError for an id that the format can't hold.
    """
    for one in election.projects:
        _writable(one.id)
    out = io.StringIO()
    rows = csv.writer(out, delimiter=";", lineterminator="\n")
    rows.writerows([["META"], ["key", "value"], *_meta(election).items(), ["PROJECTS"], *_projects(election)])
    rows.writerow(["VOTES"])
    rows.writerows(_votes(election))
    return out.getvalue()


def _writable(identity: str) -> None:
    if not identity or identity != identity.strip() or set(identity) & set(',;"\r\n') or identity.lower() in NOTHING:
        raise ElectionError(f"The project id {identity!r} can't stand in a .pb file: use letters and digits.")


def _amount(units: int, per: int) -> str:
    """Write units as a decimal number, exactly."""
    whole, rest = divmod(abs(units), per)
    sign = "-" if units < 0 else ""
    decimals = str(rest).zfill(len(str(per)) - 1).rstrip("0") if rest else ""
    return f"{sign}{whole}.{decimals}" if decimals else f"{sign}{whole}"


def _line(text: str) -> str:
    """Return a text on one line, which every reader of the format can read."""
    return " ".join(text.replace("\r", "\n").split("\n")).strip()


def _meta(election: Election) -> dict[str, str]:
    given = {key: _line(value) for key, value in election.meta.items() if key.strip() and key not in _OURS}
    told = {
        **dict.fromkeys(_OBLIGATORY, ""),
        "rule": "unknown",
        **given,
        "num_projects": str(election.m),
        "num_votes": str(election.n),
        "budget": _amount(election.budget, election.units),
        "vote_type": _VOTE_TYPES.get(election.ballot_type, election.ballot_type),
    }
    if refined(told, TYPES[told["vote_type"]], election.m) != election.ballot_type:
        told["ballot_type"] = election.ballot_type
    told |= _conditions(election)
    return {key: told[key] for key in (*_FIRST, *(key for key in told if key not in _FIRST)) if key in told}


def _conditions(election: Election) -> dict[str, str]:
    """What the election says beyond the obligatory."""
    ids = [one.id for one in election.projects]
    limits = [_limit(limit, ids) for limit in election.limits]
    conflicts = [[ids[p] for p in sorted(one)] for one in election.conflicts]
    needs = [[ids[p], ids[q]] for p, q in election.needs]
    return {
        key: value
        for key, value, needed in (
            ("min_project_score_threshold", str(election.threshold), election.threshold),
            ("default_score", _amount(election.default_score, election.points_units), election.default_score),
            ("units", str(election.units), election.units != 1),
            ("points_units", str(election.points_units), election.points_units != 1),
            ("limits", _json(limits), limits),
            ("conflicts", _json(conflicts), conflicts),
            ("needs", _json(needs), needs),
        )
        if needed
    }


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _limit(limit: Limit, ids: list[str]) -> dict[str, object]:
    told: dict[str, object] = {"key": limit.key, "projects": [ids[p] for p in sorted(limit.projects)]}
    if limit.most is not None:
        told["most"] = limit.most
    if limit.most_projects is not None:
        told["most_projects"] = limit.most_projects
    if limit.least:
        told["least"] = limit.least
    return told


def _projects(election: Election) -> Iterator[list[str]]:
    per = election.units
    columns: dict[str, Callable[[Project], str]] = {
        "project_id": lambda one: one.id,
        "cost": lambda one: _amount(one.cost, per),
        "votes": lambda one: _text(one.published_votes),
        "score": lambda one: one.published_score or "",
        "name": lambda one: _line(one.name),
        "category": lambda one: ",".join(map(_entry, one.categories)),
        "beneficiaries": lambda one: ",".join(map(_entry, one.beneficiaries)),
        "selected": lambda one: _text(one.published_selected),
        "district": lambda one: _line(one.district),
        "latitude": lambda one: _text(one.latitude),
        "longitude": lambda one: _text(one.longitude),
        "funded": lambda one: _amount(one.funded, per) if one.funded else "",
        "withdrawn": lambda one: str(int(one.withdrawn)) if one.withdrawn != (one.cost == WITHDRAWN * per) else "",
    }
    for name in dict.fromkeys(name for one in election.projects for name in one.extra if name not in columns):
        columns[name] = lambda one, name=name: _line(one.extra.get(name, ""))  # type: ignore[misc]
    table = {name: [cell(one) for one in election.projects] for name, cell in columns.items()}
    kept = {name: cells for name, cells in table.items() if name in {"project_id", "cost"} or any(cells)}
    yield list(kept)
    yield from (list(row) for row in zip(*kept.values(), strict=True))


def _text(value: float | None) -> str:
    return "" if value is None else str(value)


def _entry(text: str) -> str:
    """Return an entry of a list, in which a comma would begin another one."""
    return _line(text.replace(",", " "))


def _votes(election: Election) -> Iterator[list[str]]:
    ids = [one.id for one in election.projects]
    others = {_line(name): cells for name, cells in election.electorate.items() if name not in _VOTE_COLUMNS}
    # A ranking whose points are its file's own says them; Borda's follow from the order.
    points = election.points
    yield [
        "voter_id", "vote", *(["points"] if points is not None else []),
        *(["vote_strength"] if election.weights is not None else []), *others,
    ]  # fmt: skip
    starts, chosen = election.start.tolist(), [ids[p] for p in election.project.tolist()]
    given = None if points is None else [_amount(one, election.points_units) for one in points.tolist()]
    weights = None if election.weights is None else election.weights.tolist()
    for voter in range(election.n):
        first, last = starts[voter], starts[voter + 1]
        row = [_voter(election, voter), ",".join(chosen[first:last])]
        if given is not None:
            row.append(",".join(given[first:last]))
        if weights is not None:
            row.append(str(weights[voter]))
        yield [*row, *(_line(cells[voter]) for cells in others.values())]


def _voter(election: Election, voter: int) -> str:
    return (_line(election.voters[voter]) if election.voters else "") or str(voter + 1)
