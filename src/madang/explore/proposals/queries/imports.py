"""What imports need to know, and what they leave behind to be read: batches and the rows they refused."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from django.db import connection

from madang.explore.proposals.models import ImportBatch, ImportRejection, Proposal
from madang.ground.places.models import Office, Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet


def batches(place: Place) -> QuerySet[ImportBatch]:
    """The files imported into a place, the latest first."""
    return ImportBatch.objects.filter(place=place).order_by("-started_at", "-pk")


def rejections(batch: ImportBatch) -> Iterator[ImportRejection]:
    """The rows of a file that were refused, in its order, however many."""
    return batch.rejections.order_by("row").iterator(chunk_size=2000)


def known(identities: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (source, id) pairs are loaded already; one query by the unique index."""
    pairs = list(identities)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT p.source, p.source_id FROM unnest(%s::text[], %s::text[]) AS w (source, id) "
            f"JOIN {Proposal._meta.db_table} p ON p.source = w.source AND p.source_id = w.id AND p.source_id <> ''",  # noqa: SLF001
            [[source for source, _ in pairs], [one for _, one in pairs]],
        )
        return set(cursor.fetchall())


def squeezed(name: str) -> str:
    """A name without blanks and capitals, for comparing.

    >>> squeezed(" Suwon-si "), squeezed("경기도 수원시")
    ('suwon-si', '경기도수원시')
    """
    return "".join(unicodedata.normalize("NFC", name).split()).casefold()


def places_within(place: Place) -> dict[str, Place]:
    """A place and those beneath it by code and by name, alone or behind the name of the place above."""
    found: dict[str, Place] = {}
    for one in [*Place.objects.filter(parent=place, valid_to=None).defer("boundary"), place]:
        above = [place.name_ko] if one.pk != place.pk else [place.parent.name_ko] if place.parent else []
        names = [one.code, one.name_ko, one.name_en, *(f"{name}{one.name_ko}" for name in above)]
        found.update((squeezed(name), one) for name in names)
    return found


def offices_by_name(place: Place) -> dict[str, Office]:
    """The offices of a place by name, those in force first."""
    rows = Office.objects.filter(place=place).order_by("active", "-pk")
    return {squeezed(row.name_ko): row for row in rows}
