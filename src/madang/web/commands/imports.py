"""`madang import`: files of voices into the site."""

from __future__ import annotations

import csv
import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from madang.ground.footing.cells import safe
from madang.web.commands.conversations import deliberation
from madang.web.commands.texts import BadInput, give
from madang.web.site import site

if TYPE_CHECKING:
    from madang.explore.proposals.models import ImportBatch
    from madang.explore.proposals.operations.importing import Imported
    from madang.ground.footing.jobs import Job


@click.group("import")
def import_() -> None:
    """Load files into the site."""


import_.add_command(deliberation)


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--place", "code", required=True, help="Official code of the place, such as 11 or 41110.")
@click.option("--format", "format_", type=click.Choice(["csv", "jsonl", "xlsx"]), help="Where the name does not tell.")
@click.option("--source", default="", help="What the ids belong to; else the file's own column, else its name.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the refused rows here as CSV.")
@click.option("--no-mask", is_flag=True, help="Leave personal data as they stand (only for files already cleaned).")
@click.option("--json", "target", metavar="PATH", help="Write the result as JSON here; - is standard output.")
def proposals(
    file: Path, code: str, format_: str | None, source: str, report: Path | None, no_mask: bool, target: str | None
) -> None:
    """Load the voices of a CSV, JSON-lines or Excel FILE (.gz too) as proposals.

    Needs the columns id, title and body (번호, 제목, 내용); reads date, votes, author, place, category, department,
    dept_opinion, url and their Korean names too. Interrupted, it goes on with the same command; repeated, it loads
    nothing twice. Rows that cannot be loaded are listed with their reasons in --report.
    """
    _check_report(report)
    with site():
        _run(file, code, format_, source, report, mask=not no_mask, target=target)


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
def boundaries(file: Path) -> None:
    """Load the outlines of places from a GeoJSON FILE (WGS 84; each feature has the place's `code`)."""
    try:
        collection = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"{file}: cannot be read ({error.strerror}): check the path") from None
    except ValueError as error:
        raise BadInput(f"{file}: is no JSON in UTF-8 ({error}): export it anew as GeoJSON") from None
    with site():
        from madang.ground.places.operations import BoundaryError, import_boundaries

        try:
            kept, unknown = import_boundaries(collection=collection)
        except BoundaryError as error:
            raise BadInput(f"{file}: {error}") from None
    click.echo(f"{kept} outlines kept; no place has the codes: {', '.join(unknown) or '-'}", err=True)


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Judge every row and write nothing.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write the refused rows here as CSV.")
@click.option("--show-links", is_flag=True, help="Print the administrators' links, where mail does not go out yet.")
@click.option("--json", "target", metavar="PATH", help="Write the result as JSON here; - is standard output.")
def government(file: Path, *, dry_run: bool, report: Path | None, show_links: bool, target: str | None) -> None:
    """Set up places, offices and people from a workbook FILE (.xlsx; the template: /setup/template.xlsx).

    Everybody named is invited by e-mail; no passwords stand in any file. Repeated, it doubles nothing. Rows that cannot
    be used are listed with the mend in --report, and the others are carried out.
    """
    from madang.web.commands.government import set_up

    _check_report(report)
    with site():
        set_up(file, dry_run=dry_run, report=report, show_links=show_links, target=target)


def _check_report(report: Path | None) -> None:
    if report and not report.resolve().parent.is_dir():
        raise BadInput(f"{report}: there is no such folder: make it, or choose another path")


def _run(
    file: Path, code: str, format_: str | None, source: str, report: Path | None, *, mask: bool, target: str | None
) -> None:
    from django.utils import timezone, translation
    from django.utils.translation import gettext_noop

    from madang.explore.proposals.importing.problems import BadFileError
    from madang.explore.proposals.operations.importing import import_proposals
    from madang.ground.footing import jobs
    from madang.ground.places.queries import UnknownPlaceError, place_by_code

    started = time.monotonic()
    with translation.override(language()):
        shown = jobs.tracked(
            key=f"import:{code}:{file.name}"[:120], label=gettext_noop("Import of %(file)s"),
            params={"file": file.name}, now=timezone.now(),
        )  # fmt: skip
        try:
            place = place_by_code(code)
            with shown as job:
                done = import_proposals(
                    path=file, place=place, format=format_, source=source, mask=mask, now=timezone.now(),
                    progress=lambda done: _progress(done, started, job),
                )  # fmt: skip
        except (BadFileError, UnknownPlaceError) as error:
            raise BadInput(f"--place {code}: {error}" if isinstance(error, UnknownPlaceError) else str(error)) from None
        except (KeyboardInterrupt, jobs.CanceledError):
            click.echo(_interrupted(), err=True)
            sys.exit(1)
        seconds = time.monotonic() - started
        _tell(file, done, report, seconds)
        if report:
            write_report(done.batch, report)
        if target:
            give(_result(file, done, seconds), target, [], ())
        _fail_where_nothing_fits(file, done)


def language() -> str:
    """English where the terminal says so, else the site's own."""
    from django.conf import settings

    said = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "en" if said.startswith("en") else settings.LANGUAGE_CODE


def _progress(done: Imported, started: float, job: Job) -> None:
    """On the terminal, and on the operators' page."""
    from django.utils.translation import gettext as _
    from django.utils.translation import gettext_noop

    read = f"{done.resumed_from + done.rows:,}"
    job.advance(done.resumed_from + done.rows, message=gettext_noop("%(rows)s rows read"), rows=read)
    rate = done.rows / max(time.monotonic() - started, 0.001)
    line = _("%(rows)s rows, %(rate)s rows/s") % {"rows": read, "rate": f"{rate:,.0f}"}
    click.echo(line, err=True)


def _interrupted() -> str:
    from django.utils.translation import gettext as _

    return _("Interrupted. What was loaded stays; the same command goes on from there.")


def _tell(file: Path, done: Imported, report: Path | None, seconds: float) -> None:
    """The end of a run, in a few lines on standard error."""
    from django.utils.translation import gettext as _

    if done.done_before:
        click.echo(_("%(file)s: this file was imported before; nothing new in it.") % {"file": file}, err=True)
    elif not done.rows and not done.resumed_from:
        click.echo(_("%(file)s: a header and no rows; nothing was loaded.") % {"file": file}, err=True)
    elif done.resumed_from:
        line = _("Went on behind row %(row)s, where an earlier run stood.")
        click.echo(line % {"row": f"{done.resumed_from:,}"}, err=True)
    names = {"rows": done.rows, "loaded": done.loaded, "repeated": done.repeated, "rejected": done.rejected}
    line = _("%(rows)s rows: %(loaded)s loaded, %(repeated)s there already, %(rejected)s refused, in %(seconds)s s")
    click.echo(line % {**{name: f"{n:,}" for name, n in names.items()}, "seconds": f"{seconds:.1f}"}, err=True)
    if done.masked:
        kinds = ", ".join(f"{_kind(kind)} {count:,}" for kind, count in sorted(done.masked.items()))
        click.echo(_("Personal data masked: %(kinds)s") % {"kinds": kinds}, err=True)
    if done.first_problem and not report:
        line = _("Refused first: line %(line)s, %(reason)s All of them: --report FILE")
        click.echo(line % {"line": done.first_problem[0], "reason": done.first_problem[1]}, err=True)


def _kind(kind: str) -> str:
    """What was masked, as the mark in its place says in Korean, else by the engine's name."""
    from django.utils.translation import get_language

    from madang.engines.texts.privacy import MARKS

    return MARKS[kind].strip("[]") if (get_language() or "ko").startswith("ko") else kind.replace("_", " ")


def _result(file: Path, done: Imported, seconds: float) -> dict[str, object]:
    batch = done.batch
    return {
        "file": str(file), "place": batch.place.code, "format": batch.format, "batch": batch.pk,
        "rows": done.rows, "loaded": done.loaded, "repeated": done.repeated, "rejected": done.rejected,
        "masked": dict(sorted(done.masked.items())), "resumed_from": done.resumed_from,
        "file_total": {"rows": batch.rows_read, "loaded": batch.loaded, "rejected": batch.rejected},
        "seconds": round(seconds, 2),
    }  # fmt: skip


def _fail_where_nothing_fits(file: Path, done: Imported) -> None:
    """A file of which every row was refused is bad input."""
    if done.rows and done.rejected == done.rows and done.first_problem and not done.resumed_from:
        from django.utils.translation import gettext as _

        where = _("%(file)s, line %(line)s") % {"file": file, "line": done.first_problem[0]}
        raise BadInput(f"{where}: {done.first_problem[1]}")


def write_report(batch: ImportBatch, target: Path) -> None:
    """The refused rows of a file as CSV (UTF-8 with a mark, so that Excel reads the Korean): row, reason, excerpt."""
    from madang.explore.proposals.queries.imports import rejections

    try:
        with target.open("w", encoding="utf-8-sig", newline="") as stream:
            table = csv.writer(stream)
            table.writerow(["row", "reason", "excerpt"])
            for one in rejections(batch):
                table.writerow([one.row, safe(one.reason), safe(one.excerpt)])
    except OSError as error:
        raise BadInput(f"{target}: the report can't be written here ({error.strerror}): choose another path") from None


@import_.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--place", "code", required=True, help="Official code of the place, such as 41 or 41110.")
@click.option("--json", "target", metavar="PATH", help="Write the result as JSON here; - is standard output.")
def budget(file: Path, code: str, target: str | None) -> None:
    """Load a participatory budget with its ballots from a Pabulib FILE (.pb), labelled as imported.

    Repeated with the same file, it loads nothing twice.
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file}: cannot be read ({error.strerror}): check the path") from None
    with site():
        _import_budget(file, data, code, target)


def _import_budget(file: Path, data: bytes, code: str, target: str | None) -> None:
    from django.utils import timezone

    from madang.engines.ballots.election import ElectionError
    from madang.ground.places.models import Place
    from madang.plan.budgets.operations.importing import UnfitFileError, import_pb

    began = time.process_time()
    try:
        place = Place.objects.get(code=code, valid_to=None)
        done = import_pb(data=data, place=place, name=file.name, by=None, now=timezone.now())
    except Place.DoesNotExist:
        raise BadInput(f"--place {code}: no place has this code: see `madang import government`") from None
    except (ElectionError, UnfitFileError) as error:
        raise BadInput(f"{file}: {error}") from None
    for note in done.notes:
        click.echo(f"{file}: {note}", err=True)
    what = "was there already" if done.repeated else f"loaded in {time.process_time() - began:.1f} CPU seconds"
    click.echo(f"{done.budget.title}: {done.projects} projects, {done.voters} ballots, {what}", err=True)
    counts = {"projects": done.projects, "ballots": done.voters, "repeated": done.repeated}
    if target:
        give({"budget": done.budget.pk, "title": done.budget.title, **counts}, target, [], ())
