"""Names of things for the public record: those that everybody may read."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from django.urls import reverse

from madang.ground.participation import things
from madang.ground.record.subjects import Named

if TYPE_CHECKING:
    from collections.abc import Iterator


def names_of(subjects: list[str]) -> dict[str, Named]:
    """Title and address of `agenda:17`, `proposal:204` and every other thing; one query a kind."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for subject in subjects:
        kind, _, pk = subject.partition(":")
        if things.find(kind) and pk.isascii() and pk.isdigit() and len(pk) < 19:
            by_kind[kind].append(int(pk))
    return {key: named for kind, ids in by_kind.items() for key, named in _names(things.find(kind), ids)}


def _names(thing: things.Thing | None, ids: list[int]) -> Iterator[tuple[str, Named]]:
    if thing is None:
        return
    for pk, title in thing.rows().filter(pk__in=ids).values_list("pk", thing.title):
        yield f"{thing.key}:{pk}", Named(title, reverse(thing.page, args=[pk]), str(thing.label))
