"""`madang manage` and `madang check`."""

from __future__ import annotations

import sys

import click

from madang.web.site import site


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def manage(arguments: tuple[str, ...]) -> None:
    """Django's own commands (madang manage migrate, … shell, …)."""
    with site():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["madang manage", *arguments])


@click.command()
def check() -> None:
    """Settings, database, tokenizer, workers: what is wrong and how to mend it."""
    with site():
        from madang.web.checks import problems

        found = problems()
    for problem in found:
        click.echo(f"{problem.what}\n  → {problem.mend}")
    if found:
        sys.exit(1)
    click.echo("Everything answers.")
