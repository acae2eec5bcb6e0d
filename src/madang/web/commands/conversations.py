"""`madang import deliberation`: a conversation that was held on Polis, with its map."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from madang.web.commands.texts import BadInput, give
from madang.web.site import site

if TYPE_CHECKING:
    from madang.explore.deliberations.importing.polis import Sign
    from madang.explore.deliberations.models import Load
    from madang.ground.agenda.models import AgendaItem

LARGEST = 1024 * 1024 * 1024


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--place", "code", required=True, help="Official code of the place, such as 11 or 41110.")
@click.option("--item", "item", type=int, help="Number of the agenda item that it belongs to.")
@click.option("--attribution", required=True, help="Whose conversation it is, and its licence; shown on every page.")
@click.option("--title", default="", help="The question; else the topic in summary.csv.")
@click.option("--language", default="ko", show_default=True, help="Of the statements, such as ko or en.")
@click.option(
    "--agree", "sign", type=click.Choice(["auto", "1", "-1"]), default="auto", show_default=True,
    help="What votes.csv writes for agree: 1 in Polis' exports, -1 in its raw database; auto compares comments.csv.",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Show only statements that a moderator accepted.")
@click.option("--json", "target", metavar="PATH", help="Write the result as JSON here; - is standard output.")
def deliberation(
    folder: Path, *, code: str, item: int | None, attribution: str, title: str, language: str, sign: str, strict: bool,
    target: str | None,
) -> None:  # fmt: skip
    """Load a conversation from a FOLDER with votes.csv, comments.csv and (if there) summary.csv, as Polis exports them.

    It is stored as closed, its map is drawn and published. Interrupted, it goes on with the same command; repeated, it
    loads nothing twice. The last vote of a pair counts, and times are kept.
    """
    signs: dict[str, Sign] = {"auto": "auto", "1": "plus", "-1": "minus"}
    files = _files(folder)
    with site():
        from madang.explore.deliberations.importing import polis

        try:
            conversation = polis.read(files, sign=signs[sign], strict=strict)
        except polis.BadFileError as error:
            raise BadInput(f"{folder / error.name}{_line(error.line)}: {error.why}") from None
        choices = {"attribution": attribution, "title": title, "language": language}
        load, before = _load(folder, conversation, code, item, choices)
        _tell(load, before=before, target=target)


def _line(number: int) -> str:
    return f", line {number}" if number else ""


def _files(folder: Path) -> dict[str, bytes]:
    """The files by name; what is missing is told by the reader."""
    if not folder.is_dir():
        raise BadInput(f"{folder}: there is no such folder: name the one with votes.csv and comments.csv")
    found: dict[str, bytes] = {}
    for name in ("votes.csv", "comments.csv", "summary.csv"):
        path = folder / name
        try:
            if path.is_file() and path.stat().st_size > LARGEST:
                raise BadInput(f"{path}: this file is larger than 1 GB: split the conversation")
            if path.is_file():
                found[name] = path.read_bytes()
        except OSError as error:
            raise BadInput(f"{path}: cannot be read ({error.strerror}): check the path") from None
    return found


def _load(folder: Path, conversation: Any, code: str, item: int | None, choices: dict[str, Any]) -> tuple[Load, bool]:
    from django.utils import timezone
    from django.utils.translation import gettext_noop

    from madang.explore.deliberations.operations import importing, mapping
    from madang.ground.footing import jobs
    from madang.ground.places.queries import UnknownPlaceError, place_by_code

    now = timezone.now()
    try:
        place = place_by_code(code)
        shown = jobs.tracked(
            key=f"import:{code}:{folder.name}"[:120], label=gettext_noop("Import of %(file)s"),
            params={"file": folder.name}, now=now,
        )  # fmt: skip
        with shown as job:
            load, before = importing.import_conversation(
                conversation=conversation, place=place, item=_item(item), now=now, job=Told(job), **choices
            )
            if load.deliberation_id and not _is_published(load.deliberation_id):
                mapping.draw(pk=load.deliberation_id, now=now)
    except UnknownPlaceError as error:
        raise BadInput(f"--place {code}: {error}") from None
    except importing.NoAttributionError as error:
        raise BadInput(f"--attribution: {error}") from None
    except importing.NoTitleError as error:
        raise BadInput(f"--title: {error}") from None
    except (KeyboardInterrupt, jobs.CanceledError):
        click.echo("Interrupted. What was loaded stays; the same command goes on from there.", err=True)
        sys.exit(1)
    return load, before


class Told:
    """Progress on the terminal, and on the operators' page."""

    def __init__(self, job: Any) -> None:
        self._job = job

    def advance(self, done: int, total: int | None = None, *, message: str = "", **params: Any) -> None:
        self._job.advance(done, total, message=message, **params)
        click.echo(f"{done:,} of {total or done:,} votes", err=True)

    def finish(self, *, url: str = "", message: str = "", **params: Any) -> None:
        self._job.finish(url=url, message=message, **params)


def _item(number: int | None) -> AgendaItem | None:
    from madang.ground.agenda.models import AgendaItem

    if number is None:
        return None
    found = AgendaItem.objects.filter(pk=number).first()
    if found is None:
        raise BadInput(f"--item {number}: there is no such agenda item: its number stands in its address /agenda/…")
    return found


def _is_published(pk: int) -> bool:
    from madang.explore.deliberations.models import Map

    return Map.objects.filter(deliberation=pk, published_at__isnull=False).exists()


def _tell(load: Load, *, before: bool, target: str | None) -> None:
    row = load.deliberation
    assert row is not None
    row.refresh_from_db()
    said = "was loaded before" if before else "loaded"
    click.echo(
        f"{row.title}: {said}; {row.participant_count:,} people, {row.statement_count:,} statements, "
        f"{row.vote_count:,} votes. Page: {row.get_absolute_url()}",
        err=True,
    )
    if target:
        result = {
            "deliberation": row.pk, "url": row.get_absolute_url(), "participants": row.participant_count,
            "statements": row.statement_count, "votes": row.vote_count, "events": load.events, "before": before,
        }  # fmt: skip
        give(result, target, [], ())
