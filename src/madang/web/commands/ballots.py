"""`madang ballots`: count participatory budgets from .pb files, by any rule, without a site."""

from __future__ import annotations

import contextlib
import gzip
import os
import sys
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

import click

from madang.web.commands.texts import BadInput, give

if TYPE_CHECKING:
    from collections.abc import Iterator

    from madang.engines.ballots.election import Election
    from madang.engines.ballots.outcome import Options
    from madang.engines.ballots.pabulib import Parsed

AS_META = "as-meta"
RULES = (
    AS_META, "greedy", "greedy-no-skip", "greedy-threshold", "greedy-exclusive", "greedy-80-percent",
    "greedy-per-cost", "equal-shares", "phragmen", "bounded-overspending", "knapsack-optimal",
)  # fmt: skip
# What cities did with the conditions of their files; the others are counted as their papers define them.
_KEEPS_CONDITIONS = {AS_META, "greedy-no-skip", "greedy-threshold", "greedy-exclusive", "greedy-80-percent"}
_COMPARED = "greedy,greedy-per-cost,equal-shares/add1u,phragmen,bounded-overspending,knapsack-optimal"

_FILE = click.argument("file", type=click.Path(path_type=Path))
_JSON = click.option("--json", "target", metavar="PATH", help="Write the result as JSON here; - is standard output.")
_TIE = click.option(
    "--tie-break", "tie", metavar="file|lot:SEED|cost-votes-lot:SEED",
    help="Of equally good projects the first in the file, or by a lot that anybody can draw again.",
)  # fmt: skip
_STOP = click.option(
    "--add1-stop", "stop", type=click.Choice(["cities", "exhaustive"]),
    help="Add1 from ⌊B/n⌋ until more would be too much (cities, the default), or from B/n until nothing fits.",
)  # fmt: skip
_CONDITIONS = click.option(
    "--conditions", type=click.Choice(["file", "none"]),
    help="Whether minimum score, pots, conflicts and needs of the file hold. Unless told: for as-meta and the "
    "greedy variants that cities use, and for no other rule.",
)  # fmt: skip


@click.group()
def ballots() -> None:
    """Count participatory budgets: Pabulib's .pb files, plain or .gz."""


@ballots.command()
@_FILE
@click.option("--rule", required=True, type=click.Choice(RULES), help="as-meta: as the file says the city counted.")
@click.option("--utility", type=click.Choice(["cost", "cardinality", "sqrt-cost"]), help="What a project is worth.")
@click.option(
    "--completion", type=click.Choice(["none", "add1", "add1u", "utilitarian", "add1u+utilitarian"]),
    help="What Equal Shares does with the rest (utilitarian: Phragmén and BOS too).",
)  # fmt: skip
@click.option("--comparison/--no-comparison", default=None, help="Switch to greedy if more voters get more from it.")
@click.option("--by-district", is_flag=True, help="Each district's pot (a limit of the file) on its own.")
@_STOP
@_TIE
@_CONDITIONS
@_JSON
def count(
    file: Path,
    rule: str,
    utility: str | None,
    completion: str | None,
    comparison: bool | None,
    by_district: bool,
    stop: str | None,
    tie: str | None,
    conditions: str | None,
    target: str | None,
) -> None:
    """Count FILE by one rule."""
    from madang.engines.ballots import counting
    from madang.engines.ballots.election import ElectionError

    parsed = _read(file)
    election = _conditioned(file, parsed.election, by_district or rule in _KEEPS_CONDITIONS, conditions)
    try:
        options = _options(election, rule)
        given = {"utility": utility, "completion": completion, "stop": stop, "comparison": comparison, **_tie(tie)}
        options = replace(
            options, by_district=by_district, **{key: value for key, value in given.items() if value is not None}
        )
        with _kept_clean():
            outcome = counting.count(election, options)
        result = counting.published(outcome, election)
    except ElectionError as error:
        raise BadInput(f"{file}: {error}") from None
    result["notes"] = _notes(parsed)
    names = {one.id: one.name for one in election.projects}
    table = [
        (place, one["project"], one["cost"], "" if one["rho"] is None else f"{one['rho']:.6g}", one["paid_by"],
         names[one["project"]][:60].replace("\n", " "))
        for place, one in enumerate(result["rounds"], 1)
    ]  # fmt: skip
    give(result, target, table, ("", "project", "cost", "rho", "paid by", "name"))
    if target is None:
        click.echo(f"{len(table)} of {election.m} projects, {result['cost']:,} of {result['budget']:,}", err=True)


@ballots.command()
@_FILE
@click.option(
    "--rules", default=_COMPARED, show_default=True,
    help="Ways to count, between commas: RULE[/UTILITY][/COMPLETION][/exhaustive][-comparison].",
)  # fmt: skip
@_TIE
@_CONDITIONS
@_JSON
def compare(file: Path, rules: str, tie: str | None, conditions: str | None, target: str | None) -> None:
    """Count FILE by several rules and show who wins where."""
    from madang.engines.ballots import counting
    from madang.engines.ballots.election import ElectionError

    parsed = _read(file)
    told = [one for one in (part.strip() for part in rules.split(",")) if one]
    if not told:
        raise BadInput("--rules: name at least one way to count, such as greedy,equal-shares/add1")
    keeps = all(_rule_of(one) in _KEEPS_CONDITIONS for one in told)
    election = _conditioned(file, parsed.election, keeps, conditions)
    try:
        ways = [replace(_way(election, one), **_tie(tie)) for one in told]
        with _kept_clean():
            comparison = counting.compare(election, ways)
        result = counting.compared(comparison, election)
    except ElectionError as error:
        raise BadInput(f"{file}: {error}") from None
    selected = [one.id for one in election.projects if one.published_selected == 1]
    told_by_city = any(one.published_selected is not None for one in election.projects)
    result |= {"selected": selected if told_by_city else None, "notes": _notes(parsed)}
    labels = [one["label"] for one in result["results"]]
    table = [
        (one["id"], one["cost"], *("x" if label in one["won_by"] else "" for label in labels), one["name"][:40])
        for one in result["projects"]
        if one["won_by"]
    ]
    give(result, target, table, ("project", "cost", *labels, "name"))


@contextlib.contextmanager
def _kept_clean() -> Iterator[None]:
    """Send what a solver writes to standard output, below Python, to standard error: there goes nothing but JSON."""
    sys.stdout.flush()
    saved = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(saved, 1)
        os.close(saved)


def _read(path: Path) -> Parsed:
    from madang.engines.ballots.pabulib import PabulibError, read

    try:
        raw = path.read_bytes()
        parsed = read(gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw)
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such file: check the path") from None
    except IsADirectoryError:
        raise BadInput(f"{path}: this is a folder: name a .pb file in it") from None
    except PermissionError:
        raise BadInput(f"{path}: this file may not be read: change its permissions") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise BadInput(f"{path}: the compressed file is damaged or cut short: make it anew with gzip") from None
    except PabulibError as error:
        where = f"{path}, line {error.line}" if error.line else str(path)
        raise BadInput(f"{where}: {error.why}") from None
    for note in parsed.notes:
        where = f"{path}, line {note.line}" if note.line else str(path)
        click.echo(f"{where}: {note.text}.", err=True)
    return parsed


def _notes(parsed: Parsed) -> list[dict[str, Any]]:
    return [{"line": note.line, "key": note.key, "text": note.text} for note in parsed.notes]


def _conditioned(file: Path, election: Election, keeps: bool, told: str | None) -> Election:
    """Return the election with the conditions of its file, or without."""
    if told == "file" or (told is None and keeps):
        return election
    held = {
        "a minimum score": election.threshold, "pots": election.limits,
        "projects that exclude each other": election.conflicts, "projects that need others": election.needs,
    }  # fmt: skip
    names = [name for name, value in held.items() if value]
    if names and told is None:
        click.echo(f"{file}: the file has {', '.join(names)}; not applied here: --conditions file does.", err=True)
    return replace(election, threshold=0, limits=(), conflicts=(), needs=())


def _options(election: Election, rule: str) -> Options:
    from madang.engines.ballots import counting
    from madang.engines.ballots.outcome import Options

    return counting.as_meta(election) if rule == AS_META else Options(rule=cast("Any", rule))


def _tie(told: str | None) -> dict[str, Any]:
    if told is None:
        return {}
    kind, _, seed = told.partition(":")
    plain = kind == "file" and not seed
    if not plain and (kind not in {"lot", "cost-votes-lot"} or not seed.isascii() or not seed.isdigit()):
        raise BadInput(
            f"--tie-break {told}: write file, or lot:SEED or cost-votes-lot:SEED with a whole number as seed"
        )
    return {"tie": cast("Literal['file']", kind), "seed": int(seed or 0)}


def _rule_of(way: str) -> str:
    return way.split("/", maxsplit=1)[0].removesuffix("-comparison")


def _way(election: Election, told: str) -> Options:
    """Read a way to count, such as equal-shares/cardinality/add1-comparison."""
    from typing import get_args, get_type_hints

    from madang.engines.ballots.outcome import Options

    rule, *parts = told.removesuffix("-comparison").split("/")
    if rule not in RULES:
        raise BadInput(f"--rules {told}: there is no rule {rule}: choose from {', '.join(RULES)}")
    options = _options(election, rule)
    if told.endswith("-comparison"):
        options = replace(options, comparison=True)
    hints = get_type_hints(Options)
    for part in parts:
        field = next((name for name in ("utility", "completion", "stop") if part in get_args(hints[name])), None)
        if field is None:
            raise BadInput(f"--rules {told}: {part} is no utility, completion or exhaustive: see --help")
        options = replace(options, **cast("Any", {field: part}))
    return options
