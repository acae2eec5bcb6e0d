"""Reading comments."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F, Q

from madang.ground.participation.models import Comment

if TYPE_CHECKING:
    from collections.abc import Sequence


THREADS = 30
REPLIES = 200


@dataclass(frozen=True)
class Thread:
    """A comment and the replies to it, oldest first."""

    head: Comment
    replies: Sequence[Comment]


@dataclass(frozen=True)
class Comments:
    """Threads in the order they were begun, and the id after which the next ones start."""

    threads: Sequence[Thread]
    following: int | None = None


def comments_of(subject_id: int, *, after: str | int = "") -> Comments:
    """Thirty threads with their replies (at most 200 in all) and authors, in one query."""
    heads = Comment.objects.filter(subject_id=subject_id, parent=None).order_by("pk")
    key = int(after) if str(after).isdecimal() and len(str(after)) < 19 else 0
    shown = heads.filter(pk__gt=key)[: THREADS + 1].values("pk")
    wanted = Q(pk__in=shown) | Q(parent_id__in=shown)
    loaded = Comment.objects.filter(wanted, subject_id=subject_id).select_related("author")
    # Heads first, so that a long quarrel under one comment never pushes other comments off the page.
    rows = list(loaded.order_by(F("parent_id").asc(nulls_first=True), "pk")[: THREADS + 1 + REPLIES])
    tops = [row for row in rows if row.parent_id is None]
    replies: dict[int, list[Comment]] = {}
    for row in rows:
        if row.parent_id is not None:
            replies.setdefault(row.parent_id, []).append(row)
    more = len(tops) > THREADS
    threads = [Thread(head, replies.get(head.pk, [])) for head in tops[:THREADS]]
    return Comments(threads, threads[-1].head.pk if more else None)


def comment_place(pk: int, *, subject_id: int) -> int:
    """The id after which the page that shows this comment starts. Raises Comment.DoesNotExist."""
    comment = Comment.objects.get(pk=pk, subject_id=subject_id)
    head = comment.parent_id or comment.pk
    earlier = Comment.objects.filter(subject_id=subject_id, parent=None, pk__lt=head).order_by("-pk")
    # The thread stands in the middle of its page, so that what led to it can be read.
    before = list(earlier.values_list("pk", flat=True)[: THREADS // 2 + 1])
    return before[-1] if len(before) > THREADS // 2 else 0
