"""`madang manage` and `madang check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from madang.web.site import site

if TYPE_CHECKING:
    from madang.web.checks import Found


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands (madang manage migrate, … shell, …)."""
    with site():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["madang manage", *arguments])


@click.command()
@click.option("--json", "target", type=click.Path(dir_okay=False), help="Write the result here as JSON; - is stdout.")
def check(target: str | None) -> None:
    """Settings, database, record, mail, storage, workers …: what is wrong and how to mend it."""
    with site():
        from madang.ground.footing.checks import CHECKS
        from madang.web.checks import problems

        found = problems()
        parts = [one.key for one in CHECKS]
    if target:
        _write(target, parts, found)
    for one in found:
        click.echo(f"[{one.part}] {one.problem.what}\n  → {one.problem.mend}", err=bool(target))
    if found:
        sys.exit(1)
    click.echo(f"Everything answers: {', '.join(parts)}.", err=bool(target))


def _write(target: str, parts: list[str], found: list[Found]) -> None:
    told = [{"part": one.part, "what": one.problem.what, "mend": one.problem.mend} for one in found]
    text = json.dumps({"ok": not found, "parts": parts, "problems": told}, ensure_ascii=False, indent=1)
    if target == "-":
        click.echo(text)
    else:
        Path(target).write_text(text + "\n", encoding="utf-8")
