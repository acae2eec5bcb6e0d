"""Preparing a deliberation and announcing it: until voting opens its office may change everything."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from madang.explore.deliberations import record_kinds
from madang.explore.deliberations.models import Deliberation
from madang.explore.deliberations.operations.common import DeliberationError, locked
from madang.explore.deliberations.operations.running import open_now
from madang.explore.deliberations.permissions import EDIT, OPEN
from madang.ground.participation.models import Subject
from madang.ground.participation.operations import add_subject, tell_around
from madang.ground.participation.search.index import index_on_commit
from madang.ground.people.models import Level
from madang.ground.people.permissions import require
from madang.ground.record.models import Entry
from madang.ground.record.operations import record

if TYPE_CHECKING:
    from datetime import datetime

    from madang.explore.proposals.models import Theme
    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User
    from madang.ground.places.models import Place

# Fewer statements than this make no map and bore nobody, and tell nothing.
LEAST_STATEMENTS = 5


class FrozenError(DeliberationError):
    """The settings are fixed: people vote under them."""


class NotReadyError(DeliberationError):
    """Something is missing before it can be announced."""


@dataclass(frozen=True)
class Plan:
    """What an office decides about a deliberation; languages: codes, the first is the one of the question."""

    title: str
    opens_at: datetime
    closes_at: datetime
    description: str = ""
    level: int = Level.EMAIL
    residents_only: bool = False
    moderation: str = Deliberation.Moderation.BEFORE
    languages: list[str] = field(default_factory=lambda: ["ko"])
    statements_open: bool = True
    statement_limit: int = 5

    def cleaned(self) -> dict[str, Any]:
        """As columns. Residents are known by their confirmed residence alone. Raises NotReadyError."""
        if self.closes_at <= self.opens_at:
            raise NotReadyError(_("Voting must close after it opens. Choose a later end."))
        level = max(self.level, Level.RESIDENT) if self.residents_only else self.level
        return asdict(self) | {"title": " ".join(self.title.split()), "level": level}


@transaction.atomic
def prepare(
    *, place: Place, plan: Plan, by: User, now: datetime, seed: int, item: AgendaItem | None = None,
    theme: Theme | None = None,
) -> Deliberation:  # fmt: skip
    """Begin a deliberation on an item or a theme; nobody but the office sees it yet. Raises NotReadyError."""
    require(by, OPEN, place)
    subject = add_subject(kind=Deliberation.KIND, place=place, now=now)
    return Deliberation.objects.create(
        subject=subject, place=place, item=item, theme=theme, seed=seed, created_by=by, created_at=now,
        **plan.cleaned(),
    )  # fmt: skip


@transaction.atomic
def revise(*, pk: int, plan: Plan, by: User, now: datetime) -> Deliberation:
    """Change what is not fixed yet; once it is announced, on the public record. Raises FrozenError, NotReadyError."""
    row = locked(pk)
    require(by, EDIT, row)
    if row.frozen_at:
        raise FrozenError(_("Voting has opened, so the settings are fixed. You can extend or close it."))
    columns = plan.cleaned()
    changed = sorted(name for name, value in columns.items() if getattr(row, name) != value)
    for name, value in columns.items():
        setattr(row, name, value)
    row.save()
    if row.announced_at and changed:
        record(
            kind=Entry.Kind.SETTINGS, subject=row.record_key, place=row.place, by=by, now=now,
            data={"changed": changed},
        )  # fmt: skip
        index_on_commit(row.pk)
    return row


@transaction.atomic
def announce(*, pk: int, by: User, now: datetime) -> Deliberation:
    """Make it public; where its time has come, open the voting at once. Twice changes nothing. Raises NotReadyError."""
    row = locked(pk)
    require(by, EDIT, row)
    if row.announced_at:
        return row
    _check_ready(row, now)
    row.announced_at = now
    row.save(update_fields=["announced_at"])
    dates = {"opens": row.opens_at.isoformat(), "closes": row.closes_at.isoformat()}
    record(
        kind=record_kinds.ANNOUNCED, subject=row.record_key, place=row.place, by=by, now=now,
        data={"title": row.title, **dates},
    )  # fmt: skip
    index_on_commit(row.pk)
    _tell_followers_of_the_item(row, by, now)
    if row.opens_at <= now:
        open_now(row, now=now)
    return row


def _check_ready(row: Deliberation, now: datetime) -> None:
    if row.closes_at <= now:
        raise NotReadyError(_("The end of voting has passed. Choose a later one in the settings."))
    if row.statement_count < LEAST_STATEMENTS:
        raise NotReadyError(
            _("Choose at least %(n)s statements first: with fewer there is nothing to compare.")
            % {"n": LEAST_STATEMENTS}
        )


def _tell_followers_of_the_item(row: Deliberation, by: User, now: datetime) -> None:
    followed = Subject.objects.filter(item=row.item_id).first() if row.item_id else None
    if followed is None:
        return
    tell_around(
        subject=followed.pk, kind="deliberation_announced",
        message=gettext_noop("A deliberation on what you follow is announced: “%(title)s”"),
        params={"title": row.title}, url=row.get_absolute_url(), key=f"deliberation_announced:{row.pk}", now=now,
        except_user=by.pk,
    )  # fmt: skip
