"""`madang texts`: similar, duplicates, themes and search on a file of voices."""

import gzip
import json
import os
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

import click


class BadInput(click.ClickException):
    """A file that can't be used: one line that names the file, the line and the mend."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), file=file, err=True)


Voice = dict[str, str]
_JSON = click.option("--json", "target", metavar="PATH", help="Write the result as JSON here; - is standard output.")


@click.group()
def texts() -> None:
    """Work on a file of voices: JSON lines with id, title and body (or text), plain or .gz."""


@texts.command()
@click.argument("voices", type=click.Path(path_type=Path))
@click.option("--text", required=True, help="What somebody is typing.")
@click.option("-k", "limit", type=click.IntRange(1), default=5, show_default=True, help="How many to give.")
@_JSON
def similar(voices: Path, text: str, limit: int, target: str | None) -> None:
    """Find voices related to a text, each with the words it shares."""
    from madang.engines.texts.similar import similar_texts
    from madang.engines.texts.tokens import default_tokenizer

    rows = read_voices(voices)
    found = similar_texts([_whole(r) for r in rows], text, default_tokenizer(), limit=limit)
    matches = [{"id": rows[m.index]["id"], "score": m.score, "shared": list(m.shared)} for m in found]
    give(
        {"matches": matches},
        target,
        [(m["id"], m["score"], " ".join(cast("list[str]", m["shared"])[:6])) for m in matches],
        ("id", "score", "shared words"),
    )


@texts.command()
@click.argument("voices", type=click.Path(path_type=Path))
@click.option(
    "--threshold",
    type=click.FloatRange(0.2, 1.0),
    help="Least likeness (Jaccard of four-letter shingles); 0.5 unless told.",
)
@_JSON
def duplicates(voices: Path, threshold: float | None, target: str | None) -> None:
    """Find near-duplicate voices and group them."""
    from madang.engines.texts import duplicates as engine

    rows = read_voices(voices)
    found = engine.find([r["id"] for r in rows], [_whole(r) for r in rows], threshold=threshold)
    pairs = [{"a": p.a, "b": p.b, "score": p.score, "kind": p.kind} for p in found.pairs]
    table = [(p.a, p.b, p.score, p.kind) for p in found.pairs]
    give(
        {"pairs": pairs, "clusters": [list(c) for c in found.clusters], "n": found.n},
        target,
        table,
        ("a", "b", "score", "kind"),
    )


@texts.command()
@click.argument("voices", type=click.Path(path_type=Path))
@click.option("--seed", type=int, default=0, show_default=True, help="Same seed, same themes.")
@_JSON
def themes(voices: Path, seed: int, target: str | None) -> None:
    """Group voices into themes with labels."""
    from madang.engines.texts import themes as engine
    from madang.engines.texts.bulk import tokenise_by_words

    rows = read_voices(voices)
    # The title counts twice: it is what the writer thought the matter was.
    lists = tokenise_by_words(
        (f"{r['title']}\n{r['body']}\n{r['title']}" for r in rows), processes=_processes(len(rows))
    )
    found = engine.find_themes([r["id"] for r in rows], lists, seed=seed)
    result = [
        {"id": t.id, "label": list(t.label), "size": t.size, "members": list(t.members), "cohesion": t.cohesion}
        for t in found.themes
    ]
    table = [(t.id, t.size, t.cohesion, ", ".join(t.label)) for t in found.themes]
    give(
        {"themes": result, "unassigned": list(found.unassigned), "n": found.n, "seed": seed},
        target,
        table,
        ("theme", "size", "cohesion", "label"),
    )


@texts.command()
@click.argument("voices", type=click.Path(path_type=Path))
@click.option("--query", required=True, help="Words to look for.")
@click.option("-k", "limit", type=click.IntRange(1), default=20, show_default=True, help="How many to give.")
@_JSON
def search(voices: Path, query: str, limit: int, target: str | None) -> None:
    """Search voices by words; inflected and compound forms are found too."""
    from madang.engines.texts.search import search_texts
    from madang.engines.texts.tokens import default_tokenizer

    rows = read_voices(voices)
    found = search_texts([r["id"] for r in rows], [_whole(r) for r in rows], query, default_tokenizer(), limit=limit)
    titles = {r["id"]: r["title"] or r["body"] for r in rows}
    hits = [{"id": h.id, "score": h.score, "rank": h.rank} for h in found]
    give(
        {"hits": hits},
        target,
        [(h.id, h.score, titles[h.id][:60].replace("\n", " ")) for h in found],
        ("id", "score", "title"),
    )


def read_voices(path: Path) -> list[Voice]:
    """Return the voices of a JSON-lines file. Raises BadInput with file, line and mend."""
    rows: list[Voice] = []
    seen: dict[str, int] = {}
    for number, line in _lines(path):
        if line.strip():
            row = _voice(path, number, line)
            if row["id"] in seen:
                _bad(
                    path,
                    number,
                    f"the id {row['id']} was used on line {seen[row['id']]} already: give every voice its own id",
                )
            seen[row["id"]] = number
            rows.append(row)
    if not rows:
        click.echo(f"{path}: no voices in this file; the result is empty.", err=True)
    return rows


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        with _open(path) as stream:
            for number, raw in enumerate(stream, 1):
                try:
                    yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8")
                except UnicodeDecodeError:
                    _bad(
                        path, number, "this is not UTF-8: save the file as UTF-8 (from CP949: iconv -f CP949 -t UTF-8)"
                    )
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such file: check the path") from None
    except IsADirectoryError:
        raise BadInput(f"{path}: this is a folder: name a .jsonl or .jsonl.gz file in it") from None
    except PermissionError:
        raise BadInput(f"{path}: this file may not be read: change its permissions") from None
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise BadInput(f"{path}: the compressed file is damaged or cut short: make it anew with gzip") from None


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as stream:
        packed = stream.read(2) == b"\x1f\x8b"
    return cast("BinaryIO", gzip.open(path, "rb") if packed else path.open("rb"))


def _voice(path: Path, number: int, line: str) -> Voice:
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        _bad(
            path,
            number,
            f"this is not JSON ({getattr(error, 'msg', 'nested too deeply')}): write one JSON object on each line",
        )
    if not isinstance(row, dict):
        _bad(path, number, 'this is no JSON object: write {"id": …, "title": …, "body": …}')
    identity = row.get("id")
    if isinstance(identity, bool) or not isinstance(identity, str | int) or not str(identity).strip():
        _bad(path, number, 'the voice has no id: add "id", a text or a whole number')
    body = row["body"] if row.get("body") is not None else row.get("text")
    if body is None:
        _bad(path, number, 'the voice has no text: add "body" (or "text")')
    title = row.get("title") or ""
    for name, value in (("title", title), ("body", body)):
        if not isinstance(value, str):
            _bad(path, number, f'"{name}" is no text: put it in quotation marks')
    return {"id": _sound(str(identity)), "title": _sound(title), "body": _sound(body)}


def _sound(text: str) -> str:
    """Half a surrogate pair (from a careless export) can't be written out again."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _bad(path: Path, number: int, message: str) -> NoReturn:
    raise BadInput(f"{path}, line {number}: {message}")


def _whole(row: Voice) -> str:
    return f"{row['title']}\n{row['body']}".strip()


def _processes(n: int) -> int:
    """Worker processes pay for their start from about two thousand texts on."""
    return min(4, os.cpu_count() or 1) if n >= 2000 else 1


def give(result: dict[str, Any], target: str | None, table: list[tuple[Any, ...]], heads: tuple[str, ...]) -> None:
    """Write JSON to `target`, or a table to standard output."""
    if target is None:
        for row in [heads, *table] if table else []:
            click.echo("\t".join(f"{c:.3f}" if isinstance(c, float) else str(c) for c in row))
        if not table:
            click.echo("Nothing found.", err=True)
        return
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    if target == "-":
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{target}: the result can't be written here ({error.strerror}): choose another path") from None
