"""What people do with anything on the thread: find it, comment on it, follow it. A registered kind gets all of it."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router, Status
from pydantic import Field

from madang.ground.footing.rest import CURSOR, SIZE, Given, Id, Paged, ProblemError, link, needs, paged, refuse
from madang.ground.participation import operations, queries, things
from madang.ground.participation.models import Comment
from madang.ground.participation.queries import listed
from madang.ground.participation.search.find import search
from madang.ground.participation.shapes import (
    CommentOut,
    NoticeOut,
    ThingKind,
    ThingOut,
    comment_out,
    kind_out,
    notice_out,
    thing_out,
)

router = Router(tags=["participation"])
refuse("not-found", listed.UnknownThingError)
refuse("invalid", operations.CommentRefusedError, operations.ConductNotAcceptedError)
refuse("conflict", operations.NotFollowableError, operations.ModerationError)
refuse("too-many", operations.TooManyError)
KIND = "/things/{kind}/{int:pk}"


class CommentIn(Given):
    body: str = Field(min_length=1, max_length=operations.COMMENT_LENGTH)
    parent: Id | None = Field(None, description="The comment that it answers.")


class HidingIn(Given):
    rule: int = Field(ge=1, le=20, description="Number of the rule of conversation that it breaks.")
    reason: str = Field(min_length=1, max_length=300, description="Stands publicly where the words stood.")


def _by(request: HttpRequest) -> Any:
    return request.user


@router.get("/things", response=list[ThingKind], operation_id="listKinds", summary="Kinds of things")
def list_kinds(request: HttpRequest) -> list[dict[str, object]]:
    """What there is on this site: each kind can be listed, read, commented on and followed by its key."""
    del request
    return [kind_out(thing) for thing in things.registered()]


@router.get("/things/{kind}", response=Paged[ThingOut], operation_id="listThings", summary="Things of a kind")
def list_things(
    request: HttpRequest,
    kind: str,
    place: str = Query("", max_length=10, description="Code of a place; those in it are included."),
    cursor: CURSOR = "",
    size: SIZE = 20,
) -> dict[str, object]:
    """Everything of a kind that everybody may read, newest first."""
    found, codes = listed.listed(kind, place=place, after=cursor, size=size)
    drawn = [thing_out(card, codes[card.place_id]) for card in found.rows]
    return link(request, drawn, following=found.next, previous=found.previous)


@router.get(KIND, response=ThingOut, operation_id="getThing", summary="A thing")
def get_thing(request: HttpRequest, kind: str, pk: int) -> dict[str, object]:
    """One public thing, by what all kinds have in common."""
    del request
    card, codes = listed.one(kind, pk)
    return thing_out(card, codes[card.place_id])


@router.get(f"{KIND}/comments", response=Paged[CommentOut], operation_id="listComments", summary="Its comments")
def list_comments(
    request: HttpRequest,
    kind: str,
    pk: int,
    cursor: CURSOR = "",
    thread: Annotated[int, Query(ge=0, le=2**31)] = 0,
) -> dict[str, object]:
    """Twenty threads at a time in the order in which they were begun, each comment followed by its replies.

    Of a long thread the first twenty replies come; `thread`, the id of its first comment, reads all of one thread.
    """
    card, _codes = listed.one(kind, pk)
    try:
        found = (
            queries.thread_of(thread, after=cursor) if thread else queries.comments_of(card.subject_id, after=cursor)
        )
    except Comment.DoesNotExist as missing:
        raise ProblemError("not-found", _("There is no such comment.")) from missing
    nodes = [node for head in found.threads for node in head.walk() if node.comment.subject_id == card.subject_id]
    return link(request, [comment_out(node.comment) for node in nodes], following=found.following)


@router.post(
    f"{KIND}/comments",
    response={201: CommentOut},
    auth=needs("write:comments"),
    operation_id="addComment",
    summary="Comment",
)
def add_comment(request: HttpRequest, kind: str, pk: int, given: CommentIn) -> Status:
    """Say something about a thing; personal data is masked before it is published."""
    card, _codes = listed.one(kind, pk)
    if not (card.thing.comments and card.open):
        raise ProblemError("conflict", _("This takes no comments now."))
    added = operations.comment(
        subject_id=card.subject_id, by=_by(request), body=given.body, parent_id=given.parent, now=timezone.now()
    )
    return Status(201, comment_out(added.comment))


@router.put(
    f"{KIND}/following",
    response={204: None},
    auth=needs("write:comments"),
    operation_id="follow",
    summary="Follow",
)
def follow(request: HttpRequest, kind: str, pk: int) -> Status:
    """Be told what becomes of a thing; a second time changes nothing."""
    card, _codes = listed.one(kind, pk)
    operations.follow(subject_id=card.subject_id, by=_by(request), now=timezone.now())
    return Status(204, None)


@router.delete(
    f"{KIND}/following",
    response={204: None},
    auth=needs("write:comments"),
    operation_id="unfollow",
    summary="Follow no more",
)
def unfollow(request: HttpRequest, kind: str, pk: int) -> Status:
    """Be told no more."""
    card, _codes = listed.one(kind, pk)
    operations.unfollow(subject_id=card.subject_id, by=_by(request))
    return Status(204, None)


@router.put(
    "/comments/{int:pk}/hiding",
    response=CommentOut,
    auth=needs("moderate"),
    operation_id="hideComment",
    summary="Hide a comment",
)
def hide_comment(request: HttpRequest, pk: int, given: HidingIn) -> dict[str, object]:
    """Replace a comment's words by the reason for hiding them, on the public record."""
    try:
        target = queries.target(comment_id=pk)
    except LookupError as missing:
        raise ProblemError("not-found", _("There is no such comment.")) from missing
    operations.take_up(target=target, rule=given.rule, reason=given.reason, by=_by(request), now=timezone.now())
    return comment_out(queries.spot_of(pk).comment)


@router.get("/search", response=Paged[ThingOut], operation_id="search", summary="Search everything")
def find(
    request: HttpRequest,
    q: Annotated[str, Query(min_length=1, max_length=200)],
    kind: str = Query("", max_length=20),
    cursor: CURSOR = "",
    size: SIZE = 20,
) -> dict[str, object]:
    """Public things that hold the words, best match first."""
    found = search(q, kinds=[kind] if kind else None, limit=size, cursor=cursor)
    cards = things.cards(found.ids)
    ordered = [cards[pk] for pk in found.ids if pk in cards and cards[pk].public]
    codes = things.place_codes(ordered)
    return link(request, [thing_out(card, codes[card.place_id]) for card in ordered], following=found.cursor)


@router.get(
    "/me/notices",
    response=Paged[NoticeOut],
    auth=needs("read"),
    operation_id="listNotices",
    summary="What I was told",
)
def list_notices(request: HttpRequest, cursor: CURSOR = "") -> dict[str, object]:
    """One's own notices, newest first."""
    return paged(request, queries.notices_of(_by(request), after=cursor), notice_out)


@router.put(
    "/me/notices/reading",
    response={204: None},
    auth=needs("write:comments"),
    operation_id="readNotices",
    summary="Mark them read",
)
def read_notices(request: HttpRequest) -> Status:
    """Mark all of one's notices read."""
    operations.mark_read(by=_by(request), now=timezone.now())
    return Status(204, None)
