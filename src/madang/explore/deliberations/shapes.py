"""How deliberations look in the API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import Field

from madang.explore.deliberations.models import Deliberation, Statement, Vote
from madang.ground.footing.rest import Shape
from madang.ground.places.shapes import PlaceName, place_name

if TYPE_CHECKING:
    from madang.explore.deliberations.operations.voting import Outcome


class DeliberationRow(Shape):
    """A deliberation in a list."""

    id: int
    title: str
    state: str = Field(description="announced, open or closed; draft or hidden to its office alone")
    place: PlaceName
    agenda_item: int | None = None
    opens_at: datetime
    closes_at: datetime
    source: str = Field(description="own, imported or simulated")
    participants: int
    statements: int
    url: str


class DeliberationOut(DeliberationRow):
    """A deliberation with its terms."""

    description: str = Field(description="Markdown.")
    level: int = Field(description="Least verification level of who may vote; 0 admits guests.")
    residents_only: bool
    moderation: str = Field(description="before or after")
    languages: list[str]
    statements_open: bool
    statement_limit: int
    attribution: str
    frozen_at: datetime | None = None
    frozen_digest: str = Field(description="SHA-256 of the settings, on the public record.")


class StatementOut(Shape):
    """A statement on which people vote."""

    id: int
    number: int = Field(description="comment-id in exports")
    text: str
    language: str
    translations: dict[str, str]
    origin: str = Field(description="seed, participant or imported")
    about_process: bool
    status: str = Field(description="shown; waiting or rejected to its author alone")


class VoteOut(Shape):
    """One's own last word on a statement."""

    statement: int
    value: int = Field(description="1 agree, 0 pass, -1 disagree")
    cast_at: datetime


class OutcomeOut(Shape):
    """What became of a vote."""

    key: UUID
    status: str = Field(description="counted, repeated (it had been counted before) or refused")
    reason: str = Field(description="closed, not_open or no_statement where it was refused")


def deliberation_row(one: Deliberation) -> dict[str, object]:
    return {
        "id": one.pk,
        "title": one.title,
        "state": one.state,
        "place": place_name(one.place),
        "agenda_item": one.item_id,
        "opens_at": one.opens_at,
        "closes_at": one.closes_at,
        "source": one.source,
        "participants": one.participant_count,
        "statements": one.statement_count,
        "url": one.get_absolute_url(),
    }


def deliberation_out(one: Deliberation) -> dict[str, object]:
    names = (
        "description", "level", "residents_only", "moderation", "languages", "statements_open", "statement_limit",
        "attribution", "frozen_at", "frozen_digest",
    )  # fmt: skip
    return {**deliberation_row(one), **{name: getattr(one, name) for name in names}}


def statement_out(one: Statement) -> dict[str, object]:
    names = ("number", "text", "language", "translations", "origin", "status")
    return {"id": one.pk, "about_process": one.is_meta, **{name: getattr(one, name) for name in names}}


def vote_out(one: Vote) -> dict[str, object]:
    return {"statement": one.statement_id, "value": one.value, "cast_at": one.cast_at}


def outcome_out(one: Outcome) -> dict[str, object]:
    return {"key": one.key, "status": one.status, "reason": one.reason}
