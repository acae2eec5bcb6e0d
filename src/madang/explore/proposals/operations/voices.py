"""What the officer's operations share: voices locked in one order, their search visibility, the people behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from madang.explore.proposals.models import Proposal
from madang.explore.proposals.queries.groups import with_merged
from madang.ground.participation.models import Follow, SearchDocument, Subject, Support

if TYPE_CHECKING:
    from collections.abc import Iterable


class DeskError(Exception):
    """An officer's decision could not be carried out; the message says why and what to do next."""


def id_of(voice: Proposal | int) -> int:
    """The id of a voice given as a row or as an id."""
    return voice if isinstance(voice, int) else voice.pk


def locked(ids: Iterable[int]) -> list[Proposal]:
    """The proposals with their subjects, locked in the order subject, proposal, each by id.

    Supporting locks in the same order, so that neither waits for the other in a circle.
    """
    wanted = sorted(set(ids))
    list(Subject.objects.select_for_update(no_key=True).filter(pk__in=wanted).order_by("pk").values_list("pk"))
    rows = Proposal.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=wanted).order_by("pk")
    return list(rows.select_related("place__parent", "subject"))


def show_in_search(ids: Iterable[int], *, visible: bool) -> None:
    """Let the search, the duplicate finder and the themes see these voices, or not."""
    SearchDocument.objects.filter(pk__in=list(ids)).update(visible=visible)


def authors_of(ids: Iterable[int]) -> set[int]:
    """Authors with an account, also of the voices merged into these."""
    everything = with_merged(ids)
    return set(Proposal.objects.filter(pk__in=everything, author__isnull=False).values_list("author_id", flat=True))


def people_behind(ids: Iterable[int]) -> set[int]:
    """Everybody to be told of what becomes of these voices: authors, supporters and followers, merged ones included."""
    everything = with_merged(ids)
    people = authors_of(everything)
    for model in (Support, Follow):
        people |= set(model.objects.filter(subject_id__in=everything).values_list("user_id", flat=True))
    return people
