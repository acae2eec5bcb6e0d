"""Reading suggestions of change and how they differ from the words they are for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q, Value

from madang.engines.texts.wordwise import Piece, compare
from madang.ground.footing.keyset import Page, page
from madang.ground.participation.models import Amendment, AmendmentSupport

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

SIZE = 20


@dataclass(frozen=True)
class Difference:
    """Two versions of a title and a text, word by word."""

    title: Sequence[Piece]
    body: Sequence[Piece]

    @property
    def title_changes(self) -> bool:
        return any(piece.kind != "same" for piece in self.title)

    @property
    def body_changes(self) -> bool:
        return any(piece.kind != "same" for piece in self.body)


def difference(before: tuple[str, str], after: tuple[str, str]) -> Difference:
    """How a title and a text differ."""
    return Difference(compare(before[0], after[0]), compare(before[1], after[1]))


def suggested_by(made: Amendment) -> Difference:
    """What a suggestion changes in the words that it was written for."""
    return difference((made.base_title, made.base_body), (made.title, made.body))


def amendments_of(subject_id: int, *, viewer: object, moderates: bool, after: str = "") -> Page[Amendment]:
    """Suggestions for a thing, the newest first, one query. Held and hidden ones for their writer and moderators."""
    rows = _loaded(Amendment.objects.filter(subject_id=subject_id), viewer).defer("base_body", "body")
    return page(_visible(rows, viewer, moderates), by=("-created_at", "-id"), after=after, size=SIZE)


def amendment(pk: int, *, viewer: object) -> Amendment:
    """One suggestion with its people and place (one query). Raises Amendment.DoesNotExist."""
    rows = _loaded(Amendment.objects.filter(pk=pk), viewer).select_related(
        "author", "decided_by", "subject__place__parent"
    )
    return rows.get()


def _visible(rows: QuerySet[Amendment], viewer: object, moderates: bool) -> QuerySet[Amendment]:
    if moderates:
        return rows
    pk = getattr(viewer, "pk", None)
    mine = Q(author_id=pk) if pk else Q(pk__in=[])
    return rows.filter(Q(visibility=Amendment.Visibility.SHOWN) | mine)


def _loaded(rows: QuerySet[Amendment], viewer: object) -> QuerySet[Amendment]:
    pk = getattr(viewer, "pk", None) or 0
    own = AmendmentSupport.objects.filter(amendment_id=OuterRef("pk"), user_id=pk)
    return rows.select_related("author").annotate(viewer_supports=Exists(own) if pk else Value(value=False))
