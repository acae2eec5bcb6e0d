"""Where the texts of subjects stand.

Each kind of subject is a Thing (things.py), which names the columns of its words.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from madang.ground.participation import things
from madang.ground.participation.models import Subject
from madang.ground.participation.search.analysis import Text

if TYPE_CHECKING:
    from collections.abc import Iterable


def texts(subject_ids: Iterable[int]) -> dict[int, Text]:
    """The texts of these subjects, by id; a subject without a text is left out. One query and one per kind."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for pk, kind in Subject.objects.filter(pk__in=list(subject_ids)).values_list("pk", "kind"):
        by_kind[kind].append(pk)
    return {pk: text for kind, ids in by_kind.items() for pk, text in _of_kind(kind, ids)}


def _of_kind(kind: str, ids: list[int]) -> list[tuple[int, Text]]:
    thing = things.find(kind)
    if thing is None or not thing.search:
        return []
    rows = thing.model._default_manager.filter(**{f"{thing.subject}__in": ids})  # noqa: SLF001
    found = rows.values_list(f"{thing.subject}__pk", thing.title, *thing.text)
    return [(pk, Text(title, "\n".join(rest))) for pk, title, *rest in found]
