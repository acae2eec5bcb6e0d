"""`madang opinions`: maps of opinions from files that Polis exports."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from madang.web.commands.texts import BadInput, give

if TYPE_CHECKING:
    from typing import BinaryIO

    from madang.engines.opinions.reading import Statement
    from madang.engines.opinions.results import Method

Read = TypeVar("Read")

SHOWN = 5
_JSON = click.option(
    "--json",
    "target",
    metavar="PATH",
    is_flag=False,
    flag_value="-",
    help="Write the result as JSON here; - (or no path) is standard output.",
)


@click.group()
def opinions() -> None:
    """Draw maps of opinions from votes on statements."""


@opinions.command("map")
@click.argument("votes_file", metavar="VOTES", type=click.Path(path_type=Path))
@click.option(
    "--statements",
    "statements_file",
    metavar="STATEMENTS",
    type=click.Path(path_type=Path),
    help="Polis' comments.csv: texts, and which were rejected or are about the process.",
)
@click.option(
    "--method",
    type=click.Choice(["honest", "polis"]),
    default="honest",
    show_default=True,
    help="honest: groups only where the votes support them; polis: as Polis draws them.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Same votes and seed, same map.")
@_JSON
def map_(votes_file: Path, statements_file: Path | None, method: str, seed: int, target: str | None) -> None:
    """Draw the map of VOTES (voter-id, comment-id, vote, timestamp; plain or .gz).

    A vote is 1 (agree), 0 (pass) or -1 (disagree); the last vote of a pair counts.
    """
    from madang.engines.opinions.maps import opinion_map, published
    from madang.engines.opinions.reading import read_statements, read_votes

    statements: Sequence[Statement] = _read(statements_file, read_statements) if statements_file else ()
    votes = _read(votes_file, lambda lines: read_votes(lines, statements))
    if not len(votes):
        click.echo(f"{votes_file}: no votes in this file; the map is empty.", err=True)
    drawn = published(opinion_map(votes, method=cast("Method", method), seed=seed))
    words = {one.id: " ".join(one.text.split())[:60] for one in statements}
    give(drawn, target, _table(drawn, words), ("what", "statement", "answer", "strength", "text"))
    if target is None:
        _tell(drawn)


@opinions.command()
@click.argument("votes_file", metavar="VOTES", type=click.Path(path_type=Path))
@click.argument("math_file", metavar="MATH", type=click.Path(path_type=Path))
@_JSON
def compare(votes_file: Path, math_file: Path, target: str | None) -> None:
    """Compare our stages with what Polis computed: VOTES (votes.json) and MATH (math-pca2.json) of one conversation.

    Exit 0: every stage that can be judged is the same; 1: one is not.
    """
    from madang.engines.opinions import parity
    from madang.engines.opinions.votes import VotesError

    cast, math = (_read(path, partial(_parsed, path)) for path in (votes_file, math_file))
    try:
        votes = parity.polis_votes(cast, math)
        stages = parity.compare(votes, math)
    except VotesError as error:
        raise BadInput(f"{votes_file}, {math_file}: {error}") from None
    except (KeyError, TypeError, ValueError, IndexError) as error:
        raise BadInput(f"{math_file}: this is no math-pca2 of Polis ({error!r}): export it anew") from None
    rows = [vars(one) for one in stages]
    marks = {True: "same", False: "DIFFERENT", None: "not judged"}
    give(
        {"whole": parity.whole(votes, math), "stages": rows},
        target,
        [(one.name, one.measure, f"{one.value:.3g}", f"{one.promised:g}", marks[one.holds]) for one in stages],
        ("stage", "measure", "value", "at most", ""),
    )
    if any(one.holds is False for one in stages):
        raise click.exceptions.Exit(1)


def _parsed(path: Path, lines: Iterable[bytes]) -> Any:
    try:
        return json.loads(b"".join(lines))
    except ValueError as error:
        raise BadInput(f"{path}: this is no JSON ({error}): export it anew") from None


def _table(drawn: dict[str, Any], words: dict[str, str]) -> list[tuple[Any, ...]]:
    rows = [
        (f"group {group['id']}: {group['size']}", one["id"], one["direction"], one["score"], words.get(one["id"], ""))
        for group in drawn["groups"]
        for one in group["statements"][:SHOWN]
    ]
    rows += [
        ("all", one["id"], one["direction"], one["score"], words.get(one["id"], ""))
        for one in drawn["consensus"][: 2 * SHOWN]
    ]
    rows += [("bridges", one["id"], "", one["score"], words.get(one["id"], "")) for one in drawn["bridges"][:SHOWN]]
    rows += [("divides", one["id"], "", one["score"], words.get(one["id"], "")) for one in drawn["divisive"][:SHOWN]]
    return rows


def _tell(drawn: dict[str, Any]) -> None:
    grouping = drawn["stability"]
    count = len(drawn["groups"])
    click.echo(
        f"{drawn['participants']:,} participants, {drawn['statements']:,} statements, {drawn['votes']:,} votes; "
        + (f"{count} groups ({grouping['verdict']})" if count else f"these votes show no groups: {grouping['verdict']}")
        + ".",
        err=True,
    )
    for name, amount in grouping["needed"].items():
        click.echo(f"  needed: {name} {amount:g}", err=True)


def _read(path: Path, read: Callable[[Iterable[bytes]], Read]) -> Read:
    from madang.engines.opinions.reading import ReadingError

    try:
        with _open(path) as stream:
            return read(stream)
    except ReadingError as error:
        where = f"{path}, line {error.line}" if error.line else str(path)
        raise BadInput(f"{where}: {error}") from None
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such file: check the path") from None
    except IsADirectoryError:
        raise BadInput(f"{path}: this is a folder: name the votes.csv or comments.csv in it") from None
    except PermissionError:
        raise BadInput(f"{path}: this file may not be read: change its permissions") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise BadInput(f"{path}: the compressed file is damaged or cut short: make it anew with gzip") from None


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    return cast("BinaryIO", gzip.open(path, "rb") if packed else path.open("rb"))
