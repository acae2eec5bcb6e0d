"""What the platform holds of a person: each app says in its `ready()` what a download contains and what leaving erases.

    data.register(data.rows(Comment, "author", "created_at", "body", key="comments", label=_("Comments"),
                            stays=True, texts={"body": data.GONE}))

A test walks every relation to a person and fails for a model that nobody registered.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from madang.ground.footing.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from django.db.models import Model

    from madang.ground.people.models import User

# What stands where somebody's text stood that they took with them.
GONE = "(작성자가 탈퇴하면서 지운 글입니다.)"


@dataclass(frozen=True)
class Leaving:
    """Who leaves, when, and whether their texts stay without a name."""

    user: User
    keep_texts: bool
    now: datetime


@dataclass(frozen=True)
class Holding:
    """What one app holds of a person.

    key: name of the file in the download; label: lazy string; export: user → rows of plain values; erase: carries out
    a leaving inside its transaction; covers: names of the relations (`app.Model.field`) that it answers for;
    order: erased in this order, those of higher rooms first where one deletes what another stands on.
    """

    key: str
    label: object
    export: Callable[[User], Iterable[Mapping[str, Any]]] = field(repr=False, compare=False)
    erase: Callable[[Leaving], object] = field(repr=False, compare=False)
    covers: tuple[str, ...] = ()
    order: int = 100


_holdings: Registry[Holding] = Registry("holding")
register, find = _holdings.register, _holdings.find


def registered() -> list[Holding]:
    """Every holding, in the order in which leaving erases them."""
    return list(_holdings)


def rows(
    model: type[Model],
    owner: str,
    *columns: str,
    key: str,
    label: object,
    stays: bool = False,
    texts: Mapping[str, object] | None = None,
    order: int = 100,
) -> Holding:
    """The holding of one table: rows whose `owner` is the person, with these columns in the download.

    stays: the rows stay when the person leaves, held by an emptied account; otherwise they are deleted. texts: what
    replaces the person's words in rows that stay, unless the person lets the words stand.
    """

    def mine(user: User) -> Any:
        return model._default_manager.filter(**{owner: user})  # noqa: SLF001

    def erase(leaving: Leaving) -> None:
        found = mine(leaving.user)
        if not stays:
            found.delete()
        elif texts and not leaving.keep_texts:
            found.update(**texts)

    def export(user: User) -> Iterable[Mapping[str, Any]]:
        return mine(user).order_by("pk").values(*columns).iterator()

    return Holding(key, label, export, erase, (covered(model, owner),), order)


def standing(model: type[Model], owner: str, *, key: str, label: object) -> Holding:
    """What stays as it is: public acts done for an office, whose reasons are the office's words, not the person's."""
    return rows(model, owner, "pk", key=key, label=label, stays=True)


def covered(model: type[Model], name: str) -> str:
    """The name of a relation to a person, for `covers`."""
    return f"{model._meta.label}.{name}"  # noqa: SLF001
