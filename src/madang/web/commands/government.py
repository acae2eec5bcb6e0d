"""`madang import government`: the first workbook of a new government, from the command line."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

import click

from madang.ground.footing.cells import safe
from madang.web.commands.texts import BadInput, give

if TYPE_CHECKING:
    from pathlib import Path

    from madang.ground.people.setup.checking import Plan


def set_up(file: Path, *, dry_run: bool, report: Path | None, show_links: bool, target: str | None) -> None:
    """Judge a workbook and carry out what is good."""
    from django.utils import timezone, translation

    from madang.ground.people.operations import setup
    from madang.web.commands.imports import language

    now = timezone.now()
    with translation.override(language()):
        plan = _plan(file)
        done = {} if dry_run else setup.carry_out(plan=plan, by=None, now=now)
        lines = _problems(plan)
        _tell(file, plan, done, lines, report)
        if report:
            _write(report, lines)
        if show_links and not dry_run:
            for email, link in setup.links(plan):
                click.echo(f"{email}  {link}", err=True)
        if target:
            result = {"file": str(file), "dry_run": dry_run, "counts": plan.counts, "done": done, "problems": lines}
            give(result, target, [], ())
        if plan.problems and not any(plan.counts.values()):
            first = lines[0]
            raise BadInput(f"{file}, {first['sheet']} {first['row']}: {first['message']}")


def _plan(file: Path) -> Plan:
    from django.utils import timezone
    from django.utils.translation import gettext as _

    from madang.ground.people.setup.checking import plan_of
    from madang.ground.people.setup.workbook import MOST_BYTES, BadWorkbookError

    try:
        with file.open("rb") as stream:
            return plan_of(stream.read(MOST_BYTES + 1), today=timezone.localdate())
    except OSError as error:
        raise BadInput(f"{file}: cannot be read ({error.strerror}): check the path") from None
    except BadWorkbookError as problem:
        raise BadInput(f"{file}: {_(problem.message) % problem.params}") from None


def _problems(plan: Plan) -> list[dict[str, Any]]:
    from django.utils.translation import get_language
    from django.utils.translation import gettext as _

    from madang.ground.people.setup.columns import headers

    korean = (get_language() or "ko").startswith("ko")
    found = []
    for one in plan.problems:
        sheet, column = headers(one.sheet, one.column, korean=korean)
        found.append({"sheet": sheet, "row": one.row, "column": column, "message": _(one.message) % one.params})
    return found


def _tell(file: Path, plan: Plan, done: dict[str, int], lines: list[dict[str, Any]], report: Path | None) -> None:
    from django.utils.translation import gettext as _

    good = _("%(file)s: %(places)s places, %(offices)s offices, %(people)s people can be used; %(n)s problems")
    click.echo(good % {"file": file, **plan.counts, "n": len(lines)}, err=True)
    if done:
        line = _("New: %(places)s places, %(offices)s offices, %(invited)s invitations. The rest was there already.")
        click.echo(line % done, err=True)
    for one in [] if report else lines[:20]:
        click.echo(f"  {one['sheet']} {one['row']} {one['column']}: {one['message']}", err=True)


def _write(report: Path, lines: list[dict[str, Any]]) -> None:
    try:
        with report.open("w", encoding="utf-8-sig", newline="") as stream:
            table = csv.writer(stream)
            table.writerow(["sheet", "row", "column", "message"])
            for one in lines:
                table.writerow([safe(one["sheet"]), one["row"], safe(one["column"]), safe(one["message"])])
    except OSError as error:
        raise BadInput(f"{report}: the report can't be written here ({error.strerror}): choose another path") from None
