"""What takes part in public life, said once for each model; everything else follows from that line.

    things.register(Thing(key="proposal", model=Proposal, label=_("Proposal"), plural=_("Proposals"),
                          page="proposals:detail", public=Q(status__in=Proposal.VISIBLE)))

in an app's `ready()` gives the model comments, follows, reports, feeds, search, webhooks and its place in the API. Each
row hangs on one `Subject`; whoever needs titles and addresses of many subjects asks `cards`: one query a kind, never
one a row.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import BooleanField, Case, Q, Value, When
from django.urls import reverse

from madang.ground.footing.registry import Registry
from madang.ground.participation.models import Subject
from madang.ground.places.models import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from django.db.models import Model, QuerySet


@dataclass(frozen=True)
class Thing:
    """A kind of thing.

    key: `Subject.kind` and the first part of its key in the public record (`proposal:204`); label, plural: lazy
    strings; page: name of the URL that shows one row by its primary key; subject: the way from a row to its Subject;
    title, text, author, at, topic: names of columns (author "" where nobody wrote it, topic "" where it belongs to no
    field of the pursuit); public: which rows everybody may read;
    open: which rows take comments, supports and amendments (None: all public ones);
    comments, supports, follows, amendments, search, feed: what it takes part in; order: place in menus;
    amendable: which public rows take suggestions of change (None: the open ones); discussed: its page shows the whole
    discussion, not only the way to it;
    revise(pk=, title=, body=, by=, suggestion=, now=): puts an accepted suggestion in force;
    hide(pk=, rule=, reason=, by=, now=), show(pk=, reason=, by=, now=): carry out a moderator's decision, with the
    record and the word to the author. Without these two a thing can be reported and kept, but not hidden.
    """

    key: str
    model: type[Model]
    label: object
    plural: object
    page: str
    public: Q = field(default_factory=Q)
    open: Q | None = None
    subject: str = "subject"
    title: str = "title"
    text: tuple[str, ...] = ("body",)
    author: str = "author"
    at: str = "created_at"
    topic: str = ""
    comments: bool = True
    supports: bool = False
    follows: bool = True
    amendments: bool = False
    search: bool = True
    feed: bool = True
    # The page that lists them, and how that page's parameters narrow the rows (None: by place and topic).
    listing: str = ""
    narrow: Callable[[QuerySet[Any], Mapping[str, str]], QuerySet[Any]] | None = field(default=None, compare=False)
    order: int = 100
    amendable: Q | None = None
    discussed: bool = False
    revise: Callable[..., object] | None = None
    hide: Callable[..., object] | None = None
    show: Callable[..., object] | None = None

    def address(self, pk: int) -> str:
        """The page of one row."""
        return reverse(self.page, args=[pk])

    def rows(self) -> QuerySet[Model]:
        """The rows that everybody may read."""
        return self.model._default_manager.filter(self.public)  # noqa: SLF001


_things: Registry[Thing] = Registry("thing")
register, find = _things.register, _things.find


def registered() -> list[Thing]:
    """Every kind of thing, in the order of menus."""
    return list(_things)


def thing_of(row: Model) -> Thing:
    """The kind of a row. Raises LookupError for a model that nobody registered."""
    for thing in _things:
        if isinstance(row, thing.model):
            return thing
    raise LookupError(f"{type(row).__name__} is no registered thing.")


def subjects_of(row: Model) -> QuerySet[Subject]:
    """The Subject of a row of a registered kind, as a query."""
    thing = thing_of(row)
    own = thing.model._default_manager.filter(pk=row.pk)  # noqa: SLF001
    return Subject.objects.filter(pk__in=own.values(f"{thing.subject}__pk"))


@dataclass(frozen=True)
class Card:
    """What anybody needs to name a subject: its words and address. `public`, `open`, `amendable`: as its Thing says."""

    subject_id: int
    thing: Thing
    pk: int
    title: str
    url: str
    place_id: int
    author_id: int | None
    at: datetime
    public: bool
    open: bool
    amendable: bool = False

    @property
    def record_key(self) -> str:
        """The key under which the public record keeps it."""
        return f"{self.thing.key}:{self.pk}"


def cards(subject_ids: Iterable[int]) -> dict[int, Card]:
    """The cards of these subjects by id; a subject of an unknown kind is left out. One query, and one a kind."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for pk, kind in Subject.objects.filter(pk__in=list(subject_ids)).values_list("pk", "kind"):
        by_kind[kind].append(pk)
    found: dict[int, Card] = {}
    for kind, ids in by_kind.items():
        if thing := find(kind):
            found |= _cards_of(thing, ids)
    return found


def card(subject_id: int) -> Card | None:
    """The card of one subject."""
    return cards([subject_id]).get(subject_id)


def _cards_of(thing: Thing, ids: list[int]) -> dict[int, Card]:
    opened = thing.public if thing.open is None else thing.public & thing.open
    rows = thing.model._default_manager.filter(**{f"{thing.subject}__in": ids}).annotate(  # noqa: SLF001
        card_public=_holds(thing.public),
        card_open=_holds(opened),
        card_amendable=_holds(opened if thing.amendable is None else opened & thing.amendable),
    )
    author = [f"{thing.author}_id"] if thing.author else []
    names = [f"{thing.subject}__pk", "pk", thing.title, "place_id", thing.at, "card_public", "card_open"]
    names += ["card_amendable", *author]
    return {
        subject: Card(
            subject,
            thing,
            pk,
            title,
            reverse(thing.page, args=[pk]),
            place,
            by[0] if by else None,
            at,
            public,
            open_,
            thing.amendments and amendable,
        )
        for subject, pk, title, place, at, public, open_, amendable, *by in rows.values_list(*names)
    }


def _holds(condition: Q) -> Case | Value:
    """Whether a condition holds, as a column."""
    if not condition:
        return Value(True)
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


def place_codes(found: Iterable[Card]) -> dict[int, str]:
    """The official codes of the places of these cards (one query)."""
    return dict(Place.objects.filter(pk__in={card.place_id for card in found}).values_list("pk", "code"))
