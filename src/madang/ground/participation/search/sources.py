"""Where the texts of subjects stand.

Each kind of subject has one table that hangs on Subject by a one-to-one named after the kind (`subject.proposal`), with
the columns `title` and `body`, or those that its model names in `search_fields`.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

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
    relation = {field.name: field for field in Subject._meta.related_objects}.get(kind)  # noqa: SLF001
    if relation is None:
        return []
    model = relation.related_model
    fields = getattr(model, "search_fields", ("title", "body"))
    rows = model._default_manager.filter(subject__in=ids).values_list("subject_id", *fields)  # noqa: SLF001
    return [(pk, Text(title, "\n".join(rest))) for pk, title, *rest in rows]
