"""What the platform holds of a person: each app says in its `ready()` what a download contains and what leaving erases.

    data.register(data.rows(Comment, "author", "created_at", "body", key="comments", label=_("Comments"),
                            stays=True, texts={"body": data.GONE}))

What nobody registers follows from its foreign key: rows that would fall with a person (CASCADE) are downloaded and
deleted; a mere mention (SET_NULL) is unlinked; what protects the person (PROTECT), such as a decision, stays with the
emptied account.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import models

from madang.ground.footing.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from django.db.models import Model

    from madang.ground.people.models import User

# What stands where somebody's text stood that they took with them.
GONE = "(작성자가 탈퇴하면서 지운 글입니다.)"

# How a row's own person is named; another name mentions somebody.
OWN_NAME = "user"


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


def covered(model: type[Model], name: str) -> str:
    """The name of a relation to a person, for `covers`."""
    return f"{model._meta.label}.{name}"  # noqa: SLF001


def rest(besides: Iterable[type[Model]] = ()) -> list[Holding]:
    """The holdings that follow from foreign keys, for every table that nobody registered."""
    known = {name for holding in _holdings for name in holding.covers}
    passed = set(besides)
    found = []
    for model, name, on_delete in _relations():
        if model in passed or covered(model, name) in known:
            continue
        if on_delete is models.CASCADE and name != OWN_NAME:
            # Somebody else's row about the person, such as a block: it goes, but is not told of.
            found.append(Holding(covered(model, name), "", _nothing, rows(model, name, key="", label="").erase))
        elif on_delete is models.CASCADE:
            columns = [one.attname for one in model._meta.concrete_fields if _is_plain(one)]  # noqa: SLF001
            key = f"{model._meta.label_lower}.{name}"  # noqa: SLF001
            found.append(rows(model, name, *columns, key=key, label=model._meta.verbose_name_plural))  # noqa: SLF001
        elif on_delete is models.SET_NULL:
            found.append(_mention(model, name))
    return found


def _nothing(user: User) -> Iterable[Mapping[str, Any]]:
    del user
    return ()


def _relations() -> Iterator[tuple[type[Model], str, Any]]:
    from django.apps import apps

    from madang.ground.people.models import User

    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed:  # noqa: SLF001
            continue
        for one in model._meta.get_fields():  # noqa: SLF001
            if isinstance(one, models.ForeignKey) and one.related_model is User:
                yield model, one.name, one.remote_field.on_delete


def _is_plain(column: Any) -> bool:
    hidden = ("secret", "token", "digest", "auth", "p256dh", "endpoint")
    return not isinstance(column, models.BinaryField) and not any(word in column.name for word in hidden)


def _mention(model: type[Model], name: str) -> Holding:
    def unlink(leaving: Leaving) -> None:
        model._default_manager.filter(**{name: leaving.user}).update(**{name: None})  # noqa: SLF001

    return Holding(f"{model._meta.label_lower}.{name}", "", _nothing, unlink)  # noqa: SLF001
