"""Handing over everything that hangs on a place or an office to the one that follows it.

What hangs on it is found from the models, so that a new app need not be told of. A table whose rows stay with the
one that is gone (the public record: it tells who decided then) says so by `keep`.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from django.db import Error, transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import ForeignKey, Model

log = logging.getLogger(__name__)
_kept: set[str] = {"ground_places.succession", "ground_places.settingvalue", "ground_places.placefigure"}


def keep(label: str) -> None:
    """Leave the rows of a model (`app_label.model`) with the place or office that is gone."""
    _kept.add(label.lower())


def ways_to(model: type[Model]) -> list[ForeignKey]:
    """Every foreign key that points to a model and is handed over."""
    relations: list[Any] = list(model._meta.get_fields(include_hidden=True))  # noqa: SLF001
    fields = [relation.field for relation in relations if _is_key(relation)]
    return [one for one in fields if one.model._meta.managed and one.model._meta.label_lower not in _kept]  # noqa: SLF001


def _is_key(relation: Any) -> bool:
    return bool(relation.auto_created and (relation.one_to_many or relation.one_to_one) and relation.concrete is False)


def hand_over(*, old: Model, new: Model, leave: Iterable[str] = ()) -> dict[str, int]:
    """Point what points to `old` to `new`; returns how many rows of each model. Call inside a transaction.

    A row that would double one of the successor's (somebody who holds the same role at both) stays where it is.
    """
    left = {one.lower() for one in leave}
    moved = {}
    for way in ways_to(type(old)):
        if way.model._meta.label_lower not in left:  # noqa: SLF001
            rows = way.model._base_manager.filter(**{way.name: old})  # noqa: SLF001
            if count := _all_at_once(rows, way.name, new) or _one_by_one(rows, way.name, new):
                moved[f"{way.model._meta.label_lower}.{way.name}"] = count  # noqa: SLF001
    return moved


def _all_at_once(rows: Any, name: str, new: Model) -> int:
    try:
        with transaction.atomic():
            return rows.update(**{name: new})
    except Error:
        return 0


def _one_by_one(rows: Any, name: str, new: Model) -> int:
    count = 0
    for pk in list(rows.values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                count += rows.filter(pk=pk).update(**{name: new})
        except Error as refusal:
            log.warning("%s %s stays with its predecessor: %s", rows.model.__name__, pk, refusal)
    return count
