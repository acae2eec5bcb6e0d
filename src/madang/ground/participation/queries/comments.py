"""Reading comments: a page of threads in one query, one thread in one query, and where a comment stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.contrib.postgres.aggregates import JSONBAgg
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Value, Window
from django.db.models.functions import JSONObject, RowNumber

from madang.ground.participation.models import Comment, CommentSupport, CommentVersion, Mention
from madang.ground.participation.text import render_remark

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from django.db.models import QuerySet
    from django.utils.safestring import SafeString

# Threads on a page, replies shown under each, replies on the page of one thread, steps of indentation.
THREADS, REPLIES, LONG_THREAD, DEEPEST = 20, 20, 100, 3
ORDERS = ("oldest", "newest", "helpful")


@dataclass
class Node:
    """A comment as a page shows it. `answers`: what it replies to, where the indentation does not say so."""

    comment: Comment
    html: SafeString | str = ""
    answers: Comment | None = None
    replies: list[Node] = field(default_factory=list)
    # Of the head of a thread: how many replies it has in all, and whether more than shown.
    total: int = 0

    @property
    def supported(self) -> bool:
        return bool(vars(self.comment).get("viewer_supports"))

    @property
    def more(self) -> bool:
        return self.total > REPLIES

    def walk(self) -> Iterator[Node]:
        """The comment itself, then everything below it, in the order of the page."""
        yield self
        for reply in self.replies:
            yield from reply.walk()


@dataclass(frozen=True)
class Comments:
    """Threads in the order asked for, and the cursor after which the next ones start ("" at the end)."""

    threads: Sequence[Node]
    order: str = "oldest"
    following: str = ""
    thread: int | None = None


def comments_of(
    subject_id: int, *, viewer: object = None, moderates: bool = False, order: str = "oldest", after: str = ""
) -> Comments:
    """Twenty threads with at most twenty replies each, authors, offices, names and one's own marks, in one query.

    Held texts are there for their writer and for moderators only, unless somebody has replied to them already; then
    a note stands in their place.
    """
    order = order if order in ORDERS else "oldest"
    heads = _visible(Comment.objects.filter(subject_id=subject_id, parent=None), viewer, moderates)
    shown = _after(heads, order, after)[: THREADS + 1].values("pk")
    wanted = Comment.objects.filter(Q(pk__in=shown) | Q(root_id__in=shown), subject_id=subject_id)
    rows = _loaded(_visible(wanted, viewer, moderates), viewer).annotate(
        rank=Window(RowNumber(), partition_by=F("root_id"), order_by=F("pk").asc()),
        total=Window(Count("pk"), partition_by=F("root_id")),
    )
    found = list(rows.filter(Q(root=None) | Q(rank__lte=REPLIES)).order_by("pk"))
    tops = sorted((row for row in found if row.root_id is None), key=_KEYS[order])
    threads = _trees(tops[:THREADS], found)
    more = len(tops) > THREADS
    return Comments(threads, order, _cursor(tops[THREADS - 1], order) if more else "")


def thread_of(root_id: int, *, viewer: object = None, moderates: bool = False, after: str = "") -> Comments:
    """One thread, a hundred replies a page, in one query. Raises Comment.DoesNotExist."""
    rows = Comment.objects.filter(Q(pk=root_id, root=None) | Q(root_id=root_id, pk__gt=_number(after)))
    found = list(_loaded(_visible(rows, viewer, moderates), viewer).order_by("pk")[: LONG_THREAD + 2])
    if not found or found[0].pk != root_id:
        raise Comment.DoesNotExist
    shown = found[: LONG_THREAD + 1]
    (head,) = _trees(shown[:1], shown)
    head.total = 0  # all of them are a page or two away, so that nothing is said to be left out
    return Comments([head], "oldest", str(shown[-1].pk) if len(found) > len(shown) else "", root_id)


@dataclass(frozen=True)
class Spot:
    """Where a comment is shown: a page of the discussion, or (thread) of its own thread, after a cursor."""

    comment: Comment
    thread: int | None = None
    after: str = ""


def spot_of(pk: int) -> Spot:
    """Where to find a comment. Raises Comment.DoesNotExist; who may see it, the page decides."""
    comment = Comment.objects.select_related("subject", "author", "office").get(pk=pk)
    if comment.root_id:
        before = Comment.objects.filter(root_id=comment.root_id, pk__lt=pk)
        if before.count() >= REPLIES:
            earlier = list(before.order_by("-pk").values_list("pk", flat=True)[: LONG_THREAD // 2])
            return Spot(comment, comment.root_id, str(earlier[-1]))
    head = comment.root_id or comment.pk
    heads = Comment.objects.filter(subject_id=comment.subject_id, parent=None, pk__lt=head).order_by("-pk")
    # The thread stands in the middle of its page, so that what led to it can be read.
    earlier = list(heads.values_list("pk", flat=True)[: THREADS // 2 + 1])
    return Spot(comment, None, str(earlier[-1]) if len(earlier) > THREADS // 2 else "")


def versions_of(comment: Comment) -> list[CommentVersion]:
    """The earlier words of a comment, the last fifty, oldest first (one query)."""
    return list(comment.versions.order_by("-number")[:50])[::-1]


def latest_of(subject_id: int, *, limit: int = 3) -> list[Node]:
    """The newest shown remarks on a subject, for a panel (one query)."""
    rows = Comment.objects.filter(subject_id=subject_id, status=Comment.Status.SHOWN)
    return [_node(row) for row in _loaded(rows, None).order_by("-pk")[:limit]]


def _visible(rows: QuerySet[Comment], viewer: object, moderates: bool) -> QuerySet[Comment]:
    if moderates:
        return rows
    pk = getattr(viewer, "pk", None)
    mine = Q(author_id=pk) if pk else Q(pk__in=[])
    answered = Exists(Comment.objects.filter(parent_id=OuterRef("pk")))
    return rows.filter(~Q(status=Comment.Status.HELD) | mine | answered)


def _loaded(rows: QuerySet[Comment], viewer: object) -> QuerySet[Comment]:
    """With author, office, what is answered, one's own mark, and today's names of those mentioned."""
    pk = getattr(viewer, "pk", None)
    marked = Exists(CommentSupport.objects.filter(comment_id=OuterRef("pk"), user_id=pk)) if pk else Value(value=False)
    named = Mention.objects.filter(comment_id=OuterRef("pk")).order_by().values("comment_id")
    names = named.annotate(
        names=JSONBAgg(JSONObject(user="user_id", name="user__display_name", office="office_id", ko="office__name_ko"))
    ).values("names")
    loaded = rows.select_related("author", "office", "parent__author").defer("fingerprints", "parent__fingerprints")
    return loaded.annotate(viewer_supports=marked, names=Subquery(names))


_KEYS = {
    "oldest": lambda row: row.pk,
    "newest": lambda row: -row.pk,
    "helpful": lambda row: (-row.support_count, -row.pk),
}


def _after(heads: QuerySet[Comment], order: str, after: str) -> QuerySet[Comment]:
    if order == "oldest":
        return heads.filter(pk__gt=_number(after)).order_by("pk")
    if order == "newest":
        return (heads.filter(pk__lt=_number(after)) if _number(after) else heads).order_by("-pk")
    count, _, pk = after.partition("-")
    if _number(pk):
        bound = Q(support_count__lt=_number(count)) | Q(support_count=_number(count), pk__lt=_number(pk))
        heads = heads.filter(bound)
    return heads.order_by("-support_count", "-pk")


def _cursor(row: Comment, order: str) -> str:
    return f"{row.support_count}-{row.pk}" if order == "helpful" else str(row.pk)


def _number(text: str) -> int:
    """A strange cursor begins anew."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _trees(heads: Iterable[Comment], rows: Sequence[Comment]) -> list[Node]:
    """Threads of nodes. A parent is older than its replies, so it stands before them in `rows`."""
    nodes = {head.pk: _node(head) for head in heads}
    threads, homes = list(nodes.values()), dict[int, Node]()
    for row in rows:
        if row.root_id is None or row.root_id not in nodes:
            continue
        node, parent = _node(row), nodes.get(row.parent_id or 0)
        nodes[row.pk] = node
        nodes[row.root_id].total = vars(row).get("total", 0)
        if parent is None or row.depth > DEEPEST:
            node.answers = row.parent
        home = parent or nodes[row.root_id]
        # Deeper ones stand beside what they answer, under the same comment, and say whom they answer.
        place = homes.get(home.comment.pk, home) if row.depth > DEEPEST else home
        place.replies.append(node)
        homes[row.pk] = place
    return threads


def _node(row: Comment) -> Node:
    if not row.body:
        return Node(row)
    names = {}
    for one in vars(row).get("names") or []:
        key = f"user:{one['user']}" if one["user"] else f"office:{one['office']}"
        names[key] = one["name"] or one["ko"] or ""
    return Node(row, render_remark(row.body, names))
