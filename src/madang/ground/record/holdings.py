"""What the record holds of a person: their decisions, which stay when they leave, unlinked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from madang.ground.people import data
from madang.ground.record.models import Entry
from madang.ground.record.operations.forgetting import forget

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from madang.ground.people.models import User


def _decisions(user: User) -> Iterable[Mapping[str, Any]]:
    names = ("at", "kind", "subject", "place__code", "office__name_ko", "reason", "data")
    return Entry.objects.filter(actor=user).order_by("pk").values(*names).iterator()


def _unlink(leaving: data.Leaving) -> None:
    forget(person=leaving.user)


DECISIONS = data.Holding(
    "decisions", _("Decisions in the public record"), _decisions, _unlink, (data.covered(Entry, "actor"),), order=900
)
