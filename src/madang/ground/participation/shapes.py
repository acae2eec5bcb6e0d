"""How things that take part, comments and notices look in the API."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from pydantic import Field

from madang.ground.footing.rest import Shape
from madang.ground.people.shapes import Person, person

if TYPE_CHECKING:
    from madang.ground.participation.models import Comment
    from madang.ground.participation.queries import Told
    from madang.ground.participation.things import Card, Thing


class ThingKind(Shape):
    """A kind of thing, and what people can do with it."""

    key: str = Field(examples=["proposal"])
    label: str
    plural: str
    comments: bool
    supports: bool
    follows: bool
    amendments: bool


class ThingOut(Shape):
    """Any public thing, by what all have in common."""

    kind: str
    id: int
    subject: int = Field(description="What comments and follows hang on.")
    title: str
    url: str = Field(description="Its page on this site.")
    place: str = Field(description="Code of its place.")
    at: datetime
    open: bool = Field(description="Whether it takes comments now.")


class CommentOut(Shape):
    """A remark. Where it was hidden, the reason stands in place of its words."""

    id: int
    parent: int | None = Field(None, description="The comment that it answers.")
    author: Person | None
    body: str
    status: str = Field(description="shown, held (for review), hidden or deleted; only what is shown has words.")
    hidden_reason: str = ""
    helpful: int = Field(0, description="How many people find it helpful.")
    office: str = Field("", description="For which an official speaks.")
    created_at: datetime
    edited_at: datetime | None = None


class NoticeOut(Shape):
    id: int
    kind: str
    text: str = Field(description="In the reader's language.")
    url: str
    at: datetime
    read: bool


def kind_out(thing: Thing) -> dict[str, object]:
    names = ("key", "comments", "supports", "follows", "amendments")
    return {name: getattr(thing, name) for name in names} | {"label": str(thing.label), "plural": str(thing.plural)}


def thing_out(card: Card, place: str) -> dict[str, object]:
    """A card, and the code of its place."""
    return {
        "kind": card.thing.key,
        "id": card.pk,
        "subject": card.subject_id,
        "title": card.title,
        "url": card.url,
        "place": place,
        "at": card.at,
        "open": card.open,
    }


def comment_out(comment: Comment) -> dict[str, Any]:
    shown = comment.is_shown
    return {
        "id": comment.pk,
        "parent": comment.parent_id,
        "author": person(comment.author) if shown else None,
        "body": comment.body if shown else "",
        "status": comment.status,
        "helpful": comment.support_count,
        "office": comment.office.name if shown and comment.office else "",
        "edited_at": comment.edited_at if shown else None,
        "hidden_reason": comment.hidden_reason,
        "created_at": comment.created_at,
    }


def notice_out(told: Told) -> dict[str, object]:
    return {"id": told.pk, **{name: getattr(told, name) for name in ("kind", "text", "url", "at", "read")}}
