"""`madang record`: export the public record, and verify an export without site or database."""

from __future__ import annotations

import contextlib
import gzip
import json
import sys
import zlib
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click

from madang.web.commands.texts import BadInput

if TYPE_CHECKING:
    from madang.engines.ledger.files import Report

_JSON = click.option("--json", "target", metavar="PATH", help="Write the result as JSON here; - is standard output.")
# Kinds of published results with the engine function that recomputes one line of the export: (module, function).
RECOMPUTED: dict[str, tuple[str, str]] = {
    "budget-count": ("madang.engines.ballots.counting", "recompute"),
    "opinion-map": ("madang.engines.opinions.maps", "recompute"),
}


class Broken(click.ClickException):
    """A record that does not hold."""

    exit_code = 1

    def show(self, file: Any = None) -> None:
        click.echo(self.format_message(), file=file, err=True)


@click.group()
def record() -> None:
    """The tamper-evident public record."""


@record.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(file: Path) -> None:
    """Write the whole record to FILE (JSON lines; .gz is compressed): entries, openings, checkpoints, keys."""
    from madang.web.site import site

    with site():
        from madang.ground.record.operations import sequence
        from madang.ground.record.queries.export import lines

        sequence()
        part = file.with_name(f"{file.name}.part")
        try:
            count = _write(part, file.suffix == ".gz", lines())
            part.replace(file)
        except OSError as error:
            why = error.strerror
            raise BadInput(f"{file}: the export can't be written here ({why}): choose another path") from None
    click.echo(f"{file}: {count:,} lines. Verify them anywhere: madang record verify {file}", err=True)


def _write(path: Path, packed: bool, rows: Iterator[str]) -> int:
    count = 0
    with path.open("wb") as raw:
        # Without time and name in its header: the same record gives the same bytes.
        stream = gzip.GzipFile("", "wb", fileobj=raw, mtime=0) if packed else contextlib.nullcontext(raw)
        with stream as out:
            for row in rows:
                out.write(row.encode())
                count += 1
    return count


@record.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--checkpoint", "kept", type=click.Path(path_type=Path), help="A checkpoint that you kept: must lie in it."
)
@click.option("--key", "pinned", multiple=True, help="The log's public key (name+id+base64), got from elsewhere.")
@_JSON
def verify(file: Path, kept: Path | None, pinned: tuple[str, ...], target: str | None) -> None:
    """Recompute the log of an exported FILE, its checkpoints and published results. No site, no database, no network.

    Exit 0: it holds; 1: it does not, and the line that is printed says where; 2: the file can't be read.
    """
    from madang.engines.ledger import files, notes

    note = _kept(kept) if kept else None
    try:
        keys = [notes.read_key(one) for one in pinned]
    except notes.NoteError as error:
        raise BadInput(f"--key: {error}") from None
    try:
        report = files.verify(_lines(file), kept=note, pinned=keys, recompute=_recomputers())
    except files.UnreadableError as error:
        raise BadInput(f"{_where(file, error.line)}: {error}. Export it anew: madang record export") from None
    except files.BrokenError as error:
        mend = "Compare with another copy or a witness's checkpoint, and tell the operator"
        raise Broken(f"{_where(file, error.line)}: {error}. {mend}.") from None
    _tell(report, target)


def _where(file: Path, line: int) -> str:
    return f"{file}, line {line}" if line else str(file)


def _lines(file: Path) -> Iterator[str]:
    number = 0
    try:
        with file.open("rb") as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream = cast("BinaryIO", gzip.open(raw)) if packed else raw  # noqa: SIM115
            for number, line in enumerate(stream, 1):  # noqa: B007 - told where it can't be read
                yield line.decode()
    except OSError as error:
        why = error.strerror or "damaged"
        raise BadInput(f"{file}: this file can't be read ({why}): check the path, or export it anew") from None
    except (EOFError, zlib.error):
        raise BadInput(f"{file}: the compressed file is damaged or cut short: get it anew") from None
    except UnicodeDecodeError:
        raise BadInput(f"{file}, line {number}: this is not UTF-8: get the file anew, unconverted") from None


def _kept(path: Path) -> Any:
    from madang.engines.ledger import notes

    try:
        note = notes.read_note(path.read_text(encoding="utf-8"))
        notes.read_checkpoint(note)
    except OSError as error:
        raise BadInput(f"{path}: the checkpoint can't be read ({error.strerror}): check the path") from None
    except (UnicodeDecodeError, notes.NoteError) as error:
        raise BadInput(f"{path}: this is no checkpoint: {error} Save the text of its page as it stands") from None
    return note


def _recomputers() -> dict[str, Callable[[dict[str, Any]], None]]:
    return {kind: getattr(import_module(module), name) for kind, (module, name) in RECOMPUTED.items()}


def _tell(report: Report, target: str | None) -> None:
    result = {
        "verified": True, "origin": report.origin, "entries": report.entries, "checkpoints": report.checkpoints,
        "unsigned": report.unsigned, "withheld": report.withheld, "root": report.root, "keys": report.keys,
        "cosigned": dict(sorted(report.cosigned.items())), "results": dict(sorted(report.results.items())),
        "skipped": dict(sorted(report.skipped.items())),
    }  # fmt: skip
    if target is None:
        click.echo(
            f"The record of {report.origin} holds: {report.entries:,} entries, {report.checkpoints:,} checkpoints."
        )
        for name, count in sorted(report.cosigned.items()):
            click.echo(f"  {count:,} of them also signed by {name}")
        if report.unsigned:
            click.echo(f"  {report.unsigned:,} entries are newer than the last checkpoint: not signed yet")
        for kind, count in sorted(report.results.items()):
            click.echo(f"  {count:,} results recomputed ({kind})")
        for kind, count in sorted(report.skipped.items()):
            click.echo(f"  {count:,} results NOT recomputed: this program does not know {kind}", err=True)
        return
    text = json.dumps(result, ensure_ascii=False, indent=1) + "\n"
    if target == "-":
        sys.stdout.buffer.write(text.encode())
        return
    try:
        Path(target).write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput(f"{target}: the result can't be written here ({error.strerror}): choose another path") from None


@record.command()
def checkpoint() -> None:
    """Sign the log as it stands, and print the checkpoint."""
    from madang.web.site import site

    with site():
        from django.utils import timezone

        from madang.ground.record import operations

        try:
            done = operations.checkpoint(now=timezone.now())
        except operations.RecordDamagedError as error:
            raise Broken(str(error)) from None
        click.echo(done.note, nl=False)


@record.command("rotate-key")
def rotate_key() -> None:
    """Make a new signing key; the one before hands the log over at the next checkpoint, which this signs at once."""
    from madang.web.site import site

    with site():
        from django.core.exceptions import ImproperlyConfigured
        from django.utils import timezone

        from madang.ground.record import operations, signing

        try:
            operations.checkpoint(now=timezone.now())
            signing.rotate()
        except ImproperlyConfigured as error:
            raise BadInput(str(error)) from None
        done = operations.checkpoint(now=timezone.now())
        click.echo(done.key.key.text)


@record.command()
@click.argument("note", type=click.Path(path_type=Path))
@click.option("--key", "key_file", required=True, type=click.Path(path_type=Path), help="Your key; made at first use.")
@click.option("--name", required=True, help="Your name as a witness, such as council.example.org.")
def cosign(note: Path, key_file: Path, name: str) -> None:
    """Sign a checkpoint that you verified, as a witness outside; prints it with your line below."""
    import base64
    import os
    import time

    from madang.engines.ledger import notes

    read = _kept(note)
    if not key_file.exists():
        descriptor = os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(base64.b64encode(os.urandom(32)).decode() + "\n")
    try:
        seed = base64.b64decode(key_file.read_text().strip(), validate=True)
        signature = notes.sign(read.body, seed=seed, name=name, kind=notes.TIMED, seconds=int(time.time()))
    except ValueError:
        raise BadInput(f"{key_file}: this holds no key: 32 bytes in base64. Name a new file to make one") from None
    click.echo(f"Your public key: {notes.key_of(seed, name, notes.TIMED).text}", err=True)
    click.echo(notes.Note(read.body, (*read.signatures, signature)).text, nl=False)
